// The fields of an order: what is tested, when, where and by whom, and what the person does before.
import { html } from "../../../../ui/html.js";
import { Field } from "../../../../ui/parts.js";
import { has, keys, t } from "../../../../words/words.js";
import { civilDay, weekdayName } from "../../../../words/dates.js";
import { ofType, text } from "../../../../sdk/src/calendar/papers.js";
import { Tick } from "../../../tick.js";
import { beginnings } from "./facts.js";
import { weekdays } from "./rule.js";

/** @import { Document } from '../../../../sdk/src/types.js' */
/** @import { Facts } from './facts.js' */
/** @import { HowOften } from './rule.js' */

/** @typedef {{ facts: Facts, wrong: { [field: string]: string }, put: (more: Partial<Facts>) => void }} Part */

const titleOf = (/** @type {string} */ code) => (has("tests." + code) ? t("tests." + code) : code);

/** Tests of blood, in the catalogue's order: panels first. */
const bloodTests = () => keys("tests.").filter(code => /^(cbc|chem|infl|endo|coag|tm)\./.test(code));

/** A field of the form, by its name. @param {Part & { name: 'title' | 'anchor' | 'cycleDays' | 'cycleLength' | 'cycles' | 'before' | 'after' | 'minGap' | 'validUntil' | 'place' | 'site', hint?: boolean, [more: string]: unknown }} p */
const One = ({ facts, wrong, put, name, hint, ...more }) =>
  html`<${Field}
    label=${t("schedule." + name)}
    hint=${hint && t("schedule." + name + ".hint")}
    value=${facts[name]}
    error=${wrong[name] && t(wrong[name])}
    onInput=${(/** @type {string} */ typed) => put({ [name]: typed })}
    ...${more}
  />`;

/** @param {Part} p */
export function What(p) {
  const { facts, wrong, put } = p;
  const choose = (/** @type {string} */ code) => {
    const own = facts.title && facts.title !== (facts.code && titleOf(facts.code)); // words of somebody stay
    put({ code, ...(!own && { title: code && titleOf(code) }) });
  };
  const codes = bloodTests();
  if (facts.code && !codes.includes(facts.code)) codes.unshift(facts.code);
  return html`<${Field} as="select" label=${t("schedule.code")} value=${facts.code} error=${wrong.code && t(wrong.code)} onInput=${choose}>
      <option value="">${t("board.close.choose")}</option>
      ${codes.map(code => html`<option key=${code} value=${code}>${titleOf(code)}</option>`)}
    <//>
    <${One} ...${p} name="title" hint maxlength="120" />`;
}

/** @param {Part} p */
export function When(p) {
  const { facts, put } = p;
  const { how } = facts.often;
  const often = (/** @type {Partial<HowOften>} */ more) => put({ often: { ...facts.often, ...more } });
  const ways = [...(how === "other" ? ["other"] : []), "once", "daily", "weekly", "monthly", "cycles"];
  return html`<${Field} as="select" label=${t("schedule.how")} value=${how} onInput=${(/** @type {any} */ how) => often({ how })}>
      ${ways.map(one => html`<option key=${one} value=${one}>${t("schedule.how." + one)}</option>`)}
    <//>
    ${how === "other" && html`<p>${t("schedule.other", { rule: facts.often.rule })}</p>`}
    <${One}
      ...${p}
      name="anchor"
      key=${how === "cycles" ? "cycle" : "first"}
      label=${t(how === "cycles" ? "schedule.anchor.cycles" : "schedule.anchor")}
      type="date"
    />
    ${how === "weekly" && html`<${Days} ...${p} often=${often} />`} ${how === "monthly" && html`<${OfMonth} ...${p} often=${often} />`}
    ${["daily", "weekly", "monthly"].includes(how) && html`<${Often} ...${p} often=${often} />`} ${how === "cycles" && html`<${Cycles} ...${p} />`}
    <${Zone} ...${p} />
    <div class="pair"><${One} ...${p} name="before" inputmode="numeric" /><${One} ...${p} name="after" inputmode="numeric" /></div>
    <div class="pair"><${One} ...${p} name="minGap" hint inputmode="numeric" /><${One} ...${p} name="validUntil" hint type="date" /></div>`;
}

/** @typedef {Part & { often: (more: Partial<HowOften>) => void }} Repeating */

/** @param {Repeating} p */
function Days({ facts, wrong, often }) {
  const { days } = facts.often;
  const turn = (/** @type {string} */ day) => (/** @type {boolean} */ on) => often({ days: on ? [...days, day] : days.filter(one => one !== day) });
  return html`<fieldset class="field days" aria-invalid=${wrong.days ? "true" : undefined} tabindex=${wrong.days ? "-1" : undefined}>
    <legend>${t("schedule.days")}</legend>
    ${wrong.days && html`<span class="error" role="alert">${t(wrong.days)}</span>`}
    ${weekdays.map((day, i) => html`<${Tick} key=${day} label=${weekdayName(i)} checked=${days.includes(day)} onChange=${turn(day)} />`)}
  </fieldset>`;
}

