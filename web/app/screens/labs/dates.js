// Where the dates of a test stand, whether somebody does it, and what the person says of a date: it was done, or it could not be done.
import { html, useState } from "../../../ui/html.js";
import { Button, Failure, Field, Level } from "../../../ui/parts.js";
import { newDocument } from "../../../sdk/src/index.js";
import { text, whole } from "../../../sdk/src/calendar/papers.js";
import { civilDay, day } from "../../../words/dates.js";
import { t } from "../../../words/words.js";
import { today } from "./read.js";
import { acts, Call, treating } from "../../call.js";
import { teamName } from "../../names.js";
import { write } from "../../store.js";

/** @import { TestDate, TestPlan } from '../../../sdk/src/calendar/lab.js' */
/** @import { Document } from '../../../sdk/src/types.js' */

const aheadMost = 6;
const asks = ["due", "overdue", "missed"];
const finished = ["resulted", "reviewed", "closed", "excused"];

/** What asks something of the person now, of what the team knows was not done the last; else the date that comes next. @param {TestPlan[]} plans */
export function next(plans) {
  const live = plans.filter(p => p.state !== "ended" && p.state !== "on-hold");
  const pairs = live.flatMap(plan => plan.dates.map(date => ({ plan, date }))).sort((a, b) => a.date.opens - b.date.opens);
  const last = (/** @type {TestPlan} */ plan) => plan.dates.findLast(d => d.state === "missed");
  const open = pairs.filter(({ plan, date }) =>
    date.state === "missed" ? date === last(plan) && !saidOf(plan.order, date.date) : asks.includes(date.state),
  );
  const ahead = pairs.find(({ date }) => date.state === "planned");
  return ahead && open.length === 0 ? [ahead] : open;
}

/** What the person said of a date. @param {Document} order @param {string} date */
const saidOf = (order, date) => text(order, "reply." + date);

/** All that stands in a field in which two may have written. @param {Document} doc @param {string} field @returns {string[]} */
const both = (doc, field) => [doc.fields[field], ...(doc.siblings[field] ?? []).map(s => s.value)].filter(v => typeof v === "string").map(String);

