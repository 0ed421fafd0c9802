// What the items of the questionnaire are called: as the installation's own questionnaire has them. Names alone are taken from it; nothing
// is judged here.
import { signal } from "../ui/html.js";
import { session } from "./store.js";

/** @type {import('../vendor/signals.js').Signal<Map<string, string> | null>} */
const names = signal(null);
let asked = false;

/** Whether they are known, or cannot be: what is drawn before that would move when they come. */
export function named() {
  if (!asked) void ask();
  return names.value !== null;
}

/** @param {unknown} code */
export function itemName(code) {
  if (!asked) void ask();
  return names.value?.get(String(code)) ?? String(code);
}

async function ask() {
  asked = true;
  try {
    const { files } = await session.ask("GET", "/v1/instruments");
    /** @type {Map<string, string>} */
    const all = new Map();
    for (const [name, text] of Object.entries(files)) {
      if (!name.endsWith(".json")) continue;
      const { items } = JSON.parse(/** @type {string} */ (text));
      if (Array.isArray(items)) for (const item of items) if (item.code && item.text) all.set(item.code, item.text);
    }
    names.value = all;
  } catch {
    names.value = new Map();
    asked = false;
  }
}
