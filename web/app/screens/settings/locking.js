// The lock of what is on this device: a PIN, set, changed, and what it is worth said plainly. It seals what lies here; the server knows nothing of it.
import { html, useEffect, useState } from "../../../ui/html.js";
import { Button, Field } from "../../../ui/parts.js";
import { t } from "../../../words/words.js";
import { lock, ways } from "../../store.js";

export function Locking() {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    void lock.look();
  }, []);
  const pin = ways.value.some(way => way.kind === "pin");
  return html`<section aria-labelledby="locking">
    <h2 id="locking">${t("settings.lock.title")}</h2>
    <p>${t(ways.value.length > 0 ? "settings.lock.on" : "settings.lock.off")}</p>
    ${
      open
        ? html`<${Pin} change=${pin} done=${() => setOpen(false)} />`
        : html`<${Button} wide onClick=${() => setOpen(true)}>${t(pin ? "settings.lock.change" : "settings.lock.set")}<//>`
    }
    ${ways.value.length > 0 && html`<${Button} wide onClick=${() => lock.now()}>${t("settings.lock.now")}<//>`}
  </section>`;
}

/** @param {{ change: boolean, done: () => void }} p */
function Pin({ change, done }) {
  const [old, setOld] = useState("");
  const [pin, setPin] = useState("");
  const [again, setAgain] = useState("");
  const [error, setError] = useState(/** @type {{ at: string, words: string }} */ ({ at: "", words: "" }));
  const [busy, setBusy] = useState(false);
  async function submit(/** @type {Event} */ event) {
    event.preventDefault();
    if (busy) return;
    if (pin !== again) return setError({ at: "again", words: t("settings.lock.differs") });
    setBusy(true);
    try {
      await (change ? lock.add({ pin: old }, { pin }) : lock.create({ pin }));
      done();
    } catch (err) {
      const { code, left } = /** @type {{ code?: string, left?: number }} */ (err);
      if (code === "weak") setError({ at: "pin", words: t("settings.lock.weak") });
      else setError({ at: "old", words: left === undefined ? t("settings.lock.refused") : t("settings.lock.left", { n: left }) });
      setBusy(false);
    }
  }
  const said = (/** @type {string} */ at) => (error.at === at ? error.words : "");
  return html`<form onSubmit=${submit}>
    <p>${t("settings.lock.worth")}</p>
    ${change && html`<${Field} type="password" label=${t("settings.lock.old")} error=${said("old")} value=${old} onInput=${setOld} required />`}
    <${Field}
      type="password"
      label=${t("settings.lock.new")}
      hint=${t("settings.lock.hint")}
      error=${said("pin")}
      value=${pin}
      onInput=${setPin}
      autocomplete="new-password"
      required
    />
    <${Field}
      type="password"
      label=${t("settings.lock.again")}
      error=${said("again")}
      value=${again}
      onInput=${setAgain}
      autocomplete="new-password"
      required
    />
    <${Button} kind="main" wide type="submit" busy=${busy}>${t("settings.lock.keep")}<//>
  </form>`;
}
