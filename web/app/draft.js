// What is written and not sent: it lies on this device, sealed with the record, until it is sent or thrown away. No server hears of it.
import { useEffect, useState } from "../ui/html.js";
import { keep, kept, record } from "./store.js";

/** What waits to be kept; of one draft the newest counts. @type {Map<string, [string, string, string | undefined]>} */
const waiting = new Map();
let running = false;

/** @param {string} id @param {string} part @param {string} [text] none: it goes */
async function save(id, part, text) {
  waiting.delete(id + part);
  waiting.set(id + part, [id, part, text]);
  if (running) return;
  running = true;
  for (const [key, one] of waiting) {
    waiting.delete(key);
    await keep(...one).catch(() => {}); // what is locked or full says so elsewhere; what was kept before stands
  }
  running = false;
}

/**
 * A draft of a form. `said` is null until it is known whether there is one.
 * @template {{ [name: string]: string }} Said
 * @param {string} name
 * @param {() => Said} fresh
 * @param {(said: Said) => boolean} empty whether nothing is said yet
 */
export function useDraft(name, fresh, empty) {
  const [id, part] = [record.value, "draft/" + name];
  const [said, setSaid] = useState(/** @type {Said | null} */ (null));
  useEffect(() => {
    let here = true;
    const begin = (/** @type {string | undefined} */ text) => here && setSaid({ ...fresh(), ...(text && JSON.parse(text)) });
    kept(id, part).then(begin, () => begin(undefined));
    return () => void (here = false);
  }, [id, part]);
  const take = (/** @type {Partial<Said>} */ more) => {
    const now = /** @type {Said} */ ({ ...said, ...more });
    setSaid(now);
    void save(id, part, empty(now) ? undefined : JSON.stringify(now));
  };
  const drop = () => {
    setSaid(fresh());
    void save(id, part);
  };
  return { said, take, drop, drafted: said !== null && !empty(said) };
}
