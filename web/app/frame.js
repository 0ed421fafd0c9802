// What stands around every screen: the way back, whether everything is sent, and the five places.
import { html } from "../ui/html.js";
import { t } from "../words/words.js";
import { differences } from "./differing.js";
import { route, whole } from "./route.js";
import { missing, places, screenOf } from "./screens.js";
import { Sent } from "./sent.js";
import { Button, Empty, Notice, served, Title } from "../ui/parts.js";
import { leaveQuickly } from "./away.js";
import { look } from "./look.js";
import { whose } from "./whose.js";
import { documents, ended, locked, record, shared, signInAgain, waiting, who } from "./store.js";

export function Frame() {
  if (locked.value) return html`<main><${Screen} of="lock" /></main>`;
  if (who.value === undefined) return null;
  if (who.value === null) {
    return html`<main>${signInAgain.value && html`<${Notice}><p>${t("app.signIn.again")}</p><//>`}<${Screen} of="sign-in" /></main>`;
  }
  if (documents.value === undefined) return null; // a moment: what is above a screen depends on what lies here, and pushes nothing down later
  const [place = "", ...rest] = route.value;
  return html`
    <a class="only-read-aloud" href="#main" onClick=${skip}>${t("app.skip")}</a>
    <header>
      ${
        who.value.kind === "caregiver" &&
        record.value &&
        html`<a class="whose" href="#/whose" aria-current=${place === "whose" ? "page" : undefined}>
          <span>${t("app.whose.title")}: <strong>${whose(record.value)}</strong></span>
        </a>`
      }
      <${Sent} />
      ${look.quick && html`<${Button} onClick=${leaveQuickly}>${t("settings.quick")}<//>`}
      ${
        ended.value &&
        html`<${Notice} level="amber" role="alert">
          <p>${t("app." + ended.value)}</p>
          <${Button} onClick=${() => (ended.value = "")}>${t("app.understood")}<//>
        <//>`
      }
      ${!record.value && waiting.value && html`<${Notice} role="status"><p>${served(waiting.value, "")}</p><//>`}
      ${differences.value.length > 0 && place !== "conflicts" && html`<p class="differing"><a href="#/conflicts">${t("app.differing", { n: differences.value.length })}</a></p>`}
    </header>
    <main id="main" tabindex="-1" key=${[record.value, ...route.value].join("/")}><${Screen} of=${place} path=${rest} /></main>
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

/** What a caregiver needs to be shown a place at all: one that leads only to refusals is not offered. @type {{ [place: string]: string[] }} */
const lent = { plan: ["plan"], labs: ["schedule", "results"], needs: ["assessments"], appointments: ["schedule"], messages: ["messages"] };

/** The screen of an address. One that could not be loaded comes with the page, opened again. @param {{ of: string, path?: string[] }} p */
function Screen({ of, path = [] }) {
  if (lent[of] && !lent[of].some(shared)) {
    return html`<${Title}>${t(of + ".title")}<//><${Empty}>${t("app.notShared")}<//>`;
  }
  const Loaded = screenOf(of);
  if (Loaded) return html`<${Loaded} path=${path} />`;
  if (!missing.value) return null;
  return html`<${Title}>${t("app.notHere")}<//>
    <p>${t("app.notHere.why")}</p>
    <${Button} kind="main" wide onClick=${() => location.reload()}>${t("app.notHere.again")}<//>`;
}

/** @param {Event} event the address keeps the screen that is open */
function skip(event) {
  event.preventDefault();
  document.querySelector("main")?.focus();
}
