// Every text that a person reads comes from a catalogue: one file a language and area, data that a translator edits. A text names what is put
// into it as {name}; where a number decides about the form, it is an object by Intl.PluralRules' words, chosen by {n}.

/** @typedef {string | { [form: string]: string }} Words */

export const languages = ["en", "es"];

/** @type {Map<string, Words>} */
const catalogue = new Map();
let language = "en";
let plural = new Intl.PluralRules("en");

/** The language in use, as in `lang` and for Intl. */
export const lang = () => language;

/** The first of ours that the browser asks for. @param {readonly string[]} wanted @returns {string} */
export function choose(wanted) {
  for (const tag of wanted) {
    const plain = tag.split("-")[0].toLowerCase();
    if (languages.includes(plain)) return plain;
  }
  return "en";
}

/** Takes a language in use, with the areas that a page needs. @param {string} tag @param {string[]} areas */
export async function use(tag, areas) {
  const found = await Promise.all(areas.map(area => read(tag, area)));
  language = tag;
  plural = new Intl.PluralRules(tag);
  catalogue.clear();
  areas.forEach((area, i) => Object.entries(found[i]).forEach(([key, words]) => catalogue.set(`${area}.${key}`, words)));
  document.documentElement.lang = tag;
}

/** @param {string} tag @param {string} area @returns {Promise<{ [key: string]: Words }>} */
async function read(tag, area) {
  const got = await fetch(new URL(`./${tag}/${area}.json`, import.meta.url));
  if (!got.ok) throw new Error(`There are no words for ${area} in ${tag}.`);
  return got.json();
}

/**
 * The text of a key, `area.name`. A key that is not there is shown as it stands, and complained of.
 * @param {string} key
 * @param {{ [name: string]: string | number }} [put]
 * @returns {string}
 */
export function t(key, put = {}) {
  const words = catalogue.get(key);
  if (words === undefined) {
    console.error("no words for " + key);
    return key;
  }
  const text = typeof words === "string" ? words : (words[plural.select(Number(put.n))] ?? words.other);
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in put ? String(put[name]) : whole));
}

/** What stands behind a beginning in the catalogue, in its order: "tests." gives every test. @param {string} beginning */
export const keys = beginning => [...catalogue.keys()].filter(key => key.startsWith(beginning)).map(key => key.slice(beginning.length));

/** Whether there is a text of that key: for words that data choose. @param {string} key */
export const has = key => catalogue.has(key);
