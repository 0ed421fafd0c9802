// One record on one screen: left what was said, in the middle the plan and who handles what, right tests, notes and what was done. Who it is
// stays in sight.
import { html, useEffect } from "../../ui/html.js";
import { Button, Failure, Loading, Title } from "../../ui/parts.js";
import { t } from "../../words/words.js";
import { civilDay } from "../../words/dates.js";
import { go, link } from "../../app/route.js";
import { age, when } from "../clock.js";
import { named } from "../items.js";
import { drafts } from "../closings.js";
import { mine } from "../queue.js";
import { Drafts } from "../drafts.js";
import { documents, see, trouble } from "../records.js";
import { Closing } from "./queue/closing.js";
import { Help, useKeys } from "./queue/keys.js";
import { Done, Notes } from "./record/right.js";
import { Tests } from "./record/tests.js";
import { Plan, Teams } from "./record/middle.js";
import { Gaps } from "./record/gaps.js";
import { Rerouted, Rerouting } from "./record/reroute.js";
import { useDeeds } from "./record/deeds.js";
import { Reply, Said } from "./record/left.js";
import { Entering } from "./record/entering.js";
import { Rows, useRow } from "./record/rows.js";
import { Waiting } from "./record/waiting.js";
import { Ending, Planned, Scheduling } from "./record/schedule.js";

/** @import { Document } from '../../sdk/src/types.js' */
/** @import { Deeds } from './record/deeds.js' */

const keys = () => [
  ["j", t("board.key.next")],
  ["r", t("board.reply")],
  ["c", t("board.claim")],
  ["h", t("board.handBack")],
  ["x", t("board.close")],
  ["b", t("schedule.order")],
  ["t", t("reroute.do")],
  ["z", t("undo.go")],
  ["p", t("planning.open")],
  ["i", t("entering.enter")],
  ["s", t("settle.open")],
  ["a", t("access.open")],
  ["u", t("board.key.u")],
  ["?", t("board.key.help")],
];

/** @param {{ path: string[] }} p */
export function Record({ path: [id = "", first = ""] }) {
  useEffect(() => {
    if (id) see([id]);
  }, [id]);
  const docs = documents.value.get(id);
  if (!id)
    return html`<${Title}>${t("board.record")}<//>
      <p>${t("board.record.none")}</p>`;
  if (!docs || !named())
    return html`<${Title}>${t("board.record")}<//> ${trouble.value ? html`<${Failure} error=${trouble.value} />` : html`<${Loading} />`}`;
  if (docs.length === 0)
    return html`<${Title}>${t("board.record")}<//>
      <p>${t("board.record.away")}</p>`;
  return html`<${Open} id=${id} docs=${docs} first=${first === "reply" || first === "re-route" ? first : ""} />`;
}

/** @param {{ id: string, docs: Document[], first: '' | 'reply' | 're-route' }} p first: the panel that is wanted from the start */
function Open({ id, docs, first }) {
  const { rows, row, choose } = useRow(docs, id);
  const who = /** @type {any} */ (docs.find(d => d.id.startsWith("person/"))?.fields ?? {});
  const name = String(who.name ?? t("board.unnamed"));
  const deeds = useDeeds({ id, name, row, first });
  const { show, schedule, leave, busy } = deeds;
  const next = () => row && !busy && choose(rows[(rows.indexOf(row) + 1) % rows.length].doc);
  useKeys({
    j: next,
    r: () => show("reply"),
    c: deeds.take,
    h: deeds.back,
    x: () => row && show("close"),
    b: () => schedule(),
    t: () => row && show("re-route"),
    p: () => go("plan", id),
    i: () => show("enter"),
    s: () => go("settle", id),
    a: () => go("access", id),
    u: () => go("queue"),
    "?": () => show("help"),
    Escape: leave,
  });
  return html`
    <div class="person">
      <${Title}>${name}<//>
      ${who.birthDate && html`<p>${t("board.born", { day: civilDay(who.birthDate), age: age(who.birthDate) })}</p>`}
      <${Rows} rows=${rows} row=${row} docs=${docs} busy=${busy} onChoose=${choose} />
    </div>
    <${Drafts} />
    <${Tools} id=${id} docs=${docs} row=${row} deeds=${deeds} />
    <${Failure} error=${deeds.error ?? trouble.value} />
    <p class="done" role="status">${deeds.done}</p>
    <${Panel} id=${id} docs=${docs} row=${row} name=${name} deeds=${deeds} />
    <${Columns} id=${id} docs=${docs} schedule=${schedule} />
  `;
}

