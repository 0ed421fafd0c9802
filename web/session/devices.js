// Where the person is signed in, and how to end that for a phone that is lost.
import { html, useEffect, useState } from "../ui/html.js";
import { Button, Failure, Loading } from "../ui/parts.js";
import { day } from "../words/dates.js";
import { t } from "../words/words.js";

/** @typedef {{ id: string, name: string, seen: number, ended?: number, current: boolean }} Device */

/** @param {{ session: import('./session.js').Session }} p */
export function Devices({ session }) {
  const [devices, setDevices] = useState(/** @type {Device[] | null} */ (null));
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const look = () => session.ask("GET", "/v1/devices").then(got => setDevices(got.devices.filter((/** @type {Device} */ d) => !d.ended)), setError);
  useEffect(() => void look(), []);
  const end = async (/** @type {Device} */ device) => {
    setError(null);
    await session.ask("DELETE", "/v1/devices/" + device.id).then(look, setError);
  };
  return html`<section aria-labelledby="devices">
    <h2 id="devices">${t("ui.devices")}</h2>
    <${Failure} error=${error} />
    ${devices === null && !error && html`<${Loading} />`}
    <ul class="cards">
      ${devices?.map(
        device =>
          html`<li key=${device.id}>
            <strong>${device.name}</strong>
            <p class="quiet">${device.current ? t("ui.devices.this") : t("ui.devices.seen", { day: day(device.seen) })}</p>
            ${!device.current && html`<${Button} onClick=${() => end(device)}>${t("ui.devices.end", { name: device.name })}<//>`}
          </li>`,
      )}
    </ul>
  </section>`;
}
