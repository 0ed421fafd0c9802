// Whether the server may ring this browser while no page is open: for as long as the person wants that on this device. Browsers end subscriptions by
// themselves, so each start of the app sees to it again, where the person had said yes.
import { subscribe, unsubscribe, whenChanged } from "../sdk/src/push.js";
import { effect, signal } from "../ui/html.js";
import { lang } from "../words/words.js";
import { device, locked, session, who } from "./store.js";

/** How it stands: as the SDK says it, or why nobody knows. @typedef {import('../sdk/src/push.js').Ringing | 'offline' | 'failed'} Rung */

/** Whether the person wants it here. */
export const wanted = signal(false);
/** What came of it when it was last looked at. */
export const rung = signal(/** @type {Rung} */ ("off"));

/** Where the person's word is kept on this device, sealed. */
const part = "rung";

const registered = async () => navigator.serviceWorker?.getRegistration("/app");

/** @param {boolean} ask the person may be asked by the browser @returns {Promise<Rung>} */
async function tell(ask) {
  const registration = await registered();
  if (!registration) return "unsupported";
  try {
    const token = await session.token();
    return token ? await subscribe({ token, registration, ask }) : "offline";
  } catch (err) {
    return err instanceof TypeError || !navigator.onLine ? "offline" : "failed"; // fetch knows no other word for a network that is not there
  }
}

/** What is under way: one thing after another, or what was begun before the person said no would subscribe once more after it. @type {Promise<unknown>} */
let before = Promise.resolve();

/** @param {() => Promise<void>} deed @returns {Promise<void>} */
const inTurn = deed => {
  const done = before.then(deed);
  before = done.catch(() => {});
  return done;
};

/** Lets this device ring, from a touch of the person's. */
export const ring = () =>
  inTurn(async () => {
    rung.value = await tell(true);
    wanted.value = rung.value === "on";
    if (wanted.value) await device.keep(part, "yes");
  });

/** It rings no more: the server forgets it now, or, where it cannot be told, when it next would ring. */
export const hush = () =>
  inTurn(async () => {
    await device.keep(part);
    const registration = await registered();
    if (registration) await unsubscribe(registration, { token: (await session.token()) ?? "" }).catch(() => {});
    wanted.value = false;
    rung.value = "off";
  });

/** The worker that rings reads here in which language: of itself it knows the browser's alone. @param {string} tag */
export const ringIn = tag =>
  void caches.open("satchel-language").then(
    cache => cache.put("/language", new Response(tag)),
    () => {},
  );

/** Sees to it from now on that it rings where that is wanted. */
export function keepRung() {
  ringIn(lang());
  const look = async () => {
    wanted.value = (await device.kept(part)) === "yes";
    if (!wanted.value) return;
    const how = await tell(false);
    rung.value = how === "offline" ? "on" : how; // what was seen to before stands
  };
  const looks = () => void (who.value && !locked.value && inTurn(look).catch(() => {}));
  effect(looks);
  addEventListener("online", looks);
  if (navigator.serviceWorker) whenChanged(looks);
}
