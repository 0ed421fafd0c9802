// A result as a person reads it. Every judgement in it is the server's, from the documents; here are only words for it.
import { html } from "../../../ui/html.js";
import { dateOf, dayAt } from "../../../sdk/src/calendar/date.js";
import { compare, text, texts, whole } from "../../../sdk/src/calendar/papers.js";
import { knows, wallAt } from "../../../sdk/src/calendar/zone.js";
import { civilDay, dayAndTime } from "../../../words/dates.js";
import { decimal, measured, unit } from "../../../words/measure.js";
import { has, t } from "../../../words/words.js";
import { teamName } from "../../names.js";
import { all } from "../../store.js";

/** @import { Document } from '../../../sdk/src/types.js' */

/** Results that count, the newest first. */
export const results = () =>
  all("result")
    .filter(r => !["", "cancelled", "entered-in-error"].includes(text(r, "status")))
    .sort((a, b) => whole(b, "effective") - whole(a, "effective") || compare(a.id, b.id));

/** Of each test the newest. */
export function latest() {
  const seen = new Set();
  return results().filter(r => !seen.has(text(r, "code")) && seen.add(text(r, "code")));
}

/** What a test is called; a code that nobody here knows is shown as it is. @param {string} code */
export const titleOf = code => (has("tests." + code) ? t("tests." + code) : code);

/** @param {Document} r */
export const title = r => titleOf(text(r, "code"));

/** The day on the calendar of whoever holds this device, as a field for a day has it. */
export const today = () => new Date(Date.now() - new Date().getTimezoneOffset() * 6e4).toISOString().slice(0, 10);

/** The zone in which days are counted. */
export function home() {
  const [zone = ""] = all("person").map(p => text(p, "homeZone"));
  return knows(zone) ? zone : Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** The civil date at home on which a sample was taken. @param {Document} r */
export const dateFor = r => dateOf(dayAt(wallAt(whole(r, "effective"), home())));

/** @param {Document} r */
export const day = r => civilDay(dateFor(r));

/** Whether nobody stands for it yet. @param {Document} r */
export const grey = r => r.fields.verified !== true;

const sides = /** @type {{ [code: string]: string }} */ ({ N: "N", L: "L", LL: "L", H: "H", HH: "H", A: "A", AA: "A" });

/** The plain sentence, which comes first. @param {Document} r */
export function sentence(r) {
  if (grey(r)) return t("labs.says.grey");
  const side = sides[text(r, "interpretation")];
  const expected = text(r, "match") === "matches" && side !== "N";
  if (side) return t("labs.says." + side) + (expected ? " " + t("labs.says.expected") : "");
  return t(text(r, "value") ? "labs.says.unknown" : "labs.says.report");
}

/** What the responsible team makes of it, and whether the person was told. @param {Document} r @returns {string[]} */
export function follows(r) {
  if (grey(r)) return [];
  const team = teamName(text(r, "responsibleTeam"));
  const done = whole(r, "version") > 0 && whole(r, "acknowledgedVersion") === whole(r, "version");
  const said = [
    done
      ? t("labs.seen", {
          team: teamName(text(r, "acknowledgedTeam") || text(r, "responsibleTeam")),
          when: dayAndTime(whole(r, "acknowledgedAt"), home()),
        })
      : t("labs.unseen", { team }),
  ];
  if (done && has("labs.decision." + text(r, "decision"))) said.push(t("labs.decision." + text(r, "decision")));
  if (text(r, "transferTo")) said.push(t("labs.transfer", { team: teamName(text(r, "transferTo")) }));
  return said;
}

/** Whether the team has to look at it at once, and has not said anything yet. @param {Document} r */
export const urgent = r =>
  !grey(r) && (text(r, "class") === "critical" || r.fields.emergency === true) && whole(r, "acknowledgedVersion") !== whole(r, "version");

/**
 * What a prescriber signed about this number: it stands above it. `outside`: the dates of a finding hold, and the number is another.
 * @param {Document} r
 * @returns {{ finding: Document, how: string, asks: string[] } | null}
 */
export function note(r) {
  if (!text(r, "value")) return null;
  const signed = all("expectedFinding").filter(f => text(f, "status") === "signed");
  const named = signed.find(f => f.id === text(r, "expected"));
  if (named) {
    const how = text(r, "match");
    return { finding: named, how, asks: how === "asks" ? texts(named, "exclusions").filter(code => has("labs.ask." + code)) : [] };
  }
  const on = dateFor(r);
  const dated = signed.find(f => text(f, "code") === text(r, "code") && text(f, "validFrom") <= on && on <= text(f, "validTo"));
  return dated && !grey(r) && text(r, "normalised") ? { finding: dated, how: "outside", asks: [] } : null;
}

/** The number as it was sent, in the unit of its range; else that there is a report, or nothing. @param {Document} r */
export function amount(r) {
  if (text(r, "value")) return measured(text(r, "value"), text(r, "unit"));
  return t(text(r, "conclusion") ? "labs.says.report" : "labs.none");
}

/** The number in the unit that all of its test have; as it was sent, where the server has not said one. @param {Document} r */
export const common = r => (text(r, "normalised") ? measured(text(r, "normalised"), text(r, "normalisedUnit")) : amount(r));

/** The laboratory's range, or that it gave none. @param {Document} r */
export function range(r) {
  const [low, high, as] = [text(r, "referenceLow"), text(r, "referenceHigh"), unit(text(r, "unit"))];
  if (!low && !high) return t("labs.noRange");
  if (low && high) return t("labs.range", { low: decimal(low), high: decimal(high), unit: as });
  return low ? t("labs.rangeFrom", { low: decimal(low), unit: as }) : t("labs.rangeTo", { high: decimal(high), unit: as });
}

/** A quiet line. @param {string} key */
export const about = key => html`<p class="quiet">${t(key)}</p>`;
