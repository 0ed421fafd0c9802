#!/usr/bin/env node
// What the SDK says on emergency cards: documents of records come in as JSON; of each the card as a screen, as the text of a code and as FHIR goes out.
import { text } from "node:stream/consumers";
import { codeText, emergencyCard, screenText, summary } from "../src/emergency/index.js";
import { Library } from "../src/instrument/index.js";
import { instrumentFiles } from "../vectors.js";

const library = new Library(await instrumentFiles());
const said = JSON.parse(await text(process.stdin)).map((/** @type {any} */ { id, language, ...o }) => {
  const card = emergencyCard({ library, ...o });
  return { screen: screenText(card, language), code: codeText(card, language), summary: summary(card, id, o.at) };
});
process.stdout.write(JSON.stringify(said));
