// What a team must look after, a list of each kind: for a navigator and whoever goes through them by the keyboard. A line leaves its place only when
// the nurse brings in what is new.
import { html, useState } from "../../ui/html.js";
import { Button, Empty, Failure, Loading, Title } from "../../ui/parts.js";
import { t } from "../../words/words.js";
import { team } from "../store.js";
import { One } from "./lists/one.js";
import { more } from "./lists/read.js";
import { useLists } from "./lists/hearing.js";

/** @typedef {import('./lists/read.js').List} List */
/** @typedef {import('./lists/read.js').Line} Line */

/** The list that was looked at last, so that the way back from a record leads to it: a word for all records, none for any. */
let last = "";

export function Lists() {
  const { lists, setLists, fresh, bringIn, error, again } = useLists();
  const [kind, setKind] = useState(last);
  const open = lists?.filter(list => list.lines.length > 0) ?? [];
  const list = open.find(one => one.kind === kind) ?? open[0];
  if (!lists) return html`<${Title}>${t("lists.title")}<//>${error ? html`<${Failure} error=${error} />` : html`<${Loading} />`}`;
  const go = (/** @type {string} */ to) => setKind((last = to));
  const put = (/** @type {List} */ changed) => setLists(now => now && now.map(one => (one.kind === changed.kind ? changed : one)));
  const change = (/** @type {Line} */ line, /** @type {any} */ of) => {
    const changed = (/** @type {Line} */ one) => (one.key !== line.key ? [one] : of ? [{ ...one, of: { ...one.of, ...of } }] : []);
    put({ ...list, lines: list.lines.flatMap(changed) });
    again();
  };
  return html`
    <${Title}>${t("lists.title")}<//>
    <div class="news" role="status">${fresh && html`<${Button} onClick=${bringIn}>${t("board.moved")} <kbd>n</kbd><//>`}</div>
    <${Failure} error=${error} />
    <div class="lists">
      <nav aria-label=${t("lists.all")}>
        <ul>
          ${open.map(one => html`<${Kind} key=${one.kind} list=${one} on=${one === list} onClick=${() => go(one.kind)} />`)}
        </ul>
      </nav>
      ${!list && html`<${Empty}>${t("lists.empty")}<//>`}
      ${
        list &&
        html`<${One}
          key=${list.kind}
          list=${list}
          onNext=${() => go(open[(open.indexOf(list) + 1) % open.length].kind)}
          onNews=${bringIn}
          onMore=${async () => put(await more(team.value, list))}
          onChanged=${change}
        />`
      }
      <${None} kinds=${lists.filter(one => one.lines.length === 0).map(one => one.kind)} />
    </div>
  `;
}

/** One of the lists, with how many lines it has. @param {{ list: List, on: boolean, onClick: () => void }} p */
function Kind({ list, on, onClick }) {
  const n = list.lines.length + (list.next || !list.whole ? "+" : "");
  return html`<li>
    <${Button} kind=${on ? "main" : ""} wide aria-current=${on ? "true" : undefined} onClick=${onClick}
      >${t("lists.count", { what: t("lists.kind." + list.kind), n })}<//
    >
  </li>`;
}

/** The lists on which nothing waits: that is an answer, too. @param {{ kinds: string[] }} p */
function None({ kinds }) {
  if (kinds.length === 0) return null;
  return html`<details>
    <summary>${t("lists.none", { n: kinds.length })}</summary>
    <ul class="quiet">
      ${kinds.map(kind => html`<li key=${kind}>${t("lists.kind." + kind)}</li>`)}
    </ul>
  </details>`;
}
