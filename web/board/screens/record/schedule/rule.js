// How often a test is done, as a form says it, and as the rule that an order keeps (RFC 5545). A rule that the form has no words for is kept as it
// stands: nothing of it is lost because somebody moved a date.

/** The weekdays as rules name them; the first is Monday. */
export const weekdays = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/**
 * What the form says. `day` is which of the weekdays of a month: '' for the day of the month on which the first date lies. `rule` is what no words are there for.
 * @typedef {{ how: 'once' | 'daily' | 'weekly' | 'monthly' | 'cycles' | 'other', every: string, days: string[], nth: string, day: string, end: 'count' | 'until', count: string, until: string, rule: string }} HowOften
 */

/** @type {HowOften} */
export const weekly = { how: "weekly", every: "1", days: [], nth: "", day: "MO", end: "count", count: "6", until: "", rule: "" };

/** @param {HowOften} often @returns {string} '' for one date, or for cycles */
export function ruleOf(often) {
  const { how, every, end } = often;
  if (how === "other") return often.rule;
  if (how === "once" || how === "cycles") return "";
  const days =
    how === "weekly" ? weekdays.filter(day => often.days.includes(day)).join(",") : how === "monthly" && often.nth ? often.nth + often.day : "";
  const parts = ["FREQ=" + how.toUpperCase()];
  if (every.trim() !== "1") parts.push("INTERVAL=" + every.trim());
  if (days) parts.push("BYDAY=" + days);
  parts.push(end === "count" ? "COUNT=" + often.count.trim() : "UNTIL=" + often.until.replaceAll("-", ""));
  return parts.join(";");
}

/** @param {string} rule @returns {HowOften} */
export function readRule(rule) {
  if (!rule) return { ...weekly, how: "once" };
  const parts = new Map(rule.split(";").map(part => /** @type {[string, string]} */ ([part.split("=", 1)[0], part.slice(part.indexOf("=") + 1)])));
  const byday = parts.get("BYDAY") ?? "";
  const [, nth = "", day = "MO"] = /^(-?\d)(MO|TU|WE|TH|FR|SA|SU)$/.exec(byday) ?? [];
  const read = {
    ...weekly,
    how: /** @type {HowOften["how"]} */ ((parts.get("FREQ") ?? "").toLowerCase()),
    every: parts.get("INTERVAL") ?? "1",
    days: byday.split(",").filter(one => weekdays.includes(one)),
    nth,
    day,
    end: /** @type {HowOften["end"]} */ (parts.has("UNTIL") ? "until" : "count"),
    count: parts.get("COUNT") ?? weekly.count,
    until: (parts.get("UNTIL") ?? "").replace(/^(\d{4})(\d\d)(\d\d)$/, "$1-$2-$3"),
  };
  const known = ["daily", "weekly", "monthly"].includes(read.how) && plain(ruleOf(read)) === plain(rule);
  return known ? read : { ...weekly, how: "other", rule };
}

/** The same for rules that say the same in another order. @param {string} rule */
const plain = rule =>
  rule
    .split(";")
    .filter(part => part !== "INTERVAL=1")
    .map(part => part.split(/[=,]/).sort().join())
    .sort()
    .join(";");