/** What can be done here, each with its key. @param {{ id: string, docs: Document[], row: any, deeds: Deeds }} p */
const Tools = ({ id, docs, row, deeds: { show, take, back, schedule } }) => html`
  <div class="tools" role="group" aria-label=${t("board.tools")}>
    <${Button} href="#/queue">${t("board.key.u")} <kbd>u</kbd><//>
    <${Button} onClick=${() => show("reply")}>${t("board.reply")} <kbd>r</kbd><//>
    ${row && (mine(row) ? html`<${Button} onClick=${back}>${t("board.handBack")} <kbd>h</kbd><//>` : html`<${Button} onClick=${take}>${t("board.claim")} <kbd>c</kbd><//>`)}
    ${row && html`<${Button} onClick=${() => show("close")}>${t("board.close")} <kbd>x</kbd><//>`}
    ${row && html`<${Button} onClick=${() => show("re-route")}>${t("reroute.do")} <kbd>t</kbd><//>`}
    <${Button} onClick=${() => schedule()}>${t("schedule.order")} <kbd>b</kbd><//>
    <${Button} href=${link("plan", id)}>${t("planning.open")} <kbd>p</kbd><//>
    <${Button} onClick=${() => show("enter")}>${t("entering.enter")} <kbd>i</kbd><//>
    <${Waiting} id=${id} docs=${docs} />
    <${Button} href=${link("access", id)}>${t("access.open")} <kbd>a</kbd><//>
    <${Button} kind="plain" onClick=${() => show("help")}>${t("board.help")} <kbd>?</kbd><//>
  </div>
`;

/** The panel that is open, if one is. @param {{ id: string, docs: Document[], row: any, name: string, deeds: Deeds }} p */
const Panel = ({ id, docs, row, name, deeds: { panel, order, did, finish, send, leave } }) => html`
  ${panel === "help" && html`<${Help} keys=${keys()} onLeave=${leave} />`}
  ${panel === "close" && row && html`<${Closing} name=${name} begin=${drafts.get(row.doc)} onClose=${finish} onLeave=${leave} />`}
  ${panel === "re-route" && row && html`<${Rerouting} record=${id} name=${name} docs=${docs} row=${row} onDone=${did} onLeave=${leave} />`}
  ${panel === "reply" && html`<${Reply} name=${name} onSend=${send} onLeave=${leave} />`}
  ${panel === "schedule" && html`<${Scheduling} key=${order?.id ?? "new"} record=${id} name=${name} docs=${docs} order=${order} onDone=${did} onLeave=${leave} />`}
  ${panel === "enter" && html`<${Entering} record=${id} name=${name} onDone=${did} onLeave=${leave} />`}
  ${panel === "end" && order && html`<${Ending} key=${order.id} record=${id} order=${order} onDone=${did} onLeave=${leave} />`}
`;

/** Left what was said, in the middle the plan, right tests, notes and what was done. @param {{ id: string, docs: Document[], schedule: Deeds['schedule'] }} p */
const Columns = ({ id, docs, schedule }) => html`
  <div class="columns">
    <section aria-labelledby="said">
      <h2 id="said">${t("board.said")}</h2>
      <${Rerouted} record=${id} docs=${docs} />
      <${Said} docs=${docs} />
    </section>
    <section aria-labelledby="plan">
      <h2 id="plan">${t("board.plan")}</h2>
      <${Plan} docs=${docs} />
      <h2>${t("board.handles")}</h2>
      <${Teams} docs=${docs} />
      <${Gaps} record=${id} />
    </section>
    <section aria-labelledby="tests">
      <h2>${t("schedule.planned")}</h2>
      <${Planned} docs=${docs} onChange=${schedule} onEnd=${(/** @type {Document} */ of) => schedule(of, "end")} />
      <h2 id="tests">${t("board.tests")}</h2>
      <${Tests} docs=${docs} />
      <h2>${t("board.notes")}</h2>
      <${Notes} docs=${docs} />
      <h2>${t("board.timeline")}</h2>
      <${Done} docs=${docs} when=${when} />
    </section>
  </div>
`;
