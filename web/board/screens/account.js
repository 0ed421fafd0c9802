// The account of whoever works here: how they sign in, and where they are signed in.
import { html, useEffect, useState } from "../../ui/html.js";
import { useForm } from "../../ui/form.js";
import { Button, Failure, Field, Loading, Notice, Title } from "../../ui/parts.js";
import { Code } from "../../ui/qr.js";
import { Devices } from "../../session/devices.js";
import { Passkeys } from "../../session/passkeys.js";
import { Prove } from "../../session/prove.js";
import { t } from "../../words/words.js";
import { session } from "../store.js";

export function Account() {
  return html`<${Title}>${t("account.title")}<//>
    <div class="column">
      <${SecondFactor} below=${html`<${Passkeys} session=${session} staff below=${html`<${Devices} session=${session} />`} />`} />
    </div>`;
}

/** The authenticator app that is asked for beside the password: of those who have one. @param {{ below: any }} p drawn once it is known what comes above it */
function SecondFactor({ below }) {
  const [now, setNow] = useState(/** @type {{ password: boolean, set: boolean } | null} */ (null));
  const [address, setAddress] = useState("");
  const [proving, setProving] = useState(false);
  const [done, setDone] = useState(false);
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const look = () => session.ask("GET", "/v1/second-factor").then(setNow, setError);
  useEffect(() => void look(), []);
  async function begin() {
    setProving(false);
    setDone(false);
    setError(null);
    try {
      setAddress((await session.ask("POST", "/v1/second-factor/begin")).address);
    } catch (err) {
      if (/** @type {any} */ (err).problem?.code === "proof-needed") setProving(true);
      else setError(err);
    }
  }
  async function confirmed() {
    setAddress("");
    setDone(true);
    await look();
  }
  if (!now) return error ? html`<${Failure} error=${error} />${below}` : html`<${Loading} />`;
  if (!now.password) return below;
  return html`<section aria-labelledby="second">
      <h2 id="second">${t("account.second")}</h2>
      <${Failure} error=${error} />
      <p>${t(now.set ? "account.second.set" : "account.second.why")}</p>
      <p role="status">${done && t("account.second.done")}</p>
      ${proving && html`<${Prove} session=${session} passkey=${false} staff done=${begin} />`}
      ${
        address
          ? html`<${Confirm} address=${address} done=${confirmed} />`
          : !proving && html`<${Button} wide onClick=${begin}>${t(now.set ? "account.second.other" : "account.second.begin")}<//>`
      }
    </section>
    ${below}`;
}

/** What the app is pointed at, and what it shows then. @param {{ address: string, done: () => Promise<void> }} p */
function Confirm({ address, done }) {
  const { facts, error, busy, submit, take } = useForm({ code: "" }, ({ code }) =>
    session.ask("POST", "/v1/second-factor/confirm", { body: { code } }).then(done),
  );
  const secret = new URL(address).searchParams.get("secret") ?? "";
  return html`<${Notice}>
    <p>${t("account.second.show")}</p>
    <${Code} text=${address} label=${t("account.second.picture")} />
    <p>${t("account.second.key")}: <code>${secret.match(/.{1,4}/g)?.join(" ")}</code></p>
    <form onSubmit=${submit}>
      <${Field}
        label=${t("account.second.code")}
        value=${facts.code}
        onInput=${take("code")}
        autocomplete="one-time-code"
        inputmode="numeric"
        required
      />
      <${Failure} error=${error} />
      <${Button} kind="main" wide type="submit" busy=${busy}>${t("account.second.confirm")}<//>
    </form>
  <//>`;
}
