// Staff sign in with their name, their password and the code of their authenticator app.
import { useForm } from "../../ui/form.js";
import { html } from "../../ui/html.js";
import { Button, Failure, Field, Notice, Title } from "../../ui/parts.js";
import { t } from "../../words/words.js";
import { PasskeySignIn } from "../../session/passkey.js";
import { OrganisationSignIn } from "../../session/organisation.js";
import { came, session } from "../store.js";

export function SignIn() {
  const { facts, error, busy, submit, take } = useForm({ name: "", password: "", code: "" }, ({ code, ...rest }) =>
    session.signIn(code === "" ? rest : { ...rest, code }),
  );
  return html`
    <form onSubmit=${submit} class="narrow">
      <${Title}>${t("board.signIn.title")}<//>
      ${!came.value && html`<${Notice} level="amber" role="alert"><p>${t("board.signIn.inVain")}</p><//>`}
      <${Field} label=${t("board.signIn.name")} value=${facts.name} onInput=${take("name")} autocomplete="username" required />
      <${Field}
        type="password"
        label=${t("board.signIn.password")}
        value=${facts.password}
        onInput=${take("password")}
        autocomplete="current-password"
        required
      />
      <${Field}
        label=${t("board.signIn.code")}
        hint=${t("board.signIn.codeHint")}
        value=${facts.code}
        onInput=${take("code")}
        autocomplete="one-time-code"
        inputmode="numeric"
      />
      <${Failure} error=${error} />
      <${Button} kind="main" wide type="submit" busy=${busy}>${t("board.signIn.go")}<//>
      <${PasskeySignIn} session=${session} words=${t("ui.passkey")}>
        <${OrganisationSignIn} words=${(/** @type {string} */ name) => t("board.signIn.organisation", { name })} />
      <//>
    </form>
  `;
}
