// The board begins: its words, who is signed in, and then the desk.
import { keepFocus } from "../ui/focus.js";
import { html, render } from "../ui/html.js";
import { choose, use } from "../words/words.js";
import { areas } from "./areas.js";
import { Frame } from "./frame.js";
import { start } from "./store.js";

await Promise.all([use(choose(navigator.languages), areas), start()]);
render(html`<${Frame} />`, /** @type {HTMLElement} */ (document.querySelector("#board")));
keepFocus();
