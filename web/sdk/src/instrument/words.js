import { refuse } from "./strict.js";
import { english, keyOfPlace } from "./translation.js";

/** @import { Library } from './library.js' */

/**
 * A text as a person reads it.
 * @typedef {object} Said
 * @property {string} text
 * @property {string} language the one asked for, or English where there is no translation: English stands in, and whoever shows it says so by `lang`
 * @property {boolean} draft a translation is in it which nobody has signed off
 */

/** A library's texts in one language. No verdict depends on it. */
export class Words {
  #library;

  /** @param {Library} library @param {string} tag such as "es" or "es-MX" */
  constructor(library, tag) {
    this.#library = library;
    this.language = tag.split("-")[0].toLowerCase();
  }

  /** A text by what it belongs to and its code there, such as "hna|1.0.0" and "phy.fever". @param {string} of @param {string} code @returns {Said} */
  text(of, code) {
    const text = this.#library.originals.get(of)?.get(code);
    if (text === undefined) return refuse("instrument", `"${of}" has no text "${code}"`);
    const t = this.#library.translations.get(this.language)?.get(of);
    if (!t) return { text, language: english, draft: false };
    return { text: /** @type {string} */ (t.texts.get(code)), language: this.language, draft: t.status !== "active" };
  }

  /**
   * An advice text with its placeholders filled. What is put in is in the language of the text around it, as far as there is any.
   * @param {string} rules @param {string} region @param {string} id @param {string} [line] the local 24-hour number
   * @returns {Said}
   */
  render(rules, region, id, line) {
    const library = this.#library;
    const { advice, emergency, fever, place } = library.filling(rules, region, id);
    const said = this.text(advice, id);
    const around = library.in(said.language);
    /** @type {{ [name: string]: string }} */
    const codes = { crisis: "crisis", ed: "wording.emergencyDepartment", practice: "wording.practice", pharmacy: "wording.pharmacy" };
    /** @type {{ [name: string]: string }} */
    const words = { line: line || around.text(advice, "lineUnknown").text, em: emergency, fever };
    const text = said.text.replace(/\{(\w+)\}/g, (_, name) => {
      if (Object.hasOwn(words, name)) return words[name];
      const word = around.text(keyOfPlace(place), codes[name]);
      said.draft ||= word.draft;
      return word.text;
    });
    return { ...said, text };
  }
}
