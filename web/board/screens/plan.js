// The plan of one record at the board: what is to be done and who has it, who handles what, what matters to the person, and whether both teams agree.
// What one team writes the other sees as it happens; nothing that somebody wrote meanwhile is written over.
import { html, useEffect, useLayoutEffect, useRef, useState } from "../../ui/html.js";
import { Button, Empty, Failure, Loading, Title } from "../../ui/parts.js";
import { whole } from "../../sdk/src/calendar/papers.js";
import { t } from "../../words/words.js";
import { civilDay } from "../../words/dates.js";
import { go, link } from "../../app/route.js";
import { age } from "../clock.js";
import { documents, renew, see, trouble } from "../records.js";
import { act, team } from "../store.js";
import { Help, useKeys } from "./queue/keys.js";
import { Card, idOf } from "./plan/card.js";
import { deedsOf } from "./plan/deeds.js";
import { Goals } from "./plan/goals.js";
import { Head, Versions } from "./plan/head.js";
import { atOnce, lasting, Panels } from "./plan/panels.js";
import { Topics } from "./plan/topics.js";
import { proposes, treats, useWho } from "./plan/who.js";

/** @import { Document } from '../../sdk/src/types.js' */
/** @import { Open } from './plan/panels.js' */
/** @import { Who } from './plan/who.js' */

/** @param {{ path: string[] }} p */
export function Plan({ path: [id = ""] }) {
  useEffect(() => {
    if (id) see([id]);
  }, [id]);
  const docs = documents.value.get(id);
  const { who, error } = useWho(id);
  const away = docs?.length === 0 || /** @type {any} */ (error)?.status === 404;
  if (!id || away)
    return html`<${Title}>${t("board.plan")}<//>
      <p>${t(away ? "planning.away" : "board.record.none")}</p>`;
  if (!docs || !who)
    return html`<${Title}>${t("board.plan")}<//>
      ${(error ?? trouble.value) ? html`<${Failure} error=${error ?? trouble.value} />` : html`<${Loading} />`}`;
  return html`<${Desk} id=${id} docs=${docs} who=${who} trouble=${error ?? trouble.value} />`;
}

/** What can be done with the plan as a whole, by key. @param {Who} who @param {Document[]} docs */
function wholes(who, docs) {
  const plan = docs.find(d => d.id === who.plan?.doc);
  const leads = who.plan?.overallLead === team.value;
  const { version, changed, waitingFor = [] } = who.agreement ?? {};
  const n = who.agreement?.number ?? 0;
  const proposed = who.template?.proposes.length ?? 0;
  /** @type {[boolean, { key: string, name: string, words: string, main?: boolean }][]} */
  const all = [
    [
      Boolean(version) && !changed && waitingFor.includes(team.value) && treats(),
      { key: "g", name: "agree", words: t("planning.agree", { n }), main: true },
    ],
    [proposes(), { key: "a", name: "new", words: t("planning.new") }],
    [who.plan ? leads : treats(), { key: "h", name: "heading", words: t(who.plan ? "planning.heading" : "planning.begin") }],
    [leads && proposed > 0, { key: "l", name: "template", words: t("planning.template.look", { n: proposed }) }],
    [leads && plan !== undefined, { key: "v", name: "publish", words: t("planning.publish", { n: nextNumber(who, docs) }) }],
  ];
  return all.filter(([may]) => may).map(([, deed]) => deed);
}

/** What is open, where the nurse is, and what they do. @param {string} id @param {Document[]} docs @param {Who} who */
function useDesk(id, docs, who) {
  const [open, setOpen] = useState(/** @type {Open | null} */ (null));
  const [at, setAt] = useState("");
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const [done, setDone] = useState("");
  const focus = () => /** @type {HTMLElement | null} */ (document.getElementById(idOf(at)) ?? document.querySelector("h1"))?.focus();
  const anew = () => {
    setError(null);
    setDone("");
  };
  const was = useRef(open);
  useLayoutEffect(() => {
    if (was.current && !open) focus(); // at once: somebody may press the next key before the browser draws, and what opens then keeps the focus
    was.current = open;
  }, [open]);
  const leave = () => (open ? setOpen(null) : focus());
  const did = (/** @type {string} */ name) => {
    leave();
    setDone(t("planning.did." + name));
    renew(id);
  };
  const tries = (/** @type {Promise<unknown>} */ deed, /** @type {string} */ name) => {
    anew();
    void deed.then(() => setDone(t("planning.did." + name)), setError).then(() => renew(id));
  };
  const begin = (/** @type {Open} */ what) => {
    anew();
    setOpen(what);
    scrollTo(0, 0);
  };
  const does = (/** @type {Document} */ a, /** @type {string} */ name) => {
    setAt(a.id);
    const sent = atOnce(id, name, a, who);
    if (sent) tries(sent, name);
    else begin({ name, doc: a.id });
  };
  const whole = (/** @type {string} */ name) => {
    if (name === "agree") tries(act(id, "acknowledge", { version: who.agreement?.version, team: team.value }), name);
    else if (name === "publish") tries(act(id, "publish", { plan: who.plan?.doc, number: nextNumber(who, docs) }), name);
    else begin({ name, doc: "" });
  };
  return { open, at, error, done, setAt, leave, did, begin, does, whole };
}

