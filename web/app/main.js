// The companion begins: its words, what lies on this device, and then the screen. The network is asked for nothing before that.
import { keepFocus } from "../ui/focus.js";
import { html, render } from "../ui/html.js";
import { choose, use } from "../words/words.js";
import { areas } from "./areas.js";
import { watch } from "./away.js";
import { Frame } from "./frame.js";
import { install } from "./install.js";
import { look } from "./look.js";
import { keepRules } from "./rules.js";
import { start } from "./store.js";

look.apply();
await Promise.all([use(look.language || choose(navigator.languages), areas), start()]);
render(html`<${Frame} />`, /** @type {HTMLElement} */ (document.querySelector("#app")));
keepFocus();
watch();
keepRules();
void install();
