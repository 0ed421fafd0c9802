// What is on this device is locked: a PIN or a passkey opens it, with no network. Whom to call in an emergency is not behind the lock.
import { html, useEffect, useState } from "../../ui/html.js";
import { Button, Field, Notice, Title } from "../../ui/parts.js";
import { passkeySecret, SealedError } from "../../sdk/src/sealed/index.js";
import { t } from "../../words/words.js";
import { lock, ways } from "../store.js";

export function Lock() {
  const [pin, setPin] = useState("");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    void lock.look();
  }, []);
  async function open(/** @type {() => Promise<object>} */ secret) {
    setBusy(true);
    setError("");
    try {
      await lock.unlock(await secret());
    } catch (err) {
      setError(why(/** @type {SealedError} */ (err)));
      setPin("");
      setBusy(false);
    }
  }
  function submit(/** @type {Event} */ event) {
    event.preventDefault();
    if (!busy) void open(async () => ({ pin }));
  }
  const passkey = ways.value.find(way => way.kind === "passkey");
  return html`
    <${Title}>${t("settings.lock.title")}<//>
    <p>${t("settings.lock.closed")}</p>
    ${passkey && html`<${Button} kind="main" wide busy=${busy} onClick=${() => open(() => passkeySecret(passkey))}>${t("settings.lock.passkey")}<//>`}
    ${
      ways.value.some(way => way.kind === "pin") &&
      html`<form onSubmit=${submit}>
        <${Field}
          type="password"
          inputmode="text"
          label=${t("settings.lock.pin")}
          error=${error}
          value=${pin}
          onInput=${setPin}
          autocomplete="current-password"
          required
        />
        <${Button} kind=${passkey ? "" : "main"} wide type="submit" busy=${busy}>${t(busy ? "settings.lock.opening" : "settings.lock.open")}<//>
      </form>`
    }
    <${Notice}><p>${t("settings.lock.emergency")}</p><//>
  `;
}

/** What a person is told of a lock that did not open. @param {{ code?: string, left?: number }} err */
function why({ code, left }) {
  if (code === "wrong" && left === 0) return t("settings.lock.useless");
  if (code === "wrong" && left !== undefined) return t("settings.lock.left", { n: left });
  if (code === "destroyed") return t("settings.lock.destroyed");
  return t("settings.lock.refused");
}
