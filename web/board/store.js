// What the board shows: who is signed in, in which teams, and for which of them they speak now.
import { signal } from "../ui/html.js";
import { indexedDBStorage } from "../sdk/src/index.js";
import { comeBack } from "../session/organisation.js";
import { Session } from "../session/session.js";

/** @typedef {{ id: string, name: string, kind: string, role?: string }} Team */

/** @type {import('../vendor/signals.js').Signal<{ account: string, device: string, kind: string } | null>} */
export const who = signal(null);
/** The teams in which they work; null while nobody has asked. @type {import('../vendor/signals.js').Signal<Team[] | null>} */
export const teams = signal(null);
/** The team whose desk this is: '' for none. */
export const team = signal("");
/** Why it is not known in which teams they work. */
export const failed = signal(/** @type {unknown} */ (null));

/** @type {Session} */
export let session;

/** How a way by the sign-in of the organisation ended: false, in vain. */
export const came = signal(true);

const remembered = "satchel-board-team";

/** Looks who is signed in. */
export async function start() {
  session = await Session.open("board", await indexedDBStorage("satchel-board-session"));
  session.addEventListener("signedIn", look);
  session.addEventListener("signedOut", () => {
    localStorage.removeItem(remembered);
    look();
  });
  came.value = await comeBack(session);
  look();
}

function look() {
  if (session.who && who.value?.account === session.who.account) return;
  who.value = session.who;
  teams.value = null;
  team.value = "";
  if (who.value) void list();
}

/** Asks in which teams they work. */
async function list() {
  failed.value = null;
  try {
    const got = await session.ask("GET", "/v1/teams");
    teams.value = got.teams;
    const known = got.teams.some((/** @type {Team} */ one) => one.id === localStorage.getItem(remembered));
    team.value = known ? String(localStorage.getItem(remembered)) : (got.teams[0]?.id ?? "");
  } catch (err) {
    failed.value = err;
  }
}

/** Goes to the desk of another team. @param {string} id */
export function choose(id) {
  localStorage.setItem(remembered, id);
  team.value = id;
}

/** Does something with a record for the team of this desk. @param {string} record @param {string} action @param {object} body @param {{ key?: string, of?: string, keepalive?: boolean }} [o] the same key again: the same deed; of: for which team; keepalive: it arrives though the page goes */
export const act = (record, action, body, { key = crypto.randomUUID(), of = team.value, keepalive } = {}) =>
  session.ask("POST", `/v1/records/${record}/actions/${action}`, { body, keepalive, headers: { "idempotency-key": key, "acting-team": of } });
