// Where the tests find what Go tests too: data and vectors are read from where Go has them, and never copied.
import { readdirSync, readFileSync } from "node:fs";
import { readFiles } from "./src/instrument/index.js";

const internal = new URL("../../internal/", import.meta.url);

/** @param {string} path below internal/ */
export const textOf = path => readFileSync(new URL(path, internal), "utf8");

/** @param {string} path @returns {any} */
export const jsonOf = path => JSON.parse(textOf(path));

/** The instrument's files by name, those that travel in a bundle. */
export function instrumentTexts() {
  const names = readdirSync(new URL("instrument/data/", internal)).filter(name => !name.startsWith("whentocall"));
  return Object.fromEntries(names.sort().map(name => [name, textOf("instrument/data/" + name)]));
}

export const instrumentFiles = () => readFiles(instrumentTexts());
