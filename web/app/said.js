// Words that do not come from the catalogue: the questionnaire's and the advice's, as the signed files have them. Where they are not there in the language
// of the screen they stand in English, and are marked so for whoever reads aloud; a translation that nobody signed off says that it is a draft.
import { html } from "../ui/html.js";
import { lang, t } from "../words/words.js";

/** @typedef {import('../sdk/src/instrument/words.js').Said} Said */

/** The language of an element whose words are not in that of the screen. @param {string} language */
export const foreign = language => (language === lang() ? undefined : language);

/** @param {Said} said */
export const show = said => (foreign(said.language) ? html`<span lang=${said.language}>${said.text}</span>` : said.text);

/** A text of the catalogue with such words put into it. @param {string} key @param {{ [name: string]: Said | number }} put */
export function fill(key, put) {
  const parts = t(key, Object.fromEntries(Object.keys(put).map(name => [name, `\0${name}\0`]))).split("\0");
  return parts.map((part, i) => {
    const one = i % 2 === 1 ? put[part] : part;
    return typeof one === "object" ? show(one) : one;
  });
}

/** The quiet mark of a translation that nobody has signed off. @param {{ draft: boolean }} p */
export const DraftWords = ({ draft }) => draft && html`<p class="quiet">${t("needs.draftWords")}</p>`;
