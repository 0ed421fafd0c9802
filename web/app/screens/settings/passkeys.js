// The person's passkeys. A new one also opens the lock of this device, where the authenticator can.
import { html, useState } from "../../../ui/html.js";
import { Button, Field, Notice } from "../../../ui/parts.js";
import { newPasskeySalt, passkeySecret } from "../../../sdk/src/sealed/index.js";
import { Passkeys as All } from "../../../session/passkeys.js";
import { t } from "../../../words/words.js";
import { lock, session, ways } from "../../store.js";

/** @param {{ below: any }} p */
export function Passkeys({ below }) {
  const [secret, setSecret] = useState(/** @type {object | null} */ (null));
  /** Where there is no lock yet it is the first way; else what opens the lock now is asked for. */
  async function made(/** @type {any} */ it, /** @type {any} */ salt) {
    if (!it.prf) return;
    const own = it.secret ?? (await passkeySecret({ credential: it.credential, salt }));
    if (ways.value.length === 0) await lock.create(own);
    else setSecret(own);
  }
  return html`<${All} session=${session} salt=${newPasskeySalt} made=${made} below=${below}>
    ${secret && html`<${WithPin} secret=${secret} done=${() => setSecret(null)} />`}
  <//>`;
}

/** The lock has a PIN: it is asked for once, so that the passkey opens it, too. @param {{ secret: object, done: () => void }} p */
function WithPin({ secret, done }) {
  const [pin, setPin] = useState("");
  const [error, setError] = useState("");
  function submit(/** @type {Event} */ event) {
    event.preventDefault();
    lock
      .add({ pin }, secret)
      .then(done, ({ left }) => setError(left === undefined ? t("settings.lock.refused") : t("settings.lock.left", { n: left })));
  }
  return html`<${Notice}>
    <form onSubmit=${submit}>
      <p>${t("settings.passkeys.lock")}</p>
      <${Field} type="password" label=${t("settings.lock.pin")} error=${error} value=${pin} onInput=${setPin} required />
      <${Button} kind="main" wide type="submit">${t("settings.lock.keep")}<//>
      <${Button} kind="plain" wide onClick=${done}>${t("settings.passkeys.noLock")}<//>
    </form>
  <//>`;
}