/** The number of the version that would be published next. @param {Who} who @param {Document[]} docs */
function nextNumber(who, docs) {
  const plan = docs.find(d => d.id === who.plan?.doc);
  return plan ? whole(plan, "version") + 1 : 1;
}

/** @param {{ id: string, docs: Document[], who: Who, trouble: unknown }} p */
function Desk({ id, docs, who, trouble }) {
  const desk = useDesk(id, docs, who);
  const { open, at } = desk;
  const person = /** @type {any} */ (docs.find(d => d.id.startsWith("person/"))?.fields ?? {});
  const list = lasting(docs);
  const views = new Map(who.activities.map(a => [a.doc, a]));
  const deeds = (/** @type {Document} */ a) => deedsOf(a, Boolean(views.get(a.id)?.suggested));
  const tools = wholes(who, docs);
  const step = (/** @type {number} */ by) => {
    const to = list[Math.min(list.length - 1, Math.max(0, list.findIndex(a => a.id === at) + by))];
    if (to) document.getElementById(idOf(to.id))?.focus();
  };
  const here = list.find(a => a.id === at);
  const help = () => desk.begin({ name: "help", doc: "" });
  useKeys({
    ...Object.fromEntries(tools.map(one => [one.key, () => desk.whole(one.name)])),
    ...(here && Object.fromEntries(deeds(here).map(d => [d.key, () => desk.does(here, d.name)]))),
    j: () => step(1),
    k: () => step(-1),
    u: () => go("record", id),
    "?": help,
    Escape: desk.leave,
  });
  return html`
    <div class="person">
      <${Title}>${String(person.name ?? t("board.unnamed"))}<//>
      ${person.birthDate && html`<p>${t("board.born", { day: civilDay(person.birthDate), age: age(person.birthDate) })}</p>`}
    </div>
    <div class="tools" role="group" aria-label=${t("board.tools")}>
      <${Button} href=${link("record", id)}>${t("planning.back")} <kbd>u</kbd><//>
      ${tools.map(one => html`<${Button} key=${one.name} kind=${one.main ? "main" : ""} onClick=${() => desk.whole(one.name)}>${one.words} <kbd>${one.key}</kbd><//>`)}
      <${Button} kind="plain" onClick=${help}>${t("board.help")} <kbd>?</kbd><//>
    </div>
    <${Failure} error=${desk.error ?? trouble} />
    <p class="done" role="status">${desk.done}</p>
    ${open?.name === "help" && html`<${Help} keys=${keys(tools)} onLeave=${desk.leave} />`}
    ${
      open &&
      open.name !== "help" &&
      html`<${Panels}
        key=${open.name + open.doc + (open.topic ?? "")}
        record=${id}
        docs=${docs}
        who=${who}
        open=${open}
        onDone=${desk.did}
        onLeave=${desk.leave}
      />`
    }
    <div class="columns">
      <${Todo} list=${list} who=${who} desk=${desk} deeds=${deeds} />
      <${Whole} who=${who} docs=${docs} begin=${desk.begin} />
    </div>
  `;
}

/** What is still to be done, each with what may be done with it. @param {{ list: Document[], who: Who, desk: ReturnType<typeof useDesk>, deeds: (of: Document) => any }} p */
const Todo = ({ list, who, desk, deeds }) => html`
  <section aria-labelledby="todo">
    <h2 id="todo">${t("planning.todo")}</h2>
    ${list.length === 0 && html`<${Empty}>${t("planning.nothingToDo")}<//>`}
    <ul>
      ${list.map(
        a =>
          html`<${Card}
            key=${a.id}
            who=${who}
            activity=${a}
            view=${who.activities.find(one => one.doc === a.id)}
            deeds=${deeds(a)}
            on=${a.id === desk.at}
            onDo=${(/** @type {string} */ name) => desk.does(a, name)}
            onHere=${() => desk.setAt(a.id)}
          />`,
      )}
    </ul>
  </section>
`;

/** Who handles what, and the plan as a whole. @param {{ who: Who, docs: Document[], begin: (what: Open) => void }} p */
const Whole = ({ who, docs, begin }) => html`
  <section aria-labelledby="handles">
    <h2 id="handles">${t("board.handles")}</h2>
    <${Topics} who=${who} onSettle=${(/** @type {string} */ topic) => begin({ name: "new", doc: "", topic })} />
  </section>
  <section aria-labelledby="plan">
    <h2 id="plan">${t("board.plan")}</h2>
    <${Head} who=${who} docs=${docs} />
    <h2>${t("planning.goals")}</h2>
    <${Goals} docs=${docs} onSuggest=${(/** @type {Document} */ goal) => begin({ name: "suggest", doc: goal.id })} />
    <h2>${t("plan.versions")}</h2>
    <${Versions} who=${who} docs=${docs} />
  </section>
`;

/** @param {{ key: string, words: string }[]} tools */
const keys = tools => [
  ["j", t("planning.key.j")],
  ["k", t("planning.key.k")],
  ...tools.map(one => [one.key, one.words]),
  ...["accept:y", "decline:d", "counter:p", "edit:e", "takeBack:w", "handOver:t", "keep:m", "done:f", "cancel:x"].map(one => {
    const [name, key] = one.split(":");
    return [key, t("planning.do." + name)];
  }),
  ["u", t("planning.back")],
  ["?", t("board.key.help")],
  ["Esc", t("board.leave")],
];
