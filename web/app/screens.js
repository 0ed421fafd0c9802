// Which screen stands behind which address, and which of them are the places below every screen. A screen is loaded when somebody opens it, and the others
// when the first one is drawn: a phone reads half of the app before it shows something, and not all of it.
import { signal } from "../ui/html.js";

/** @typedef {(p: { path: string[] }) => any} Screen */

/** What loads a screen, by the first part of its address: one a line. The rest of the address is the screen's `path`. @type {{ [place: string]: () => Promise<Screen> }} */
// prettier-ignore
export const screens = {
  "": async () => (await import("./screens/today.js")).Today,
  appointments: async () => (await import("./screens/appointments.js")).Appointments,
  card: async () => (await import("./screens/card.js")).Card,
  conflicts: async () => (await import("./screens/conflicts.js")).Conflicts,
  messages: async () => (await import("./screens/messages.js")).Messages,
  people: async () => (await import("./screens/people.js")).People,
  more: async () => (await import("./screens/more.js")).More,
  labs: async () => (await import("./screens/labs.js")).Labs,
  plan: async () => (await import("./screens/plan.js")).Plan,
  needs: async () => (await import("./screens/needs.js")).Needs,
  whose: async () => (await import("./screens/whose.js")).Whose,
  settings: async () => (await import("./screens/settings.js")).Settings,
};

/** Before anybody's screens. @type {{ [place: string]: () => Promise<Screen> }} */
const doors = {
  "sign-in": async () => (await import("./screens/sign-in.js")).SignIn,
  lock: async () => (await import("./screens/lock.js")).Lock,
};

/** @type {string[]} */
export const places = ["", "plan", "labs", "needs", "more"];

/** Those that are loaded. @type {import('../vendor/signals.js').Signal<{ [place: string]: Screen }>} */
const here = signal({});

/** Whether one could not be loaded: there is no network, or the app became another one meanwhile. */
export const missing = signal(false);

/** Loads a screen, unless it is here. @param {string} place */
export async function load(place) {
  const name = place in screens || place in doors ? place : "";
  if (here.value[name]) return;
  try {
    const screen = await (screens[name] ?? doors[name])();
    here.value = { ...here.value, [name]: screen };
  } catch {
    missing.value = true;
  }
}

/** The screen of an address; undefined while it is on its way. @param {string} place @returns {Screen | undefined} */
export function screenOf(place) {
  const found = here.value[place in screens || place in doors ? place : ""];
  if (!found && !missing.value) void load(place);
  return found;
}

/** Loads what was not opened yet, one after another, so that each opens at once. Where the files are not on this device yet, that waits until somebody opens it. */
export async function loadOthers() {
  if (!navigator.serviceWorker?.controller) return;
  for (const place of [...Object.keys(screens), ...Object.keys(doors)]) {
    await new Promise(done => (globalThis.requestIdleCallback ?? setTimeout)(done));
    await load(place);
  }
}
