// Who handles what in a record, as the server works it out: asked for again whenever something in the record is new. Nothing of it is judged here.
import { useEffect, useState } from "../../../ui/html.js";
import { day } from "../../../words/dates.js";
import { t } from "../../../words/words.js";
import { documents } from "../../records.js";
import { session, team, teams } from "../../store.js";

/** @typedef {{ topic: string, state: string, team?: string, asked?: string, ask?: string, agreedAt?: number, activity?: string }} Handled */
/** @typedef {{ doc: string, title: string, topic?: string, status: string, state: string, lead?: string, suggested?: string, proposedBy: string }} View */
/** @typedef {{ agreed: boolean, on?: number, version?: string, number?: number, waitingFor?: string[], changed?: boolean }} Agreement */
/** @typedef {{ code: string, title: string, topic: string, team?: string, support: string[], inform: string[], dueInDays?: number }} Proposed */
/** @typedef {{ key: string, version: string, review: string, proposes: Proposed[] }} Template */
/** @typedef {{ plan: { doc: string, title: string, phase: string, overallLead: string, followUpLead?: string, template?: string } | null, agreement: Agreement | null, template: Template | null, topics: Handled[], activities: View[], missing: { doc: string, why: string }[], teams: { [id: string]: string } }} Who */

/** @param {string} record @returns {{ who: Who | null, error: unknown }} */
export function useWho(record) {
  const [who, setWho] = useState(/** @type {Who | null} */ (null));
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const docs = documents.value.get(record);
  useEffect(() => {
    if (!docs?.length) return; // it is not here, or not theirs to see
    let wanted = true;
    session.ask("GET", `/v1/records/${record}/who`, { headers: { "acting-team": team.value } }).then(
      got => {
        if (!wanted) return;
        setWho(got);
        setError(null);
      },
      err => wanted && setError(err),
    );
    return () => void (wanted = false);
  }, [docs]);
  return { who, error };
}

/** What a team is called here. @param {Who} who @param {string | undefined} id */
export const named = (who, id) => (id && who.teams[id]) || t("board.noTeamNamed");

/** What kind of team this desk is. */
export const kind = () => teams.value?.find(one => one.id === team.value)?.kind ?? "";

/** Whether this team treats the person: it leads plans, and agrees to them. */
export const treats = () => ["oncology", "primary-care"].includes(kind());

/** Whether this team may put something into a plan. */
export const proposes = () => treats() || kind() === "navigation";

/** Who handles something, as a sentence: never more than both teams have said. @param {Who} who @param {Handled} r */
export function says(who, r) {
  const until = r.ask ? " " + t("plan.until", { team: named(who, r.ask) }) : "";
  if (r.state === "agreed") return t(r.agreedAt ? "plan.agreedOn" : "plan.agreed", { team: named(who, r.team), day: day(r.agreedAt ?? 0) });
  if (r.team) return t("plan.pending", { team: named(who, r.team) });
  if (r.state === "pending") return t("plan.asked", { team: named(who, r.asked) }) + until;
  return t(r.activity ? "plan.nobody" : "plan.unwritten") + until;
}

/** Whether both teams stand behind the plan as it is. @param {Who} who @param {Agreement} agreement */
export function agreed(who, { agreed, on, version, changed, waitingFor = [] }) {
  if (agreed) return t("plan.both", { day: day(on ?? 0) });
  if (who.missing.some(lack => lack.why === "no-second-team")) return t("plan.not.two");
  if (!version) return t("planning.unpublished");
  if (changed) return t("planning.changed");
  return t("planning.waits", { teams: waitingFor.map(id => named(who, id)).join(", ") });
}
