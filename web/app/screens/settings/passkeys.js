// The person's passkeys: which there are, a new one, one taken away. A new one also opens the lock of this device, where the authenticator can.
import { html, useEffect, useState } from "../../../ui/html.js";
import { Button, Failure, Field, Notice } from "../../../ui/parts.js";
import { list, offered, register, remove } from "../../../sdk/src/passkeys.js";
import { newPasskeySalt, passkeySecret } from "../../../sdk/src/sealed/index.js";
import { asProblem } from "../../../session/passkey.js";
import { Prove } from "../../../session/prove.js";
import { day } from "../../../words/dates.js";
import { t } from "../../../words/words.js";
import { lock, session, ways } from "../../store.js";

/** @typedef {{ id: string, name: string, made: number, used?: number, copied?: number }} Passkey */

export function Passkeys() {
  const [shown, setShown] = useState(false);
  const [all, setAll] = useState(/** @type {Passkey[]} */ ([]));
  const [proving, setProving] = useState(false);
  const [secret, setSecret] = useState(/** @type {object | null} */ (null));
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const token = async () => (await session.token()) ?? "";
  const look = async () => setAll(await list({ token: await token() }));
  useEffect(() => {
    offered().then(
      async is => {
        setShown(is);
        if (is) await look();
      },
      () => setShown(false),
    );
  }, []);
  if (!shown) return null;
  const failed = (/** @type {any} */ err) => {
    if (err.code === "proof") setProving(true);
    else if (err.code !== "cancelled") setError(asProblem(err));
  };
  async function add() {
    setError(null);
    setProving(false);
    try {
      const salt = newPasskeySalt();
      const made = await register({ token: await token(), name: t("settings.passkeys.name"), called: "Satchel", salt });
      await look();
      if (made.prf) await opensLock(made.secret ?? (await passkeySecret({ credential: made.credential, salt })));
    } catch (err) {
      failed(err);
    }
  }
  /** Where there is no lock yet it is the first way; else what opens the lock now is asked for. */
  async function opensLock(/** @type {any} */ made) {
    if (ways.value.length === 0) await lock.create(made);
    else setSecret(made);
  }
  const end = (/** @type {Passkey} */ it) =>
    token()
      .then(token => remove({ token, id: it.id }))
      .then(look, failed);
  return html`<section aria-labelledby="passkeys">
    <h2 id="passkeys">${t("settings.passkeys")}</h2>
    <p>${t("settings.passkeys.about")}</p>
    <${Failure} error=${error} />
    ${proving && html`<${Prove} session=${session} passkey=${all.length > 0} done=${add} />`}
    ${secret && html`<${WithPin} secret=${secret} done=${() => setSecret(null)} />`}
    <ul class="cards">
      ${all.map(
        it =>
          html`<li key=${it.id}>
            <strong>${it.name}</strong>
            <p class="quiet">${t("settings.passkeys.made", { day: day(it.made) })}</p>
            ${it.copied && html`<${Notice} level="amber"><p>${t("settings.passkeys.copied")}</p><//>`}
            <${Button} onClick=${() => end(it)}>${t("settings.passkeys.end", { name: it.name })}<//>
          </li>`,
      )}
    </ul>
    <${Button} wide onClick=${add}>${t("settings.passkeys.add")}<//>
  </section>`;
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
