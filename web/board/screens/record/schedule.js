// The tests of a person that are to be done: which there are, and the panel in which a team orders one, changes when it is done, or ends it. What the
// person's phone will show stands beside the form, worked out by the phone's own rules, before anything is sent.
import { html, useEffect, useLayoutEffect, useRef, useState } from "../../../ui/html.js";
import { Button, Empty, Failure, Field, Notice } from "../../../ui/parts.js";
import { newDocument } from "../../../sdk/src/index.js";
import { knows } from "../../../sdk/src/calendar/zone.js";
import { testPlans } from "../../../sdk/src/calendar/lab.js";
import { ofType, text } from "../../../sdk/src/calendar/papers.js";
import { t } from "../../../words/words.js";
import { civilDay } from "../../../words/dates.js";
import { now } from "../../clock.js";
import { act, team } from "../../store.js";
import { blank, changeOf, datesAhead, factsOf, paperOf, wrongIn } from "./schedule/facts.js";
import { What, When, Where, Why } from "./schedule/fields.js";
import { Pause } from "./schedule/pause.js";
import { Preview } from "./schedule/preview.js";

/** @import { Document } from '../../../sdk/src/types.js' */
/** @import { Facts } from './schedule/facts.js' */

/** Orders that are followed, or paused. @param {Document[]} docs */
const plansOf = docs => testPlans(docs, now.value).filter(plan => plan.state !== "ended");

/** What is planned, with the date that comes. @param {{ docs: Document[], onChange: (order: Document) => void, onEnd: (order: Document) => void }} p */
export function Planned({ docs, onChange, onEnd }) {
  const plans = plansOf(docs);
  if (plans.length === 0) return html`<${Empty}>${t("schedule.none")}<//>`;
  return html`<ul>
    ${plans.map(({ order, state, dates }) => {
      const next = dates.find(d => ["planned", "due", "overdue"].includes(d.state));
      const title = text(order, "title");
      return html`<li key=${order.id} class="card">
        <p><strong>${title}</strong></p>
        <p class="quiet">
          ${t("schedule.by", { team: teamName(docs, text(order, "requesterTeam")) })} ${t("schedule.arranged." + state)}${" "}
          ${state === "on-hold" ? text(order, "endReason") : next ? t("schedule.next", { day: civilDay(next.date) }) : t("schedule.noNext")}
        </p>
        ${
          text(order, "requesterTeam") === team.value &&
          html`<p class="buttons">
            <${Button} onClick=${() => onChange(order)} aria-label=${t("schedule.change.of", { title })}>${t("schedule.change")}<//>
            <${Button} onClick=${() => onEnd(order)} aria-label=${t("schedule.end.of", { title })}>${t("schedule.end")}<//>
          </p>`
        }
      </li>`;
    })}
  </ul>`;
}

/** @param {Document[]} docs @param {string} id */
const teamName = (docs, id) => text(docs.find(d => d.id === "careTeam/" + id) ?? nothing, "name") || t("board.noTeamNamed");

/** @type {Document} */
const nothing = { id: "", rev: 0, fields: {}, siblings: {} };

/** @typedef {{ record: string, name: string, docs: Document[], order?: Document, onDone: (said: string) => void, onLeave: () => void }} Order */

