// What the server tells of as it happens: that something about a record is new. It is told to whoever asked for it here; nothing is lost
// while nobody listens, for then everything is asked for again.
import { signal } from "../ui/html.js";
import { listen } from "../sdk/src/live.js";
import { session } from "./store.js";

/** Since when nothing can be heard, ms; 0: the server is heard. */
export const silent = signal(0);

/** @type {Set<(record: string) => void>} */
const ears = new Set();

/** Calls f with the record that has something new, and with '' when anything may have changed. @param {(record: string) => void} f @returns {() => void} */
export function hear(f) {
  ears.add(f);
  return () => void ears.delete(f);
}

const tell = (/** @type {string} */ record) => ears.forEach(f => f(record));

/** @param {number} ms @param {() => void} f */
function after(ms, f) {
  const timer = setTimeout(f, ms);
  return () => clearTimeout(timer);
}

const pauseLeast = 1000;
const pauseMost = 30_000;

/** Listens from now on, until what it gives is called. */
export function begin() {
  const stopped = new AbortController();
  void on(stopped.signal);
  return () => stopped.abort();
}

/** @param {AbortSignal} signal */
async function on(signal) {
  let failures = 0;
  while (!signal.aborted) {
    const got = await once(signal).catch(() => null);
    if (signal.aborted) return;
    failures = got?.status === 200 ? 0 : failures + 1;
    if (failures > 0 && silent.value === 0) silent.value = Date.now();
    const pause = Math.min(pauseMost, pauseLeast * 2 ** failures) * (0.5 + Math.random() / 2);
    await new Promise(resolve => after(pause, () => resolve(null)));
  }
}

/** @param {AbortSignal} signal */
async function once(signal) {
  const token = await session.token();
  if (!token) return null;
  const ask = async (/** @type {AbortSignal} */ signal) => {
    const got = await fetch("/v1/live", { signal, cache: "no-store", headers: { authorization: `Bearer ${token}` } });
    if (got.status === 401) await session.doubt();
    if (got.ok) {
      silent.value = 0;
      tell(""); // what changed while nobody listened
    }
    return got;
  };
  return listen(ask, tell, { signal, after });
}
