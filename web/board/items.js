// What the items of the questionnaire are called, in the language of whoever looks: as the installation's own questionnaire has them, in whatever language
// the person answered. Names alone are taken from it; nothing is judged here.
import { signal } from "../ui/html.js";
import { lang } from "../words/words.js";
import { session } from "./store.js";

/** @type {import('../vendor/signals.js').Signal<Map<string, string> | null>} */
const names = signal(null);
/** Whether the names are a translation that nobody has signed off. @type {import('../vendor/signals.js').Signal<boolean>} */
export const draftNames = signal(false);
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
    let draft = false;
    const read = Object.entries(files)
      .filter(([name]) => /^(hna|translation)\..*json$/.test(name)) // a translation comes behind what it is of
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, text]) => JSON.parse(/** @type {string} */ (text)));
    for (const { items, language, status, texts } of read) {
      for (const item of items ?? []) if (item.code && item.text) all.set(item.code, item.text);
      if (!texts || language !== lang()) continue;
      for (const code of all.keys()) if (texts[code]?.text) all.set(code, texts[code].text);
      draft ||= status !== "active";
    }
    names.value = all;
    draftNames.value = draft;
  } catch {
    names.value = new Map();
    asked = false;
  }
}
