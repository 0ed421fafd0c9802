// The questions and the red-flag rules of this device: fetched when there is a network, kept, and judged by without one. What is not signed by the
// key that was pinned at the sign-in is not used; then the page that needs no rules is shown (hazard H05).
import { newer, openBundle } from "../sdk/src/instrument/index.js";
import { effect } from "../ui/html.js";
import { renewPlace } from "./reminders.js";
import { device, helps, locked, session, who } from "./store.js";

/** @import { Library } from '../sdk/src/instrument/index.js' */

/** @typedef {{ tag: string, region: string, newest: string, asked: number, text: string }} Kept */

/** @type {Promise<Rules> | undefined} */
let opened;

/** @typedef {{ library: Library | null, region: string, asked: number }} Rules `asked`: when the server was last asked whether there are newer ones, ms; 0: never */

/** The rules that lie here, opened once; asked for where there are none. @returns {Promise<Rules>} */
export function rules() {
  opened ??= openKept().then(found => (found.library ? found : renew()));
  return opened;
}

/** The rules of the open record: in a record of their own somebody who helps is asked how they are themselves. @param {Library} library */
export const rulesHere = library => (who.value?.kind === "caregiver" && !helps.value && library.newest("cgflags")) || library.current;

/** Rules are asked for anew so often, ms. */
const freshMs = 864e5;

/** Rules, those of reminders too, are here before anybody needs them: they are asked for as soon as somebody is signed in, and each day that the network is there. */
export function keepRules() {
  const look = async () => {
    if (!who.value || locked.value) return;
    const { library, asked } = await rules();
    const old = Math.abs(Date.now() - asked) > freshMs;
    if (old) await renewPlace();
    if (!library || old) await renew();
  };
  effect(() => {
    opened = undefined; // nothing is remembered of whoever was signed in before
    if (who.value && !locked.value) void look().catch(() => {});
  });
  addEventListener("online", () => void look().catch(() => {}));
}

/** @returns {Promise<Kept>} */
async function kept() {
  const text = await device.kept("rules");
  return text === undefined ? { tag: "", region: "", newest: "", asked: 0, text: "" } : JSON.parse(text);
}

/** @returns {Promise<Rules>} */
async function openKept() {
  const { text, region, newest, asked } = await kept();
  const library = text === "" ? null : (await open(text, newest)).library;
  return { library, region, asked };
}

/** @param {string} text @param {string} newest */
async function open(text, newest) {
  const trust = session.rules;
  if (!trust) return { library: null, statement: null };
  return openBundle(text, { ...trust, newest });
}

/** Asks the server for newer rules, and keeps them if they can be trusted; without a network those that lie here go on counting. @returns {Promise<Rules>} */
export async function renew() {
  const now = await kept();
  const usable = now.tag !== "" && (await openKept()).library !== null; // "you have it" is no answer to whoever cannot use it
  try {
    const { body, headers } = await session.exchange("GET", "/v1/instruments", { headers: usable ? { "if-none-match": now.tag } : {} });
    const text = JSON.stringify(body);
    const { library, statement } = await open(text, now.newest);
    const newest = statement && newer(statement.rules, now.newest) ? statement.rules : now.newest;
    const other = library ? { text, tag: headers.get("etag") ?? "" } : {};
    await device.keep("rules", JSON.stringify({ ...now, ...other, newest, region: headers.get("satchel-region") ?? now.region, asked: Date.now() }));
  } catch (err) {
    if (/** @type {{ status?: number }} */ (err).status === 304) await device.keep("rules", JSON.stringify({ ...now, asked: Date.now() }));
  }
  opened = openKept();
  return opened;
}
