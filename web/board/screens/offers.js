// What other teams ask this one to take over, with why; and what this one has asked of others and can take back. Until somebody accepts, whoever asked is
// responsible.
import { html, useEffect, useState } from "../../ui/html.js";
import { Button, Empty, Failure, Field, Loading, Title } from "../../ui/parts.js";
import { t } from "../../words/words.js";
import { go, link } from "../../app/route.js";
import { age, when } from "../clock.js";
import { named } from "../items.js";
import { ask, offers, trouble } from "../offers.js";
import { documents, see } from "../records.js";
import { said } from "../said.js";
import { act, team } from "../store.js";
import { useKeys } from "./queue/keys.js";
import { Declining, teamIn } from "./record/reroute.js";

/** @import { Offer } from '../offers.js' */

export function Offers() {
  const [declines, setDeclines] = useState("");
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const [done, setDone] = useState("");
  const list = offers.value;
  useEffect(() => see((list ?? []).map(one => one.record)), [list]);
  useKeys({ u: () => go("queue"), Escape: () => setDeclines("") });
  const known = (list ?? []).every(one => documents.value.has(one.record));
  if (!list || !named() || !known)
    return html`<${Title}>${t("reroute.title")}<//> ${trouble.value ? html`<${Failure} error=${trouble.value} />` : html`<${Loading} />`}`;
  const does = async (/** @type {Offer} */ one, /** @type {string} */ what, /** @type {string} */ answer = "") => {
    setError(null);
    setDone("");
    setDeclines("");
    await act(one.record, what + "-re-route", { reroute: one.reroute, ...(answer && { answer }) }).then(
      () => setDone(t("reroute.did." + what)),
      setError,
    );
    void ask();
  };
  const ours = list.filter(one => one.from === team.value);
  const theirs = list.filter(one => one.to === team.value);
  return html`
    <${Title}>${t("reroute.title")}<//>
    <p>
      <${Button} href=${link("queue")}>${t("board.key.u")} <kbd>u</kbd><//>
    </p>
    <${Failure} error=${error ?? trouble.value} />
    <p class="done" role="status">${done}</p>
    <section aria-labelledby="asked">
      <h2 id="asked">${t("reroute.asked")}</h2>
      ${theirs.length === 0 && html`<${Empty}>${t("reroute.asked.none")}<//>`}
      <ul>
        ${theirs.map(
          one =>
            html`<${Line} key=${one.reroute} one=${one} words=${t("reroute.by", { team: teamIn(one.record, one.from), when: when(one.offeredAt) })}>
              ${
                declines === one.reroute
                  ? html`<${Declining} onSend=${(/** @type {string} */ why) => does(one, "decline", why)} onLeave=${() => setDeclines("")} />`
                  : html`<p class="buttons">
                      <${Button} kind="main" aria-describedby=${one.reroute} onClick=${() => does(one, "accept")}>${t("reroute.accept")}<//>
                      <${Button} aria-describedby=${one.reroute} onClick=${() => setDeclines(one.reroute)}>${t("reroute.decline")}<//>
                      <${Button} aria-describedby=${one.reroute} href=${link("record", one.record)}>${t("board.open")}<//>
                    </p>`
              }
            <//>`,
        )}
      </ul>
    </section>
    <section aria-labelledby="ours">
      <h2 id="ours">${t("reroute.ours")}</h2>
      ${ours.length === 0 && html`<${Empty}>${t("reroute.ours.none")}<//>`}
      <ul>
        ${ours.map(
          one =>
            html`<${Line} key=${one.reroute} one=${one} words=${t("reroute.to", { team: teamIn(one.record, one.to), when: when(one.offeredAt) })}>
              <p class="buttons">
                <${Button} aria-describedby=${one.reroute} onClick=${() => does(one, "withdraw")}>${t("reroute.withdraw")}<//>
                <${Button} aria-describedby=${one.reroute} href=${link("record", one.record)}>${t("board.open")}<//>
              </p>
            <//>`,
        )}
      </ul>
    </section>
  `;
}

/** One offer: who it is about, what was said, who asks, and why. @param {{ one: Offer, words: string, children?: any }} p */
function Line({ one, words, children }) {
  const { what } = said(documents.value.get(one.record) ?? [], one.concerns);
  const { person } = one;
  return html`<li class="card">
    <p id=${one.reroute}>
      <strong>${person ? t("board.person", { name: person.name, age: age(person.birthDate) }) : t("board.unnamed")}</strong>
    </p>
    ${what && html`<p>${what}</p>`}
    <p>${words}</p>
    <p><q>${one.reason}</q></p>
    ${children}
  </li>`;
}