/** What is typed into the panel, what is wrong with it, and how it is sent. @param {Order} p */
function useOrder({ record, docs, order, onDone, onLeave }) {
  const [was, setWas] = useState(() => order ?? { ...nothing, id: newDocument("labOrder") });
  const [facts, setFacts] = useState(() => begin(docs, was));
  const [found, setFound] = useState(/** @type {{ [field: string]: string }} */ ({}));
  const [error, setError] = useState(/** @type {any} */ (null));
  const [again, setAgain] = useState({ reason: "", note: "" });
  const [busy, setBusy] = useState(false);
  const still = wrongIn(facts); // what was mended since is not held against anybody
  const wrong = Object.fromEntries(Object.entries(found).filter(([field]) => (field === "reason" ? !again.reason : field in still)));
  const stands = docs.find(d => d.id === was.id);
  const changed = !busy && order !== undefined && stands !== undefined && changeOf(factsOf(was), stands, team.value) !== null;
  const paper = paperOf(facts, was, now.value);
  const matches = error?.problem?.code === "duplicate-order" ? error.problem.matches : null;
  async function submit(/** @type {Event} */ event) {
    event.preventDefault();
    const all = { ...wrongIn(facts), ...(matches && !again.reason && { reason: "schedule.wrong.reason" }) };
    setFound(all);
    if (busy || Object.keys(all).length > 0) return;
    const change = changeOf(facts, was, team.value);
    if (!change) return onLeave();
    if (matches) Object.assign(change.set, { overrideReason: again.reason, ...(again.note.trim() && { overrideNote: again.note.trim() }) });
    setBusy(true);
    try {
      await act(record, "write", { doc: was.id, ...change });
      onDone(sent(facts, datesAhead(paper, docs, now.value)));
    } catch (err) {
      setError(err);
      setBusy(false);
    }
  }
  const anew = () => {
    setWas(/** @type {Document} */ (stands));
    setFacts(factsOf(/** @type {Document} */ (stands)));
    setFound({});
    setError(null);
  };
  const put = (/** @type {Partial<Facts>} */ more) => setFacts(had => ({ ...had, ...more }));
  return { was, facts, put, found, wrong, changed, paper, matches, error, again, setAgain, busy, submit, anew };
}

/** What is said when it was sent. @param {Facts} facts @param {import('../../../sdk/src/calendar/lab.js').TestDate[] | null} dates */
function sent(facts, dates) {
  const title = facts.title.trim();
  if (facts.hold) return t("schedule.held", { title });
  const first = dates?.find(d => d.closes >= now.value && d.state !== "excused");
  return first ? t("schedule.ordered", { title, day: civilDay(first.date) }) : t("schedule.ordered.past", { title });
}

