// The dates of an order as the person's phone will show them: worked out by the same rules, in the same words, before anything is sent.
import { html, useRef, useState } from "../../../../ui/html.js";
import { Button, Field, Level } from "../../../../ui/parts.js";
import { t } from "../../../../words/words.js";
import { civilDay, day } from "../../../../words/dates.js";
import { dayOf } from "../../../../sdk/src/calendar/date.js";
import { text, whole } from "../../../../sdk/src/calendar/papers.js";
import { now } from "../../../clock.js";
import { datesAhead, wrongIn } from "./facts.js";

/** @import { Document } from '../../../../sdk/src/types.js' */
/** @import { TestDate } from '../../../../sdk/src/calendar/lab.js' */
/** @import { Facts } from './facts.js' */

const shownFirst = 12;

/** @param {{ facts: Facts, paper: Document, was: Document, docs: Document[], name: string, put: (more: Partial<Facts>) => void }} p */
export function Preview({ facts, paper, was, docs, name, put }) {
  const [all, setAll] = useState(false);
  const unclear = wrongIn({ ...facts, code: "x", title: "x", site: "x" }); // what it is called says nothing about when it is
  const found = Object.keys(unclear).length === 0 ? datesAhead(paper, docs, now.value) : null;
  const dates = found && facts.hold ? found.filter(d => !["planned", "excused"].includes(d.state)) : found; // as a phone shows an order that is paused
  const before = was.rev > 0 ? (datesAhead(was, docs, now.value) ?? []) : [];
  const gone = dates ? before.filter(d => ahead(d) && !dates.some(one => one.date === d.date)) : [];
  const isNew = (/** @type {TestDate} */ d) => before.length > 0 && !before.some(one => one.date === d.date);
  const heading = useRef(/** @type {HTMLElement | null} */ (null));
  const change = (/** @type {Partial<Facts>} */ more) => {
    put(more);
    heading.current?.focus(); // the button that was pressed goes
  };
  const needed = (/** @type {string} */ date) => change({ excused: facts.excused.filter(one => one !== date) });
  const leaveOut = (/** @type {string} */ date) =>
    facts.extra.includes(date) ? change({ extra: facts.extra.filter(one => one !== date) }) : change({ except: [...facts.except, date].sort() });
  return html`<section class="preview" aria-labelledby="preview">
    <h3 id="preview" tabindex="-1" ref=${heading}>${t("schedule.preview", { name })}</h3>
    <p role="status">${found ? summary(found) : t("schedule.preview.none")}</p>
    ${found && (facts.hold || facts.excused.length > 0) && html`<p>${t(facts.hold ? "labs.on-hold" : "labs.paused")} ${facts.why}</p>`}
    ${found && html`<${Window} date=${found.find(ahead) ?? found[0]} zone=${text(paper, "zone")} />`}
    ${found && html`<${Near} dates=${found} least=${whole(paper, "minGapDays")} />`}
    <ol>
      ${dates?.slice(0, all ? undefined : shownFirst).map(
        d =>
          html`<li key=${d.date}>
            <span
              ><strong>${civilDay(d.date)}</strong>${" "}
              <span class="quiet">${t("labs.state." + d.state)}</span> ${isNew(d) && html`<strong>${t("schedule.isNew")}</strong>`}</span
            >
            ${
              facts.excused.includes(d.date)
                ? html`<${Button} kind="plain" onClick=${() => needed(d.date)} aria-label=${t("schedule.needed.of", { day: civilDay(d.date) })}
                    >${t("schedule.needed")}<//
                  >`
                : html`<${Button} kind="plain" onClick=${() => leaveOut(d.date)} aria-label=${t("schedule.leaveOut.of", { day: civilDay(d.date) })}
                    >${t("schedule.leaveOut")}<//
                  >`
            }
          </li>`,
      )}
    </ol>
    ${dates && dates.length > shownFirst && !all && html`<${Button} onClick=${() => setAll(true)}>${t("labs.more", { n: dates.length - shownFirst })}<//>`}
    ${
      gone.length > 0 &&
      html`<h4>${t("schedule.gone")}</h4>
        <p>${gone.map(d => civilDay(d.date)).join(" · ")}</p>`
    }
    ${
      facts.except.length > 0 &&
      html`<h4>${t("schedule.left")}</h4>
        <ul>
          ${facts.except.map(
            date =>
              html`<li key=${date}>
                <s>${civilDay(date)}</s>
                <${Button}
                  kind="plain"
                  onClick=${() => change({ except: facts.except.filter(one => one !== date) })}
                  aria-label=${t("schedule.putBack.of", { day: civilDay(date) })}
                  >${t("schedule.putBack")}<//
                >
              </li>`,
          )}
        </ul>`
    }
    ${dates && html`<${Extra} facts=${facts} put=${put} />`}
  </section>`;
}

const ahead = (/** @type {TestDate} */ d) => ["planned", "due", "overdue"].includes(d.state);

/** @param {TestDate[]} dates */
function summary(dates) {
  const [first, last] = [dates[0], dates[dates.length - 1]];
  return t("schedule.summary", { n: dates.length, first: civilDay(first.date), last: civilDay(last.date) });
}

/** From when to when the first date that comes may be done. @param {{ date: TestDate, zone: string }} p */
const Window = ({ date, zone }) =>
  date.closes - date.opens > 864e5
    ? html`<p>${t("schedule.window", { day: civilDay(date.date), from: day(date.opens, zone), to: day(date.closes, zone) })}</p>`
    : null;

/** Dates that lie nearer than they should, and how far apart the person is told to keep them. @param {{ dates: TestDate[], least: number }} p */
function Near({ dates, least }) {
  if (!(least > 1)) return null;
  const open = dates.filter(ahead);
  const near = open.filter((d, i) => i > 0 && dayOf(d.date) - dayOf(open[i - 1].date) < least);
  return html`<p>${t("labs.apart", { n: least })}</p>
    ${near.length > 0 && html`<p><${Level} level="amber">${t("schedule.near", { days: near.map(d => civilDay(d.date)).join(" · ") })}<//></p>`}`;
}

/** A date beside the rule: what was left out, done on another day. @param {{ facts: Facts, put: (more: Partial<Facts>) => void }} p */
function Extra({ facts, put }) {
  const [date, setDate] = useState("");
  const [wrong, setWrong] = useState("");
  const add = () => {
    const early = !(date >= facts.anchor);
    setWrong(early ? t("schedule.wrong.extra", { day: civilDay(facts.anchor) }) : "");
    if (early) return;
    if (facts.except.includes(date)) put({ except: facts.except.filter(one => one !== date) });
    else if (!facts.extra.includes(date)) put({ extra: [...facts.extra, date].sort() });
    setDate("");
  };
  return html`<${Field} type="date" label=${t("schedule.extra")} value=${date} error=${wrong} onInput=${setDate} />
    <${Button} onClick=${add}>${t("schedule.extra.go")}<//>`;
}
