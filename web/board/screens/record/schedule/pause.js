// A pause: from one day to another the dates need not be done, or none until the team goes on. They stay on the list, and the person reads why.
import { html, useState } from "../../../../ui/html.js";
import { Button, Field } from "../../../../ui/parts.js";
import { t } from "../../../../words/words.js";
import { Tick } from "../../../tick.js";

/** @import { TestDate } from '../../../../sdk/src/calendar/lab.js' */
/** @import { Part } from './fields.js' */

/** @param {Part & { dates: TestDate[] }} p */
export function Pause({ facts, wrong, put, dates }) {
  const [from, setFrom] = useState("");
  const [until, setUntil] = useState("");
  const [found, setFound] = useState(/** @type {{ [field: string]: string }} */ ({}));
  const [said, setSaid] = useState("");
  const within = dates.filter(d => d.date >= from && d.date <= until && ["planned", "due", "overdue"].includes(d.state)).map(d => d.date);
  const pause = () => {
    const lacks = {
      ...(!from && { from: t("schedule.wrong.anchor") }),
      ...(!(until >= from) && { until: t("schedule.wrong.pause") }),
      ...(from && until >= from && within.length === 0 && { until: t("schedule.wrong.pause.none") }),
      ...(!facts.why.trim() && { why: t("schedule.wrong.why") }),
    };
    setFound(lacks);
    setSaid(Object.keys(lacks).length === 0 ? t("schedule.pause.done", { n: within.length }) : "");
    if (Object.keys(lacks).length > 0) return;
    put({ excused: [...new Set([...facts.excused, ...within])].sort() });
    setFrom("");
    setUntil("");
  };
  return html`<fieldset class="field">
    <legend>${t("schedule.pause")}</legend>
    <${Field}
      label=${t("schedule.why")}
      hint=${t("schedule.end.hint")}
      value=${facts.why}
      error=${(wrong.why && t(wrong.why)) || (found.why && !facts.why.trim() ? found.why : "")}
      onInput=${(/** @type {string} */ why) => put({ why })}
      maxlength="500"
    />
    ${
      !facts.hold &&
      html`<div class="pair">
          <${Field} type="date" label=${t("schedule.pause.from")} value=${from} error=${found.from} onInput=${setFrom} />
          <${Field} type="date" label=${t("schedule.pause.until")} value=${until} error=${found.until} onInput=${setUntil} />
        </div>
        <${Button} onClick=${pause}>${t("schedule.pause.go")}<//>
        <p role="status">${said}</p>`
    }
    <${Tick} label=${t("schedule.hold")} checked=${facts.hold} onChange=${(/** @type {boolean} */ hold) => put({ hold })} />
  </fieldset>`;
}
