// What an emergency department must know, from a record's own documents, with no network at either end (decisions 0111 and 0147): the card, its lines as
// the phone in Go says them, the text of its code, and the FHIR document that a link carries.
export { emergencyCard } from "./card.js";
export { codeText, lines, screenText, textMax } from "./words.js";
export { summary } from "./summary.js";
export { narrowed } from "./papers.js";

/** @typedef {import('./card.js').Card} Card */
