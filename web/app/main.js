// The companion begins: its words, what lies on this device, and then the screen. The network is asked for nothing before that.
import { html, render } from "../ui/html.js";
import { choose, use } from "../words/words.js";
import { Frame } from "./frame.js";
import { install } from "./install.js";
import { look } from "./look.js";
import { start } from "./store.js";

/** The areas of the catalogue that the companion uses. */
export const areas = ["ui", "app"];

look.apply();
await Promise.all([use(look.language || choose(navigator.languages), areas), start()]);
render(html`<${Frame} />`, /** @type {HTMLElement} */ (document.querySelector("#app")));
void install();
