// The links by which an emergency department reads what this phone says: made, shown again, renewed and ended here, with who opened each and when. What
// is made and ended counts from when the server said so, so it needs a network.
import { html, useEffect, useState } from "../../../ui/html.js";
import { Button, Empty, Failure, Loading, Notice, Title } from "../../../ui/parts.js";
import { dayAndTime } from "../../../words/dates.js";
import { has, t } from "../../../words/words.js";
import { Back } from "../../back.js";
import { Code } from "../../../ui/qr.js";
import { end, links, make } from "./lend.js";

/** @import { Card } from '../../../sdk/src/emergency/index.js' */
/** @import { Link, Read } from './lend.js' */

/** @param {{ card: Card | null }} p */
export function Links({ card }) {
  const [list, setList] = useState(/** @type {Link[] | null} */ (null));
  const [error, setError] = useState(/** @type {any} */ (null));
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState("");
  const look = () => links().then(setList);
  useEffect(() => void look().catch(setError), []);
  const does = (/** @type {string} */ key, /** @type {() => Promise<unknown>} */ deed) => async () => {
    setBusy(true);
    setError(null);
    setSaid("");
    const told = await deed().then(() => t(key), setError);
    await look().catch(setError); // also after half of it: what was made is shown
    setSaid(told ?? ""); // when the list shows it
    setBusy(false);
  };
  const makes = () => (card ? make(card) : Promise.reject(new Error("There is no card yet.")));
  return html`
    <${Back} to=${["card"]} />
    <${Title}>${t("card.links")}<//>
    <p>${t("card.links.about")}</p>
    <p>${t("card.links.passcode")}</p>
    <${Failure} error=${error} />
    ${error?.offline && html`<p>${t("card.links.offline")}</p>`}
    <p role="status">${said}</p>
    <p><${Button} kind="main" wide busy=${busy || !card} onClick=${does("card.link.made", makes)}>${t("card.link.make")}<//></p>
    ${!list && !error && html`<${Loading} />`} ${list?.length === 0 && html`<${Empty}>${t("card.links.none")}<//>`}
    <ul class="cards apart">
      ${list?.map(
        one =>
          html`<li key=${one.id}>
            <${One}
              it=${one}
              busy=${busy}
              renew=${does("card.link.renewed", () => makes().then(() => end(one.id)))}
              ends=${does("card.link.ended", () => end(one.id))}
            />
          </li>`,
      )}
    </ul>
  `;
}

/** @param {{ it: Link, busy: boolean, renew: () => void, ends: () => void }} p */
function One({ it, busy, renew, ends }) {
  const open = it.state === "active";
  const state = t("card.link." + (has("card.link." + it.state) ? it.state : "revoked"), { when: dayAndTime(it.expires) });
  return html`
    <strong>${state}</strong>
    <p class="quiet">${t("card.link.since", { when: dayAndTime(it.made) })}</p>
    ${open && (it.here ? html`<${Here} link=${it.here.link} passcode=${it.here.passcode} />` : html`<p>${t("card.link.elsewhere")}</p>`)}
    <${Reads} it=${it} />
    ${
      open &&
      html`<div class="choices">
        <${Button} wide busy=${busy} onClick=${renew}>${t("card.link.renew")}<//>
        <${Button} kind="danger" wide busy=${busy} onClick=${ends}>${t("card.link.end")}<//>
      </div>`
    }
  `;
}

/** A link that was made on this device: its passcode, and the link when the person asks for it. @param {{ link: string, passcode: string }} p */
function Here({ link, passcode }) {
  const [code, setCode] = useState(false);
  const [copied, setCopied] = useState("");
  const copy = () => navigator.clipboard.writeText(link).then(() => setCopied(t("card.link.copied")), () => setCopied(link)); // prettier-ignore
  return html`
    <p>${t("card.link.passcode")} <span class="code">${passcode}</span></p>
    <div class="choices">
      <${Button} wide onClick=${() => setCode(!code)} aria-expanded=${code ? "true" : "false"}>${t(code ? "card.code.hide" : "card.code.show")}<//>
      ${code && html`<${Code} text=${link} label=${t("card.link.code")} />`}
      <${Button} wide onClick=${copy}>${t("card.link.copy")}<//>
    </div>
    <p role="status">${copied}</p>
  `;
}

/** Who opened it, and who tried. @param {{ it: Link }} p */
function Reads({ it }) {
  if (it.reads.length === 0) return html`<p>${t("card.link.unread")}</p>`;
  const line = (/** @type {Read} */ { outcome, recipient, at }) =>
    t("card.read." + (outcome === "opened" ? "opened" : "wrong"), { who: recipient || t("app.name.somebody"), when: dayAndTime(at) });
  const more = (it.more ?? 0) + (it.refused ?? 0);
  return html`<ul class="dots">
    ${it.reads.map((read, i) => html`<li key=${i}>${line(read)}</li>`)} ${more > 0 && html`<li>${t("card.read.more", { n: more })}</li>`}
  </ul>`;
}
