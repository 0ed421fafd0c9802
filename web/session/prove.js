// Showing anew who one is, before a new way in: with a passkey, or else staff with their password, and everybody else with a code of their team.
import { html, useState } from "../ui/html.js";
import { Button, Failure, Field, Notice } from "../ui/parts.js";
import { prove } from "../sdk/src/passkeys.js";
import { t } from "../words/words.js";
import { asProblem } from "./passkey.js";

/** @import { Session } from './session.js' */

/** @param {{ session: Session, passkey: boolean, staff?: boolean, done: () => void }} p `done` is called once it was shown */
export function Prove({ session, passkey, staff = false, done }) {
  const [facts, setFacts] = useState(/** @type {{ [name: string]: string }} */ ({}));
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const take = (/** @type {string} */ name) => (/** @type {string} */ value) => setFacts({ ...facts, [name]: value });
  const tried = (/** @type {Promise<unknown>} */ it, /** @type {(err: any) => unknown} */ as) => it.then(done, err => setError(as(err)));
  async function byPasskey() {
    const token = await session.token();
    if (token) await tried(prove({ token }), asProblem);
  }
  function submit(/** @type {Event} */ event) {
    event.preventDefault();
    const body = staff ? { password: facts.password, ...(facts.code ? { code: facts.code } : {}) } : { ...facts, requestId: crypto.randomUUID() };
    void tried(session.ask("POST", "/v1/proof", { body }), err => err);
  }
  return html`<${Notice}>
    <p>${t("ui.prove")}</p>
    ${passkey && html`<${Button} kind="main" wide onClick=${byPasskey}>${t("ui.prove.passkey")}<//>`}
    <form onSubmit=${submit}>
      ${
        staff
          ? html`<${Field}
                type="password"
                label=${t("ui.prove.password")}
                value=${facts.password ?? ""}
                onInput=${take("password")}
                autocomplete="current-password"
                required
              />
              <${Field}
                label=${t("ui.prove.second")}
                hint=${t("ui.prove.secondHint")}
                value=${facts.code ?? ""}
                onInput=${take("code")}
                autocomplete="one-time-code"
                inputmode="numeric"
              />`
          : html`<${Field}
                label=${t("ui.prove.code")}
                hint=${t("ui.prove.codeHint")}
                value=${facts.enrolmentCode ?? ""}
                onInput=${take("enrolmentCode")}
                autocomplete="off"
                required
              />
              <${Field} type="date" label=${t("ui.prove.birth")} value=${facts.birthDate ?? ""} onInput=${take("birthDate")} required />`
      }
      <${Failure} error=${error} />
      <${Button} wide type="submit">${t("ui.prove.go")}<//>
    </form>
  <//>`;
}
