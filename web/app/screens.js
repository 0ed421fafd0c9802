// Which screen stands behind which address, and which of them are the places below every screen.
import { Appointments } from "./screens/appointments.js";
import { Conflicts } from "./screens/conflicts.js";
import { Messages } from "./screens/messages.js";
import { People } from "./screens/people.js";
import { More } from "./screens/more.js";
import { Labs } from "./screens/labs.js";
import { Plan } from "./screens/plan.js";
import { Needs } from "./screens/needs.js";
import { Settings } from "./screens/settings.js";
import { Today } from "./screens/today.js";

/** A screen by the first part of its address; the rest of the address is its `path`. @type {{ [place: string]: (p: { path: string[] }) => any }} */
export const screens = {
  "": Today,
  appointments: Appointments,
  conflicts: Conflicts,
  messages: Messages,
  people: People,
  more: More,
  labs: Labs,
  plan: Plan,
  needs: Needs,
  settings: Settings,
};

/** @type {string[]} */
export const places = ["", "plan", "labs", "needs", "more"];
