// The first screen of a new device: the code that the care team gave, and the birth date. A caregiver says a name, too.
import { html, useState } from "../../ui/html.js";
import { Button, Failure, Field, Title } from "../../ui/parts.js";
import { t } from "../../words/words.js";
import { PasskeySignIn } from "../../session/passkey.js";
import { session } from "../store.js";

export function SignIn() {
  const [facts, setFacts] = useState({ code: "", birthDate: "", name: "" });
  const [forSelf, setForSelf] = useState(true);
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const [busy, setBusy] = useState(false);
  const take = (/** @type {string} */ name) => (/** @type {string} */ value) => setFacts({ ...facts, [name]: value });
  async function submit(/** @type {Event} */ event) {
    event.preventDefault();
    setBusy(true);
    setError(null);
    const { name, ...rest } = facts;
    try {
      await session.enrol(forSelf ? rest : { ...rest, name });
    } catch (err) {
      setError(err);
      setBusy(false);
    }
  }
  return html`
    <${Title}>${t("app.signIn.title")}<//>
    <p>${t("app.signIn.code")}</p>
    <form onSubmit=${submit}>
      <${Field}
        label=${t("app.signIn.codeLabel")}
        hint=${t("app.signIn.codeHint")}
        value=${facts.code}
        onInput=${take("code")}
        autocomplete="one-time-code"
        autocapitalize="characters"
        spellcheck=${false}
        required
      />
      <${Field}
        type="date"
        label=${t("app.signIn.birthLabel")}
        hint=${forSelf ? "" : t("app.signIn.birthHint")}
        value=${facts.birthDate}
        onInput=${take("birthDate")}
        required
      />
      ${!forSelf && html`<${Field} label=${t("app.signIn.nameLabel")} value=${facts.name} onInput=${take("name")} autocomplete="name" required />`}
      <${Failure} error=${error} />
      <${Button} kind="main" wide type="submit" busy=${busy}>${t("app.signIn.go")}<//>
    </form>
    <${PasskeySignIn} session=${session} words=${t("ui.passkey")} />
    <${Button} kind="plain" onClick=${() => setForSelf(!forSelf)}>${t(forSelf ? "app.signIn.helping" : "app.signIn.self")}<//>
  `;
}
