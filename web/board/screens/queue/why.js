// Why a row stands where it does, in the reader's language, out of what the row says of itself. What stands elsewhere in the row (its level, how long it
// waits, by when, who has it) is not said twice; what a nurse needs first stands first, for a row has room for a few lines.
import { civilDay } from "../../../words/dates.js";
import { t } from "../../../words/words.js";
import { span, when } from "../../clock.js";

const levels = ["info", "green", "amber", "red", "emergency"];

/** Another team acts on what is more urgent. @param {any} row */
function elsewhere({ elsewhere, own }) {
  if (levels.indexOf(elsewhere) <= levels.indexOf(own)) return [];
  const yours = own !== "info" && t("board.why.own", { level: t("board.level." + own) });
  return [t("board.why.elsewhere", { level: t("board.level." + elsewhere) }), yours];
}

/** @param {any} row @returns {string} */
export function why(row) {
  const said = [
    ...elsewhere(row),
    row.urgency && t("board.why.wish." + row.urgency),
    row.late && t("board.why.late", { time: span(row.receivedAt - row.reportedAt) }),
    row.claimedBy && row.receivedAt > row.claimedAt && t("board.why.since"),
    row.upgraded && t("board.why.upgraded"),
    row.results && t("board.why.results", { n: row.results }),
    row.recurrence && t("board.why.recurrence"),
    ...(row.missed ?? []).map((/** @type {string} */ date) => t("board.why.missed", { day: civilDay(date) })),
    ...(row.events ?? []).map((/** @type {string} */ event) => t("board.why.event." + event)),
    row.reaccess && t("board.why.reaccess"),
    row.alone && t("board.why.alone"),
    row.failed && t("board.why.failed", { n: row.failed }),
    row.contactedAt && t("board.why.contacted", { when: when(row.contactedAt) }),
    row.deviceAt && t("board.why.clock", { when: when(row.deviceAt) }),
    row.unread && t("board.why.unread", { n: row.unread }),
    ...(row.review ?? []).map((/** @type {string} */ rules) => t("board.why.review." + rules)),
    row.duplicates && t("board.why.duplicates"),
    ...(row.escalated ?? []).map((/** @type {any} */ one) => t("board.why.told." + one.to, { when: when(one.at) })),
  ];
  return said.filter(Boolean).join(" ");
}
