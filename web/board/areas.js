/** The areas of the catalogue that the board uses: one a line, so that two screens can come at once. */
// prettier-ignore
export const areas = [
  "ui",
  "board",
  "tests",
  "labs",
  "schedule",
  "results",
  "lists",
  "figures",
  "plan",
  "planning",
  "reroute",
  "undo",
  "entering",
  "unmatched",
  "conflicts",
  "settle",
  "access",
  "account",
  "staff",
];
