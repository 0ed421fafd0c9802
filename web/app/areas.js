/** The areas of the catalogue that the companion uses. */
export const areas = ["ui", "app", "settings", "more", "labs", "tests", "plan", "appointments", "conflicts", "people", "messages", "needs", "today"];