/** @param {Repeating} p */
function OfMonth({ facts, often }) {
  const { nth, day } = facts.often;
  return html`<${Field} as="select" label=${t("schedule.nth")} value=${nth} onInput=${(/** @type {string} */ nth) => often({ nth })}>
      ${["", "1", "2", "3", "4", "-1"].map(one => html`<option key=${one} value=${one}>${t("schedule.nth." + (one || "date"))}</option>`)}
    <//>
    ${
      nth &&
      html`<${Field} as="select" label=${t("schedule.day")} value=${day} onInput=${(/** @type {string} */ day) => often({ day })}>
        ${weekdays.map((one, i) => html`<option key=${one} value=${one}>${weekdayName(i)}</option>`)}
      <//>`
    }`;
}

/** @param {Repeating} p */
function Often({ facts, wrong, often }) {
  const { how, every, end, count, until } = facts.often;
  return html`<${Field}
      label=${t("schedule.every." + how)}
      value=${every}
      error=${wrong.every && t(wrong.every)}
      onInput=${(/** @type {string} */ every) => often({ every })}
      inputmode="numeric"
    />
    <${Field} as="select" label=${t("schedule.ends")} value=${end} onInput=${(/** @type {any} */ end) => often({ end })}>
      <option value="count">${t("schedule.ends.count")}</option>
      <option value="until">${t("schedule.ends.until")}</option>
    <//>
    ${
      end === "count"
        ? html`<${Field}
            key="count"
            label=${t("schedule.count")}
            value=${count}
            error=${wrong.count && t(wrong.count)}
            onInput=${(/** @type {string} */ count) => often({ count })}
            inputmode="numeric"
          />`
        : html`<${Field}
            key="until"
            type="date"
            label=${t("schedule.until")}
            value=${until}
            error=${wrong.until && t(wrong.until)}
            onInput=${(/** @type {string} */ until) => often({ until })}
          />`
    }`;
}

/** Treatment cycles: their days, and when each began. One that is moved moves those behind it. @param {Part} p */
function Cycles(p) {
  const { facts, put } = p;
  const later = beginnings(facts).slice(1);
  return html`<${One} ...${p} name="cycleDays" hint />
    <div class="pair"><${One} ...${p} name="cycleLength" inputmode="numeric" /><${One} ...${p} name="cycles" inputmode="numeric" /></div>
    ${
      later.length > 0 &&
      html`<details>
        <summary>${t("schedule.moved")}</summary>
        ${later.map((day, i) => {
          const n = String(i + 2);
          return html`<${Field}
            key=${n}
            type="date"
            label=${t("schedule.cycle", { n })}
            hint=${civilDay(day)}
            value=${facts.starts[n] || day}
            onInput=${(/** @type {string} */ to) => put({ starts: { ...facts.starts, [n]: to } })}
          />`;
        })}
      </details>`
    }`;
}

/** @param {Part} p */
function Zone({ facts, put }) {
  const all = /** @type {string[]} */ (/** @type {any} */ (Intl).supportedValuesOf("timeZone"));
  const zones = all.includes(facts.zone) ? all : [facts.zone, ...all];
  return html`<${Field}
    as="select"
    label=${t("schedule.zone")}
    hint=${t("schedule.zone.hint")}
    value=${facts.zone}
    onInput=${(/** @type {string} */ zone) => put({ zone })}
  >
    ${zones.map(zone => html`<option key=${zone} value=${zone}>${zone.replaceAll("_", " ")}</option>`)}
  <//>`;
}

/** Who does it and where, and who acts on the result. @param {Part & { docs: Document[] }} p */
export function Where(p) {
  const { facts, put, docs } = p;
  const teams = ofType(docs, "careTeam").filter(d => text(d, "status") === "active");
  const options = teams.map(d => html`<option key=${d.id} value=${d.id.slice("careTeam/".length)}>${text(d, "name")}</option>`);
  return html`<${Field}
      as="select"
      label=${t("schedule.performer")}
      hint=${t("schedule.performer.hint")}
      value=${facts.performer}
      onInput=${(/** @type {string} */ performer) => put({ performer })}
    >
      <option value="">${t("schedule.performer.none")}</option>
      ${options}
      <option value="site">${t("schedule.performer.site")}</option>
    <//>
    ${facts.performer === "site" && html`<${One} ...${p} name="site" maxlength="120" />`}
    <${One} ...${p} name="place" hint maxlength="120" />
    <${Field}
      as="select"
      label=${t("schedule.responsible")}
      value=${facts.responsible}
      onInput=${(/** @type {string} */ responsible) => put({ responsible })}
    >
      ${options}
    <//>`;
}

/** What the person does before, and whether treatment waits for it. @param {{ facts: Facts, put: Part['put'] }} p */
export const Why = ({ facts, put }) =>
  html`<fieldset class="field">
      <legend>${t("schedule.also")}</legend>
      <${Tick} label=${t("schedule.fasting")} checked=${facts.fasting} onChange=${(/** @type {boolean} */ fasting) => put({ fasting })} />
      <${Tick} label=${t("schedule.hardStop")} checked=${facts.hardStop} onChange=${(/** @type {boolean} */ hardStop) => put({ hardStop })} />
    </fieldset>
    <${Field}
      as="textarea"
      label=${t("schedule.instructions")}
      hint=${t("schedule.instructions.hint")}
      value=${facts.instructions}
      onInput=${(/** @type {string} */ instructions) => put({ instructions })}
      maxlength="2000"
      rows="2"
    />`;
