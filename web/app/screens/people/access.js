// What a caregiver or a team may see, and the end of it. It counts from when the server said so, so it needs a network.
import { html, useState } from "../../../ui/html.js";
import { Button, Empty, Failure, Field, Notice, Title } from "../../../ui/parts.js";
import { civilDay } from "../../../words/dates.js";
import { t } from "../../../words/words.js";
import { Back } from "../../back.js";
import { askCircle, circle } from "../../names.js";
import { replace } from "../../route.js";
import { record, session } from "../../store.js";

/** Kinds of information, those that most people share first. Which of them can be shared with whom is the server's to say. */
const order = "schedule person team plan medication results assessments concerns.physical concerns.practical concerns.emotional concerns.sensitive messages messages.clinical triage ed-share".split(" "); // prettier-ignore

/** What kinds of information are called, in one line. @param {string[]} kinds */
export const named = kinds =>
  order
    .filter(kind => kinds.includes(kind))
    .map(kind => t("people.category." + kind))
    .join(", ");

/** The last day on which somebody sees the record, "2026-12-04" by the clock of this device; '' without an end. @param {import('../../names.js').Share} share */
const lastDay = ({ expires }) => (expires ? local(new Date(expires - 1)) : "");
/** @param {Date} at */
const local = at => [at.getFullYear(), at.getMonth() + 1, at.getDate()].map(n => String(n).padStart(2, "0")).join("-");
/** When that day is over, ms; 0 without an end. @param {string} day */
const over = day => (day ? new Date(+day.slice(0, 4), +day.slice(5, 7) - 1, +day.slice(8) + 1).getTime() : 0);

/** Until when somebody sees the record, where it ends by itself. @param {import('../../names.js').Share} share */
export const until = share => (share.expires ? `. ${t("people.until.is", { day: civilDay(lastDay(share)) })}` : "");

/** @param {{ of: 'caregivers' | 'teams', id: string }} p */
export function Access({ of, id }) {
  const it = circle.value?.[of].find(share => (share.account ?? share.team) === id && !share.until);
  const [chosen, setChosen] = useState(/** @type {string[] | null} */ (null));
  const [end, setEnd] = useState(/** @type {string | null} */ (null));
  const [said, setSaid] = useState("");
  const [error, setError] = useState(/** @type {unknown} */ (null));
  if (!it) return html`<${Back} to=${["people"]} /><${Title}>${t("people.title")}<//><${Empty}>${t("people.gone." + of)}<//>`;
  const path = `/v1/records/${record.value}/${of}/${id}`;
  const has = chosen ?? it.categories;
  const last = end ?? lastDay(it);
  const past = last !== "" && last < local(new Date());
  const name = it.name || t(of === "teams" ? "people.team" : "people.helper");
  const never = (it.hidden ?? []).filter(one => one.never).map(one => one.category);
  const may = [...it.categories, ...has, ...(it.hidden ?? []).filter(one => !one.never).map(one => one.category)];
  async function keep(/** @type {Event} */ event) {
    event.preventDefault();
    setError(null);
    if (past) return;
    try {
      await session.ask("PUT", path, { body: { categories: has, ...(end === null ? {} : { expires: over(end) }) } });
      await askCircle();
      setChosen(null);
      setEnd(null);
      setSaid(t("people.kept"));
    } catch (err) {
      setError(err);
    }
  }
  const turn = (/** @type {string} */ kind) => {
    setSaid("");
    setChosen(has.includes(kind) ? has.filter(k => k !== kind) : [...has, kind]);
  };
  const ends = (/** @type {string} */ day) => {
    setSaid("");
    setEnd(day);
  };
  return html`
    <${Back} to=${["people"]} />
    <${Title}>${name}<//>
    <form onSubmit=${keep}>
      <fieldset class="ticks">
        <legend>${t("people.maySee", { name })}</legend>
        ${order
          .filter(kind => may.includes(kind))
          .map(
            kind =>
              html`<label class="tick" key=${kind}>
                <input type="checkbox" checked=${has.includes(kind)} onChange=${() => turn(kind)} />
                <span>${t("people.category." + kind)}</span>
              </label>`,
          )}
      </fieldset>
      ${never.length > 0 && html`<p>${t("people.never." + of, { what: named(never) })}</p>`}
      <p class="quiet">${t("people.less." + of)}</p>
      ${
        of === "caregivers" &&
        html`<${Field}
            type="date"
            label=${t("people.until")}
            hint=${last && !past ? t("people.until.is", { day: civilDay(last) }) : t("people.until.none")}
            error=${past ? t("people.until.past") : ""}
            value=${last}
            onInput=${ends}
          />
          ${last && html`<${Button} wide onClick=${() => ends("")}>${t("people.until.remove")}<//>`}`
      }
      <${Failure} error=${error} />
      <p role="status">${said}</p>
      <${Button} kind="main" wide type="submit">${t("people.keep")}<//>
    </form>
    <${End} of=${of} name=${name} path=${path} setError=${setError} />
  `;
}

/** The end of it, in two steps. @param {{ of: string, name: string, path: string, setError: (error: unknown) => void }} p */
function End({ of, name, path, setError }) {
  const [sure, setSure] = useState(false);
  const end = () =>
    session
      .ask("DELETE", path)
      .then(askCircle)
      .then(() => replace("people"), setError);
  if (!sure) return html`<${Button} kind="danger" wide onClick=${() => setSure(true)}>${t("people.end", { name })}<//>`;
  return html`<${Notice} level="amber" role="alert">
    <p>${t("people.end.sure." + of, { name })}</p>
    <div class="choices">
      <${Button} kind="danger" wide onClick=${end}>${t("people.end.yes")}<//>
      <${Button} wide onClick=${() => setSure(false)}>${t("people.end.no")}<//>
    </div>
  <//>`;
}
