// The companion begins: its words, what lies on this device, and then the screen. The network is asked for nothing before that.
import { keepFocus } from "../ui/focus.js";
import { html, render } from "../ui/html.js";
import { choose, use } from "../words/words.js";
import { areas } from "./areas.js";
import { watch } from "./away.js";
import { Frame } from "./frame.js";
import { install } from "./install.js";
import { look } from "./look.js";
import { route } from "./route.js";
import { load, loadOthers } from "./screens.js";
import { known, start } from "./store.js";

look.apply();
await Promise.all([use(look.language || choose(navigator.languages), areas), start(), load(known() ? (route.value[0] ?? "") : "sign-in")]);
render(html`<${Frame} />`, /** @type {HTMLElement} */ (document.querySelector("#app")));
keepFocus();
watch();
void install();
void whenDrawn().catch(() => {}); // no network on a first visit: a screen that is opened says so

/** What nobody waits for. */
async function whenDrawn() {
  const [{ keepRules }, { keepRung }] = await Promise.all([import("./rules.js"), import("./rung.js")]);
  keepRules();
  keepRung();
  await loadOthers();
}
