// Civil time in IANA zones, recurrence, tests and reminders, without a network: the machine's own zone data, by Intl.
export { ageOn, clockOf, dateOf, dayOf, wallOf, wallText, weekday } from "./date.js";
export { testPlans } from "./lab.js";
export { readPlace, reminders } from "./list.js";
export { datesOf } from "./recurrence.js";
export { missed, quietUntil, remind, reminderID } from "./remind.js";
export { loadReminders } from "./remind-rules.js";
export { knows, offset, resolve, wallAt } from "./zone.js";

/** @typedef {import('./list.js').Page} Page */
/** @typedef {import('./list.js').Place} Place */
/** @typedef {import('./remind.js').Reminder} Reminder */
/** @typedef {import('./lab.js').TestPlan} TestPlan */
