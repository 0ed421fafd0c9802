// What became of a report, in words: whether it has arrived, and which teams have looked at it, each when it did so first.
import { dayAndTime, time } from "../../../words/dates.js";
import { t } from "../../../words/words.js";
import { teamName } from "../../names.js";
import { all } from "../../store.js";
import { text } from "../../surroundings.js";

/** @import { Document } from '../../../sdk/src/types.js' */

/** @typedef {{ what: string, at: number, by?: string, team: string }} Step */

/** The same day is a time alone. @param {number} ms */
const when = ms => (new Date(ms).toDateString() === new Date().toDateString() ? time(ms) : dayAndTime(ms));

/** @param {Document} report */
export function became(report) {
  const at = Number(report.fields.reportedAt);
  if (!at) return t("needs.waits");
  /** @type {Map<string, number>} */
  const teams = new Map();
  for (const concern of all("concern").filter(c => text(c, "assessment") === report.id)) {
    for (const s of /** @type {Step[]} */ (concern.fields.steps ?? [])) {
      const looked = s.by && s.what !== "reopened"; // the person may open it again
      if (looked && s.at < (teams.get(s.team) ?? Infinity)) teams.set(s.team, s.at);
    }
  }
  const seen = [...teams].sort(([, a], [, b]) => a - b).map(([team, ms]) => t("needs.seen", { team: teamName(team), at: when(ms) }));
  return [t("needs.arrived", { at: when(at) }), ...(seen.length > 0 ? seen : [t("needs.unseen")])].join(" ");
}
