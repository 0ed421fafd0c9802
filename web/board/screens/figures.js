// How a team fares: counts of nobody in particular. Each drawing has its sentence above it, and its numbers as a table below.
import { html, useEffect, useState } from "../../ui/html.js";
import { Failure, Field, Loading, Notice, Title } from "../../ui/parts.js";
import { t } from "../../words/words.js";
import { session, team } from "../store.js";
import { Quality } from "./figures/quality.js";
import { share } from "./figures/words.js";
import { Weeks } from "./figures/weeks.js";

const periods = [28, 84, 364];

export function Figures() {
  const [days, setDays] = useState(periods[1]);
  const [got, setGot] = useState(/** @type {{ figures: any, quality: any } | null} */ (null));
  const [error, setError] = useState(/** @type {any} */ (null));
  useEffect(() => {
    let gone = false;
    const of = team.value;
    const ask = (/** @type {string} */ what) => session.ask("GET", `/v1/teams/${of}/${what}?days=${days}`, { headers: { "acting-team": of } });
    Promise.all([ask("figures"), ask("quality")]).then(
      ([figures, quality]) => !gone && (setError(null), setGot({ figures, quality })),
      err => !gone && setError(err),
    );
    return () => void (gone = true);
  }, [days]);
  const hidden = error && [403, 404].includes(error.status);
  return html`
    <${Title}>${t("figures.title")}<//>
    <p>${t("figures.about")}</p>
    ${
      !hidden &&
      html`<div class="period">
        <${Field} as="select" label=${t("figures.period")} value=${String(days)} onInput=${(/** @type {string} */ value) => setDays(Number(value))}>
          ${periods.map(n => html`<option key=${n} value=${n} selected=${n === days}>${t("figures.weeks", { n: n / 7 })}</option>`)}
        <//>
      </div>`
    }
    ${hidden ? html`<${Notice}><p>${t("figures.notYours")}</p><//>` : html`<${Failure} error=${error} />`} ${!got && !error && html`<${Loading} />`}
    ${got && !hidden && html`<${Shown} figures=${got.figures} quality=${got.quality} />`}
  `;
}

/** @param {{ figures: any, quality: any }} p */
function Shown({ figures, quality }) {
  const { complete, weeks, warning, actedOnWithinHours: hours, alertsWarnAbovePercent: most } = figures;
  const inTime = share("figures.inTime", figures.actedOnInTime, { hours });
  return html`
    ${!(complete && quality.complete) && html`<${Notice} level="amber"><p>${t("figures.notAll")}</p><//>`}
    ${warning && html`<${Notice} level="amber"><p>${t("figures.many", { most })}</p><//>`}
    <div class="figures">
      <${Weeks} id="in-time" title=${t("figures.inTime.title")} says=${inTime} weeks=${complete ? weeks : []} of="actedOnInTime" />
      <${Weeks}
        id="alerts"
        title=${t("figures.alerts.title")}
        says=${share("figures.alerts", figures.alerts)}
        weeks=${complete ? weeks : []}
        of="alerts"
      />
      <${Weeks}
        id="closed"
        title=${t("figures.closed.title")}
        says=${share("figures.closed", figures.closedWithoutEscalation)}
        weeks=${complete ? weeks : []}
        of="closedWithoutEscalation"
      />
      <${Quality} of=${quality} />
    </div>
  `;
}
