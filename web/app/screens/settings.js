// Settings: language, size and colours of this device; when it may ring, and whether this device does; the lock; where the person is signed in; leaving.
import { html, useState } from "../../ui/html.js";
import { Button, Field, Title } from "../../ui/parts.js";
import { ringIn } from "../rung.js";
import { languages, t, use } from "../../words/words.js";
import { areas } from "../areas.js";
import { look } from "../look.js";
import { redraw } from "../route.js";
import { all, helps, record, session, write } from "../store.js";
import { Devices } from "../../session/devices.js";
import { Leaving } from "./settings/leaving.js";
import { Passkeys } from "./settings/passkeys.js";
import { Ring } from "./settings/ring.js";
import { Locking } from "./settings/locking.js";

export function Settings() {
  return html`
    <${Title}>${t("settings.title")}<//>
    <${Looks} />
    ${!helps.value && html`<${Ringing} />`}
    <${Ring} />
    <${Locking} />
    <${Leaving} />
    <${Passkeys} below=${html`<${Devices} session=${session} />`} />
  `;
}

/** How it looks on this device. It changes at once. */
function Looks() {
  const [, again] = useState(0);
  const change = (/** @type {object} */ what) => {
    look.apply(what);
    again(n => n + 1);
  };
  async function speak(/** @type {string} */ language) {
    await use(language, areas);
    change({ language });
    ringIn(language);
    redraw();
  }
  const option = (/** @type {string} */ value, /** @type {string} */ words) => html`<option value=${value}>${words}</option>`;
  return html`<section aria-labelledby="looks">
    <h2 id="looks">${t("settings.looks")}</h2>
    <${Field} as="select" label=${t("settings.language")} value=${document.documentElement.lang} onInput=${speak}>
      ${languages.map(tag => option(tag, t("settings.language." + tag)))}
    <//>
    <${Field}
      as="select"
      label=${t("settings.size")}
      value=${String(look.scale)}
      onInput=${(/** @type {string} */ value) => change({ scale: Number(value) })}
    >
      ${["1", "1.25", "1.5", "2"].map(value => option(value, t("settings.size." + value.replace(".", "-"))))}
    <//>
    <${Field} as="select" label=${t("settings.theme")} value=${look.theme} onInput=${(/** @type {string} */ theme) => change({ theme })}>
      ${["", "light", "dark"].map(value => option(value, t("settings.theme." + (value || "auto"))))}
    <//>
    <${Field} as="select" label=${t("settings.contrast")} value=${look.contrast} onInput=${(/** @type {string} */ contrast) => change({ contrast })}>
      ${["", "high"].map(value => option(value, t("settings.contrast." + (value || "normal"))))}
    <//>
    <p>${t("settings.quick.about")}</p>
    <${Field} as="select" label=${t("settings.quick.where")} value=${look.quick} onInput=${(/** @type {string} */ quick) => change({ quick })}>
      ${["", "everywhere"].map(value => option(value, t("settings.quick." + (value || "here"))))}
    <//>
  </section>`;
}

/** When it may ring. It is the person's word, for all their devices and for what the server sends. */
function Ringing() {
  const kept = settingsOf(all("preference"));
  const quiet = { from: "21:00", to: "08:00", .../** @type {object} */ (kept?.fields.quietHours ?? {}) };
  const set = (/** @type {import('../../sdk/src/types.js').Fields} */ fields) =>
    write({ doc: kept?.id ?? "preference/" + record.value, set: fields });
  const on = kept?.fields.remindersOn !== false;
  const hours = (/** @type {'from' | 'to'} */ end) => (/** @type {string} */ value) => set({ quietHours: { ...quiet, [end]: value } });
  return html`<section aria-labelledby="ringing">
    <h2 id="ringing">${t("settings.ringing")}</h2>
    <p>${t("settings.ringing.about")}</p>
    <${Button} wide onClick=${() => set({ remindersOn: !on })} aria-pressed=${on ? "true" : "false"}
      >${t(on ? "settings.ringing.on" : "settings.ringing.off")}<//
    >
    <${Hour} key=${"from " + quiet.from} label=${t("settings.quiet.from")} value=${quiet.from} keep=${hours("from")} />
    <${Hour} key=${"to " + quiet.to} label=${t("settings.quiet.to")} value=${quiet.to} keep=${hours("to")} />
  </section>`;
}

/** The settings that count, of all that a record has: the newest. Whoever has none begins those of the record, on each device the same. @param {import('../../sdk/src/types.js').Document[]} list */
const settingsOf = list => [...list].sort((a, b) => b.rev - a.rev || (b.id > a.id ? 1 : -1))[0];

/** A time of the day, which is kept when it is typed to its end. @param {{ label: string, value: string, keep: (value: string) => void }} p */
function Hour({ label, value, keep }) {
  const [typed, setTyped] = useState(value);
  return html`<${Field} type="time" label=${label} value=${typed} onInput=${setTyped} onBlur=${() => typed && typed !== value && keep(typed)} />`;
}
