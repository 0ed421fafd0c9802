// What stands around every screen: the way back, whether everything is sent, and the five places.
import { html } from "../ui/html.js";
import { t } from "../words/words.js";
import { differences } from "./differing.js";
import { route, whole } from "./route.js";
import { places, screens } from "./screens.js";
import { SignIn } from "./screens/sign-in.js";
import { Sent } from "./sent.js";
import { Button, Notice, served } from "../ui/parts.js";
import { leaveQuickly } from "./away.js";
import { look } from "./look.js";
import { Lock } from "./screens/lock.js";
import { documents, ended, locked, record, signInAgain, waiting, who } from "./store.js";

export function Frame() {
  if (locked.value) return html`<main><${Lock} /></main>`;
  if (who.value === undefined) return null;
  if (who.value === null) {
    return html`<main>${signInAgain.value && html`<${Notice}><p>${t("app.signIn.again")}</p><//>`}<${SignIn} /></main>`;
  }
  if (documents.value === undefined) return null; // a moment: what is above a screen depends on what lies here, and pushes nothing down later
  const [place = "", ...rest] = route.value;
  const Screen = screens[place] ?? screens[""];
  return html`
    <a class="only-read-aloud" href="#main" onClick=${skip}>${t("app.skip")}</a>
    <header>
      <${Sent} />
      ${look.quick && html`<${Button} onClick=${leaveQuickly}>${t("settings.quick")}<//>`}
      ${
        ended.value &&
        html`<${Notice} level="amber" role="alert">
          <p>${t("app.ended")}</p>
          <${Button} onClick=${() => (ended.value = "")}>${t("app.understood")}<//>
        <//>`
      }
      ${!record.value && waiting.value && html`<${Notice} role="status"><p>${served(waiting.value, "")}</p><//>`}
      ${differences.value.length > 0 && place !== "conflicts" && html`<p class="differing"><a href="#/conflicts">${t("app.differing", { n: differences.value.length })}</a></p>`}
    </header>
    <main id="main" tabindex="-1" key=${route.value.join("/")}><${Screen} path=${rest} /></main>
    ${
      !whole.value &&
      html`<nav aria-label=${t("app.places")}>
        ${places.map(
          name => html`<a href=${"#/" + name} aria-current=${name === place ? "page" : undefined}>${t("app.place." + (name || "today"))}</a>`,
        )}
      </nav>`
    }
  `;
}

/** @param {Event} event the address keeps the screen that is open */
function skip(event) {
  event.preventDefault();
  document.querySelector("main")?.focus();
}
