// What the board shows: who is signed in, and in which teams.
import { signal } from "../ui/html.js";
import { indexedDBStorage } from "../sdk/src/index.js";
import { comeBack } from "../session/organisation.js";
import { Session } from "../session/session.js";

/** @type {import('../vendor/signals.js').Signal<{ account: string, device: string, kind: string } | null>} */
export const who = signal(null);

/** @type {Session} */
export let session;

/** How a way by the sign-in of the organisation ended: false, in vain. */
export const came = signal(true);

/** Looks who is signed in. */
export async function start() {
  session = await Session.open("board", await indexedDBStorage("satchel-board-session"));
  const look = () => (who.value = session.who);
  session.addEventListener("signedIn", look);
  session.addEventListener("signedOut", look);
  came.value = await comeBack(session);
  look();
}
