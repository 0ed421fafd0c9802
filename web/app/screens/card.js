// The emergency card: what somebody who has never met the person must know, on this screen, on paper and as a code, with no network at either end. It is
// said in English or in Spanish, whichever whoever reads it reads, and not in the language of the app.
import { html, useEffect, useRef, useState } from "../../ui/html.js";
import { Button, Empty, Loading, Title } from "../../ui/parts.js";
import { codeText, emergencyCard, lines } from "../../sdk/src/emergency/index.js";
import { t } from "../../words/words.js";
import { Age } from "../age.js";
import { Back } from "../back.js";
import { now } from "../clock.js";
import { lends } from "../lends.js";
import { link } from "../route.js";
import { rules } from "../rules.js";
import { DraftWords } from "../said.js";
import { documents, helps, status } from "../store.js";
import { Code } from "../../ui/qr.js";
import { Links } from "./card/links.js";

/** @typedef {import('../rules.js').Rules} Rules */

/** How long the card waits for rules that are not on this device, ms: then it says what it knows without them. */
const patienceMs = 1500;
/** @type {Rules} */
const none = { library: null, region: "", asked: 0 };

/** The card as of now; null for a moment. @returns {Facts | null} */
function useCard() {
  const [found, setFound] = useState(/** @type {Rules | null} */ (null));
  useEffect(() => {
    const timer = setTimeout(() => setFound(had => had ?? none), patienceMs);
    void rules().then(setFound, () => setFound(none));
    return () => clearTimeout(timer);
  }, []);
  if (!found) return null;
  const { library, region } = found;
  return emergencyCard({ docs: documents.value ?? [], library, region, at: now.value, updatedAt: status.value.heard });
}

/** @param {{ path: string[] }} p */
export function Card({ path: [what] }) {
  if (!lends.value) return html`<${Back} to=${["more"]} /><${Title}>${t("card.title")}<//><${Empty}>${t("card.notYours")}<//>`;
  return html`<${Shown} what=${what} />`;
}

/** @param {{ what?: string }} p */
function Shown({ what }) {
  const card = useCard();
  return what === "links" ? html`<${Links} card=${card} />` : html`<${Whole} card=${card} />`;
}

/** @typedef {import('../../sdk/src/emergency/index.js').Card} Facts */

/** @param {{ card: Facts | null }} p */
function Whole({ card }) {
  const [language, setLanguage] = useState("en");
  const [code, setCode] = useState(false);
  const drawn = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => void (code && drawn.current?.scrollIntoView({ block: "nearest" })), [code]);
  const other = language === "en" ? "es" : "en";
  const head = html`<${Back} to=${["more"]} /><${Title}>${t("card.title")}<//>
    <p>${t("card.about")}</p>`;
  if (!card) return html`${head}<${Loading} />`;
  return html`
    ${head}
    <${Age} />
    ${helps.value && html`<p>${t("card.helper")}</p>`}
    <${Paper} card=${card} language=${language} />
    <${DraftWords} draft=${language !== "en"} />
    <div class="choices apart">
      <${Button} wide onClick=${() => setLanguage(other)}>${t("card.in." + other)}<//>
      <${Button} wide onClick=${() => print()}>${t("card.print")}<//>
      <p class="quiet" id="seen">${t("card.code.about")}</p>
      <${Button} wide onClick=${() => setCode(!code)} aria-expanded=${code ? "true" : "false"} aria-describedby="seen">
        ${t(code ? "card.code.hide" : "card.code.show")}
      <//>
      <div ref=${drawn}>${code && html`<${Code} text=${codeText(card, language)} label=${t("card.code")} />`}</div>
      <p class="quiet" id="lent">${t("card.links.more")}</p>
      <${Button} wide href=${link("card", "links")} aria-describedby="lent">${t("card.links")}<//>
    </div>
  `;
}

/** The lines as the phone in Go says them; what is expected stands first, in a box. @param {{ card: Facts, language: string }} p */
function Paper({ card, language }) {
  const all = lines(card, language);
  const notes = all.length - lines({ ...card, findings: [] }, language).length;
  return html`<article class="paper" lang=${language}>
    <h2>${language === "es" ? "TARJETA DE EMERGENCIA" : "EMERGENCY CARD"}</h2>
    ${notes > 0 && html`<div class="note">${all.slice(0, notes).map((line, i) => html`<p key=${i}>${line}</p>`)}</div>`}
    ${all.slice(notes).map((line, i) => html`<p key=${i}>${line}</p>`)}
  </article>`;
}