/** A date that comes, or that waits for a word. @param {{ plan: TestPlan, date: TestDate, main: boolean }} p */
export function Next({ plan, date, main }) {
  const { order } = plan;
  const said = saidOf(order, date.date);
  return html`<li>
    <h3>${text(order, "title")}: ${civilDay(date.date)}</h3>
    <p>${date.state === "planned" ? t("labs.state.planned") : html`<${Level} level="amber">${t("labs.state." + date.state)}<//>`}</p>
    ${date.closes - date.opens > 864e5 && html`<p>${t("labs.window", { from: day(date.opens, zoneOf(order)), to: day(date.closes, zoneOf(order)) })}</p>`}
    ${whole(order, "minGapDays") > 1 && html`<p>${t("labs.apart", { n: whole(order, "minGapDays") })}</p>`}
    <${Where} plan=${plan} />
    ${said && html`<p role="status">${t("labs.replied." + said)}</p>`}
    ${asks.includes(date.state) && html`<${Report} order=${order} date=${date.date} said=${said} main=${main} />`}
  </li>`;
}

/** @param {Document} order */
const zoneOf = order => text(order, "zone") || undefined;

/** Where to go, and what to do before. @param {{ plan: TestPlan }} p */
function Where({ plan: { order, state } }) {
  const place = text(order, "place") || text(order, "performerSite") || (state === "arranged" ? teamName(text(order, "performerTeam")) : "");
  const before = [...both(order, "instructions"), ...both(order, "logisticsNote")];
  return html`<dl class="facts">
    <div>
      <dt>${t("labs.where")}</dt>
      <dd>${place || t("labs.noPlace")}</dd>
    </div>
    <div>
      <dt>${t("labs.before")}</dt>
      <dd class="lines">
        ${order.fields.fasting === true && t("labs.fasting") + "\n"}${before.join("\n") || (!order.fields.fasting && t("labs.noBefore"))}
      </dd>
    </div>
    ${
      order.fields.hardStop === true &&
      html`<div>
        <dt>${t("labs.why")}</dt>
        <dd>${t("labs.hardStop")}</dd>
      </div>`
    }
  </dl>`;
}

/** "I had it done", or "it could not be done". @param {{ order: Document, date: string, said: string, main: boolean }} p */
function Report({ order, date, said, main }) {
  const [asked, ask] = useState("");
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const say = (/** @type {string} */ reply) => write({ doc: order.id, set: { ["reply." + date]: reply } }).catch(setError);
  if (asked === "done") return html`<${Done} order=${order} date=${date} leave=${() => ask("")} />`;
  return html`<div class="stack">
    <${Failure} error=${error} />
    <${Button} kind=${main ? "main" : ""} wide onClick=${() => ask("done")}>${t("labs.done")}<//>
    ${said !== "cannot-go" && html`<${Button} wide onClick=${() => say("cannot-go")}>${t("labs.cannot")}<//>`}
    ${said !== "need-help" && html`<${Button} wide onClick=${() => say("need-help")}>${t("labs.help")}<//>`}
  </div>`;
}

/** When and where it was done. What is said here is said once. @param {{ order: Document, date: string, leave: () => void }} p */
function Done({ order, date, leave }) {
  const [at, setAt] = useState(today);
  const [site, setSite] = useState(() => text(order, "place"));
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  async function submit(/** @type {Event} */ event) {
    event.preventDefault();
    if (!at || at > today()) return setError(t("labs.done.future"));
    const collectedAt = at === today() ? Date.now() : new Date(at + "T12:00").getTime();
    setBusy(true);
    try {
      await write({ doc: newDocument("collection"), set: { order: order.id, due: date, collectedAt, ...(site.trim() && { site: site.trim() }) } });
    } catch {
      setError(t("ui.failed"));
      setBusy(false);
    }
  }
  return html`<form onSubmit=${submit}>
    <${Field} type="date" label=${t("labs.done.when")} value=${at} onInput=${setAt} error=${error} required />
    <${Field} label=${t("labs.done.where")} hint=${t("labs.optional")} value=${site} onInput=${setSite} maxlength="120" />
    <${Button} kind="main" wide type="submit" busy=${busy}>${t("labs.done.yes")}<//>
    <${Button} kind="plain" wide onClick=${leave}>${t("ui.back")}<//>
  </form>`;
}

/** An order with all of its dates. @param {{ plan: TestPlan }} p */
export function Order({ plan }) {
  const { order, dates, state } = plan;
  const past = dates.filter(d => finished.includes(d.state) && !(d.state === "excused" && d.closes > Date.now()));
  const over = state === "ended" || state === "on-hold"; // nothing of it is ahead any more, or for now
  const rest = dates.filter(d => !past.includes(d) && !(over && ["planned", "excused"].includes(d.state)));
  const ahead = rest.filter(d => d.state === "planned");
  const shown = rest.filter(d => d.state !== "planned" || ahead.indexOf(d) < aheadMost);
  return html`<li>
    <h3>${text(order, "title")}</h3>
    <${Arranged} plan=${plan} />
    ${!over && text(order, "endReason") && html`<p>${t("labs.paused")} ${text(order, "endReason")}</p>`}
    ${dates.length === 0 && html`<p>${t("labs.noDates")}</p>`}
    <${Dates} order=${order} dates=${shown} />
    ${shown.length < rest.length && html`<p class="quiet">${t("labs.more", { n: rest.length - shown.length })}</p>`}
    ${
      past.length > 0 &&
      html`<details>
        <summary>${t("labs.past", { n: past.length })}</summary>
        <${Dates} order=${order} dates=${past} />
      </details>`
    }
  </li>`;
}

/** @param {{ order: Document, dates: TestDate[] }} p */
const Dates = ({ order, dates }) =>
  html`<ul class="rows">
    ${dates.map(d => {
      const said = saidOf(order, d.date);
      const words = said && asks.includes(d.state) ? t("labs.replied." + said) : t("labs.state." + d.state);
      return html`<li key=${d.date}><strong>${civilDay(d.date)}</strong><br />${words}</li>`;
    })}
  </ul>`;

/** Whether somebody does the test, and whom to call while nobody has agreed. @param {{ plan: TestPlan }} p */
function Arranged({ plan: { order, state } }) {
  const [performer, requester] = [text(order, "performerTeam"), text(order, "requesterTeam")];
  const who = performer ? teamName(performer) : text(order, "performerSite");
  if (state === "gap") {
    const ask = acts(requester) ? requester : (treating()[0] ?? "");
    return html`<p><${Level} level="amber">${t("labs.gap")}<//></p>
      <p>${t("labs.gap.ask", { team: teamName(ask) })}</p>
      <${Call} id=${ask} />`;
  }
  if (state === "arranged") return html`<p>${t("labs.arranged", { team: who || teamName(requester) })}</p>`;
  if (state === "being-arranged") return html`<p>${t(who ? "labs.asked" : "labs.askedNobody", { team: who })}</p>`;
  return html`<p>${t("labs." + state)} ${text(order, "endReason")}</p>`;
}
