// The board begins: its words, who is signed in, and then the desk.
import { html, render } from "../ui/html.js";
import { choose, use } from "../words/words.js";
import { Frame } from "./frame.js";
import { start } from "./store.js";

/** The areas of the catalogue that the board uses. */
export const areas = ["ui", "board", "tests"];

await Promise.all([use(choose(navigator.languages), areas), start()]);
render(html`<${Frame} />`, /** @type {HTMLElement} */ (document.querySelector("#board")));
