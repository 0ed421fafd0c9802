/** The areas of the catalogue that the companion uses: one a line, so that two screens can come at once. */
// prettier-ignore
export const areas = [
  "ui",
  "app",
  "settings",
  "more",
  "card",
  "labs",
  "tests",
  "plan",
  "appointments",
  "conflicts",
  "people",
  "messages",
  "needs",
  "today",
];
