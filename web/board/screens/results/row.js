// One result: how urgent it is and how long it waits, whose it is, what a prescriber signed about the number, and then the number.
import { html } from "../../../ui/html.js";
import { Level } from "../../../ui/parts.js";
import { has, t } from "../../../words/words.js";
import { decimal, measured, unit } from "../../../words/measure.js";
import { now, span, when } from "../../clock.js";
import { documents } from "../../records.js";
import { person } from "../queue/row.js";

/** @typedef {import('../../results.js').Line} Line */

export const colours = /** @type {const} */ ({ critical: "red", "critical-expected": "amber", action: "amber", normal: "green" });

/** @param {string} code */
export const testName = code => (has("tests." + code) ? t("tests." + code) : code);

/** @param {{ line: Line, id: string, at: number, of: number, on: boolean, onClick: () => void, onOpen: () => void }} p */
export function Row({ line, id, at, of, on, onClick, onOpen }) {
  const { facts } = line;
  const word = facts.emergency ? t("results.emergency") : t("board.class." + line.class);
  const colour = facts.emergency ? "red" : (colours[/** @type {keyof typeof colours} */ (line.class)] ?? "green");
  return html`<li
    id=${id}
    role="option"
    class=${"result" + (on ? " current" : "")}
    aria-selected=${on ? "true" : "false"}
    aria-posinset=${at}
    aria-setsize=${of}
    onClick=${onClick}
    onDblClick=${onOpen}
  >
    <div>
      <${Level} level=${colour}>${word}<//>
      <p>${t("board.waits", { time: span(now.value - (facts.receivedAt ?? line.effectiveAt)) })}</p>
      <${Due} line=${line} />
    </div>
    <div>
      <p><strong>${person(line)}</strong></p>
      <p class="quiet">${facts.orderedBy ? t("schedule.by", { team: facts.orderedBy }) : t("results.noOrder")}</p>
      ${facts.transferTo && html`<p>${t("results.offered")}</p>`} ${line.gone && html`<p><strong>${gone(line)}</strong></p>`}
    </div>
    <div>
      <${Note} finding=${facts.finding} />
      <p><strong>${testName(facts.code)}</strong>${" "}${number(facts)}${" "}${facts.flag && t("results.flag", { flag: facts.flag })}</p>
      <p class="quiet">
        ${range(facts)}${" "}${facts.status === "preliminary" && t("results.preliminary")}${" "}${t("results.taken", { when: when(line.effectiveAt) })}
      </p>
      ${line.grey && html`<p>${t("results.grey")}</p>`}
    </div>
  </li>`;
}

/** @param {{ line: Line }} p */
function Due({ line: { dueBy } }) {
  if (!dueBy) return null;
  const late = dueBy < now.value;
  return html`<p class=${late ? "late" : ""}>
    ${late ? t("board.overdue", { time: span(now.value - dueBy) }) : t("results.due", { when: when(dueBy) })}
  </p>`;
}

/** Who decided, and what; as the record says it. @param {Line} line */
function gone(line) {
  const fields = /** @type {any} */ (documents.value.get(line.record)?.find(d => d.id === line.doc)?.fields ?? {});
  if (!fields.acknowledgedBy || fields.acknowledgedVersion !== fields.version) return t("results.gone");
  return t("results.decided", { name: fields.acknowledgedBy, what: t("results.decision." + fields.decision) });
}

/** What a prescriber signed about the number, with what has to be answered first. @param {{ finding?: import('../../results.js').Finding | null }} p */
export function Note({ finding }) {
  if (!finding) return null;
  const { match, asks = [], text, because, signedBy, ifOutside } = finding;
  if (match === "outside" || match === "excluded") return html`<p class="finding"><strong>${t("labs.note." + match)}</strong> ${ifOutside}</p>`;
  return html`<div class="finding">
    ${
      asks.length > 0 &&
      html`<p><strong>${t("results.asks")}</strong></p>
        <ul>
          ${asks.map(code => html`<li key=${code}>${t("results.ask." + code)}</li>`)}
        </ul>`
    }
    <p>${text}</p>
    <p>${signedBy ? t("labs.because", { because, name: signedBy }) : t("labs.becauseOnly", { because })} ${t("labs.otherwise")} ${ifOutside}</p>
  </div>`;
}

/** In the unit that all of its kind have, and as it was sent. @param {{ value?: string, unit?: string, normalised?: string, normalisedUnit?: string, conclusion?: string }} p */
export function number({ value, unit: as = "", normalised, normalisedUnit = "", conclusion }) {
  if (!value) return conclusion ?? t("board.tests.noValue");
  const sent = measured(value, as);
  const same = normalised ? measured(normalised, normalisedUnit) : sent;
  return same === sent
    ? html`<span class="number">${sent}</span>`
    : html`<span class="number">${same}</span>${" "}(${t("results.sent", { number: sent })})`;
}

/** The laboratory's range, or that it gave none. @param {{ low?: string, high?: string, unit?: string, value?: string }} p */
export function range({ low, high, unit: as = "", value }) {
  if (!value) return "";
  if (!low && !high) return t("results.noRange");
  if (low && high) return t("results.range", { low: decimal(low), high: decimal(high), unit: unit(as) });
  return low ? t("results.rangeFrom", { low: decimal(low), unit: unit(as) }) : t("results.rangeTo", { high: decimal(high ?? ""), unit: unit(as) });
}
