// Who handles what, worked out from what lies on this device as the server does it (internal/care, responsibility.go): with no network, too.
import { compare, text, texts, whole } from "../../../sdk/src/calendar/papers.js";
import { acts, treating } from "../../call.js";
import { all } from "../../store.js";

/** @import { Document } from '../../../sdk/src/types.js' */

/** `several`: teams of which each says that it does it, and nobody has agreed. @typedef {{ state: 'agreed' | 'pending' | 'gap', team: string, asked: string, ask: string, at: number, activity?: Document, several: string[] }} Who */

/** What people ask about, in the order in which it is listed. */
export const topics =
  "pain side-effects mental-health fatigue bp diabetes other-conditions fertility intimacy prescriptions medicines fit-note results surveillance care-review late-effects vaccinations screening appointments money home-care planning-ahead out-of-hours".split(
    " ",
  );

const ranks = /** @type {{ [status: string]: number }} */ ({
  accepted: 1,
  "in-progress": 1,
  offered: 2,
  "counter-proposed": 3,
  proposed: 4,
  declined: 5,
});

/** What is to be done and lasts. */
export const live = () =>
  all("activity")
    .filter(a => ranks[text(a, "status")])
    .sort((a, b) => ranks[text(a, "status")] - ranks[text(b, "status")] || compare(a.id, b.id));

/** The plan that holds: of several the one that was changed last. @returns {Document | undefined} */
export const current = () =>
  all("carePlan")
    .filter(p => text(p, "status") === "active")
    .reduce((best, p) => (!best || p.rev >= best.rev ? p : best), /** @type {Document | undefined} */ (undefined));

/** Published versions of a plan, the newest first. @param {Document | undefined} plan */
export const versions = plan =>
  all("planVersion")
    .filter(v => text(v, "plan") === plan?.id)
    .sort((a, b) => whole(b, "number") - whole(a, "number"));

/** The team that leads the plan, as far as it is here; else a treating team. */
export const lead = () => {
  const plan = current();
  return plan && acts(text(plan, "overallLead")) ? text(plan, "overallLead") : (treating()[0] ?? "");
};

/** Since when both teams stand behind the newest version as it is, 0 if they do not. @param {Document | undefined} version */
export function confirmed(version) {
  const both = treating();
  if (!version || both.length < 2 || !both.every(id => texts(version, "ackBy").includes(id))) return 0;
  return Math.max(...both.map(id => whole(version, "ackAt." + id)));
}

/** Whether the phase would have it otherwise, and nobody has confirmed. @param {Document} a */
function unconfirmed(a) {
  const [suggested, plan] = [text(a, "suggestedTeam"), current()];
  return suggested !== "" && suggested !== text(a, "accountableTeam") && plan !== undefined && text(a, "keptFor") !== text(plan, "phase");
}

/** Who answers for one thing that is to be done. @param {Document} a @returns {Who} */
export function whoDoes(a) {
  const team = text(a, "accountableTeam");
  /** @type {Who} */
  const who = { state: "gap", team: "", asked: "", ask: "", at: 0, activity: a, several: [] };
  if (ranks[text(a, "status")] === 1 && acts(team)) {
    Object.assign(who, { team, state: "pending" });
    const from = text(a, "proposedBy");
    const offered = from !== team && treating().includes(from) && treating().includes(team);
    if (!unconfirmed(a) && offered) Object.assign(who, { state: "agreed", at: whole(a, "acceptedAt") });
    else if (!unconfirmed(a)) fromVersion(who, text(a, "topic"));
  } else if (["offered", "counter-proposed"].includes(text(a, "status"))) {
    who.asked = team;
    if (a.fields.unanswered !== true && acts(team)) who.state = "pending";
  }
  who.ask = who.team || lead();
  return who;
}

/** Both teams have acknowledged a version in which this team answers for it. @param {Who} who @param {string} topic */
function fromVersion(who, topic) {
  const [version] = versions(current());
  const at = confirmed(version);
  if (version && text(version, "role." + topic) === who.team && at) Object.assign(who, { state: "agreed", at });
}

/** Who handles a topic. @param {string} topic @returns {Who} */
export function whoHandles(topic) {
  const [about] = live().filter(a => text(a, "topic") === topic);
  if (about) return whoDoes(about);
  /** @type {Who} */
  const who = { state: "gap", team: "", asked: "", ask: lead(), at: 0, several: [] };
  const teams = all("careTeam").filter(c => text(c, "status") === "active");
  const not = teams.filter(c => texts(c, "doesNotHandle").includes(topic));
  const claim = teams.filter(c => texts(c, "doesHandle").includes(topic) && !not.includes(c)).map(c => c.id.slice(9));
  if (claim.length > 1) return { ...who, state: "pending", several: claim.sort() };
  if (claim.length === 0) return who;
  Object.assign(who, { team: claim[0], ask: claim[0], state: "pending" });
  const others = treating().filter(id => id !== claim[0]);
  if (!others.every(id => not.some(c => c.id.slice(9) === id))) fromVersion(who, topic);
  else if (others.length > 0 && treating().includes(claim[0])) who.state = "agreed";
  return who;
}

/** Why nobody can say that both teams agree to the plan as it is; '' if both do. @param {Document} plan @returns {string} key of the words */
export function lacks(plan) {
  const [version] = versions(plan);
  if (treating().length < 2) return "plan.not.two";
  if (!version) return "plan.not.published";
  const moved = ["phase", "overallLead", "followUpLead"].some(name => text(plan, name) !== text(version, "header." + name));
  if (moved || !acts(text(plan, "overallLead")) || !acts(text(plan, "followUpLead")) || live().some(a => differs(a, version))) return "plan.not.same";
  return confirmed(version) ? "" : "plan.not.confirmed";
}

/** Whether something is not as the version has it, or not settled. @param {Document} a @param {Document} version */
function differs(a, version) {
  const was = /** @type {{ accountableTeam?: string } | undefined} */ (version.fields["activity." + a.id.slice(9)]);
  const team = text(a, "accountableTeam");
  const handed = team !== text(a, "proposedBy") && !(text(a, "protocolRef") && text(a, "returnCriteria"));
  return was?.accountableTeam !== team || ranks[text(a, "status")] !== 1 || !acts(team) || handed || unconfirmed(a);
}
