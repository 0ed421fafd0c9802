// The first screen of a new device: the code that the care team gave, and the birth date. A caregiver says a name, too.
import { html, useState } from "../../ui/html.js";
import { useForm } from "../../ui/form.js";
import { Button, Failure, Field, Title } from "../../ui/parts.js";
import { t } from "../../words/words.js";
import { PasskeySignIn } from "../../session/passkey.js";
import { session } from "../store.js";

export function SignIn() {
  const [forSelf, setForSelf] = useState(true);
  const { facts, error, busy, submit, take } = useForm({ code: "", birthDate: "", name: "" }, ({ name, ...rest }) =>
    session.enrol(forSelf ? rest : { ...rest, name }),
  );
  return html`
    <${Title}>${t("app.signIn.title")}<//>
    <p>${t("app.signIn.code")}</p>
    <form onSubmit=${submit}>
      <${CodeAndBirth} facts=${facts} take=${take} birthHint=${forSelf ? "" : t("app.signIn.birthHint")} />
      ${!forSelf && html`<${Field} label=${t("app.signIn.nameLabel")} value=${facts.name} onInput=${take("name")} autocomplete="name" required />`}
      <${Failure} error=${error} />
      <${Button} kind="main" wide type="submit" busy=${busy}>${t("app.signIn.go")}<//>
    </form>
    <${Button} kind="plain" onClick=${() => setForSelf(!forSelf)}>${t(forSelf ? "app.signIn.helping" : "app.signIn.self")}<//>
    <${PasskeySignIn} session=${session} words=${t("ui.passkey")} />
  `;
}

/** What makes a code worth something. @param {{ facts: { code: string, birthDate: string }, take: (name: 'code' | 'birthDate') => (text: string) => void, birthHint: string }} p */
export function CodeAndBirth({ facts, take, birthHint }) {
  return html`
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
    <${Field} type="date" label=${t("app.signIn.birthLabel")} hint=${birthHint} value=${facts.birthDate} onInput=${take("birthDate")} required />
  `;
}