/** The panel. `order` is what is changed; without one a new one is ordered. @param {Order} p */
export function Scheduling(p) {
  const { name, docs, order, onLeave } = p;
  const { was, facts, put, found, wrong, changed, paper, matches, error, again, setAgain, busy, submit, anew } = useOrder(p);
  const form = useRef(/** @type {HTMLElement | null} */ (null));
  useLayoutEffect(() => form.current?.querySelector("select")?.focus(), [was]); // also when it began anew: the button for it is gone then
  useEffect(() => /** @type {HTMLElement | null} */ (form.current?.querySelector("[aria-invalid=true]"))?.focus(), [found]);
  const leave = (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && onLeave();
  const title = order ? t("schedule.change.title", { title: text(was, "title"), name }) : t("schedule.for", { name });
  return html`<form class="panel schedule" aria-label=${title} ref=${form} onSubmit=${submit} onKeyDown=${leave} novalidate>
    <h2>${title}</h2>
    <div class="halves">
      <div>
        <${What} facts=${facts} wrong=${wrong} put=${put} />
        <${When} facts=${facts} wrong=${wrong} put=${put} />
        ${order && html`<${Pause} facts=${facts} wrong=${wrong} put=${put} dates=${datesAhead(paper, docs, now.value) ?? []} />`}
        <${Where} facts=${facts} wrong=${wrong} put=${put} docs=${docs} />
        <${Why} facts=${facts} put=${put} />
      </div>
      <${Preview} facts=${facts} paper=${paper} was=${was} docs=${docs} name=${name} put=${put} />
    </div>
    ${
      changed &&
      html`<${Notice} level="amber" role="alert"
        ><p>${t("schedule.changed")}</p>
        <${Button} onClick=${anew}>${t("schedule.anew")}<//><//
      >`
    }
    ${matches ? html`<${Repeats} matches=${matches} docs=${docs} error=${error} again=${again} setAgain=${setAgain} wrong=${wrong} />` : html`<${Failure} error=${error} />`}
    ${was.fields.handshake === "accepted" && html`<p>${t("schedule.askedAgain")}</p>`}
    <p class="buttons">
      <${Button} kind="main" type="submit" busy=${busy}>${t(order ? "schedule.change.go" : "schedule.go")}<//>
      <${Button} onClick=${onLeave}>${t("board.leave")} <kbd>Esc</kbd><//>
    </p>
  </form>`;
}

/** @param {Document[]} docs @param {Document} was @returns {Facts} */
function begin(docs, was) {
  if (was.rev > 0) return factsOf(was);
  const home = ofType(docs, "person").map(p => text(p, "homeZone"))[0] ?? "";
  return blank(team.value, knows(home) ? home : Intl.DateTimeFormat().resolvedOptions().timeZone);
}

const reasons = ["clinical-change", "quality", "lost", "different-site", "protocol", "other"];

/** It may be there already: what stands, and why it is needed all the same. @param {{ matches: any[], docs: Document[], error: any, again: { reason: string, note: string }, setAgain: (again: { reason: string, note: string }) => void, wrong: { [field: string]: string } }} p */
function Repeats({ matches, docs, error, again, setAgain, wrong }) {
  return html`<${Notice} level="amber" role="alert"
      ><p>${error.problem.detail}</p>
      <ul>
        ${matches.map(m => html`<li key=${m.id}>${m.title ?? ""} ${civilDay(m.date)}, ${teamName(docs, m.team ?? "")}: ${t("schedule.stands." + m.status)}</li>`)}
      </ul><//
    >
    <${Field}
      as="select"
      label=${t("schedule.again")}
      value=${again.reason}
      error=${wrong.reason && t(wrong.reason)}
      onInput=${(/** @type {string} */ reason) => setAgain({ ...again, reason })}
    >
      <option value="">${t("board.close.choose")}</option>
      ${reasons.map(one => html`<option key=${one} value=${one}>${t("schedule.again." + one)}</option>`)}
    <//>
    <${Field}
      label=${t("schedule.again.note")}
      value=${again.note}
      onInput=${(/** @type {string} */ note) => setAgain({ ...again, note })}
      maxlength="500"
    />`;
}

/** Ends an order, with why: the person reads it. @param {{ record: string, order: Document, onDone: (said: string) => void, onLeave: () => void }} p */
export function Ending({ record, order, onDone, onLeave }) {
  const [reason, setReason] = useState("");
  const [wrong, setWrong] = useState("");
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const [busy, setBusy] = useState(false);
  const form = useRef(/** @type {HTMLElement | null} */ (null));
  useLayoutEffect(() => form.current?.querySelector("input")?.focus(), []);
  const title = text(order, "title");
  async function submit(/** @type {Event} */ event) {
    event.preventDefault();
    if (!reason.trim()) return setWrong(t("schedule.wrong.end"));
    if (busy) return;
    setBusy(true);
    try {
      await act(record, "write", { doc: order.id, set: { status: "revoked", endReason: reason.trim() } });
      onDone(t("schedule.ended", { title }));
    } catch (err) {
      setError(err);
      setBusy(false);
    }
  }
  const leave = (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && onLeave();
  return html`<form class="panel" aria-label=${t("schedule.end.of", { title })} ref=${form} onSubmit=${submit} onKeyDown=${leave} novalidate>
    <h2>${t("schedule.end.of", { title })}</h2>
    <${Field} label=${t("schedule.end.why")} hint=${t("schedule.end.hint")} value=${reason} error=${wrong} onInput=${setReason} maxlength="500" />
    <${Failure} error=${error} />
    <p class="buttons">
      <${Button} kind="main" type="submit" busy=${busy}>${t("schedule.end.go")}<//>
      <${Button} onClick=${onLeave}>${t("board.leave")} <kbd>Esc</kbd><//>
    </p>
  </form>`;
}
