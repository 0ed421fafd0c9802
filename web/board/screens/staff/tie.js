// One account and the subject that it is at the organisation's provider. The subject itself is kept nowhere in words, so what is shown is since when.
import { html, useEffect, useState } from "../../../ui/html.js";
import { Button, Failure, Field, Loading, Notice } from "../../../ui/parts.js";
import { dayAndTime } from "../../../words/dates.js";
import { t } from "../../../words/words.js";
import { Prove } from "../../../session/prove.js";
import { session } from "../../store.js";

/** @param {{ account: string, name: string, provider: string }} p */
export function Tie({ account, name, provider }) {
  const at = `/v1/accounts/${account}/oidc`;
  const [since, setSince] = useState(/** @type {number | null} */ (null));
  const [subject, setSubject] = useState("");
  const [busy, setBusy] = useState(false);
  const [proving, setProving] = useState(false);
  const [asking, setAsking] = useState(false);
  const [done, setDone] = useState("");
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const look = () => session.ask("GET", at).then(got => setSince(got.since ?? 0));
  useEffect(() => void look().catch(setError), []);
  /** @param {"tied" | "untied"} deed @param {() => Promise<unknown>} send */
  async function does(deed, send) {
    if (busy) return;
    setBusy(true);
    setDone("");
    setError(null);
    setProving(false);
    try {
      await send();
      await look();
      setSubject("");
      setAsking(false);
      setDone(deed);
    } catch (err) {
      if (/** @type {any} */ (err).problem?.code === "proof-needed") setProving(true);
      else setError(err);
    } finally {
      setBusy(false);
    }
  }
  const tie = () => does("tied", () => session.ask("PUT", at, { body: { subject: subject.trim() } }));
  const untie = () => does("untied", () => session.ask("DELETE", at));
  if (since === null) return error ? html`<${Failure} error=${error} />` : html`<${Loading} />`;
  return html`<div class="column">
    <p>${since ? t("staff.since", { provider, when: dayAndTime(since) }) : t("staff.untied", { provider })}</p>
    <p role="status">${done && t("staff.done." + done, { name, provider })}</p>
    <form
      onSubmit=${(/** @type {Event} */ event) => {
        event.preventDefault();
        void tie();
      }}
    >
      <${Field}
        label=${t(since ? "staff.other" : "staff.subject")}
        hint=${t("staff.hint", { provider })}
        value=${subject}
        onInput=${setSubject}
        autocomplete="off"
        autocapitalize="none"
        spellcheck="false"
        maxlength="255"
        required
      />
      ${since > 0 && html`<p>${t("staff.replaces")}</p>`} ${!asking && html`<${Failure} error=${error} />`}
      <div class="tools"><${Button} kind="main" type="submit" busy=${busy}>${t(since ? "staff.tieOther" : "staff.tie")}<//></div>
    </form>
    ${proving && html`<${Prove} session=${session} passkey=${false} staff done=${tie} />`}
    ${since > 0 && !asking && html`<p><${Button} kind="danger" onClick=${() => setAsking(true)}>${t("staff.untie")}<//></p>`}
    ${
      since > 0 &&
      asking &&
      html`<${Notice} level="amber">
        <p>${t("staff.sure", { name, provider })}</p>
        <${Failure} error=${error} />
        <div class="tools">
          <${Button} kind="danger" busy=${busy} onClick=${untie}>${t("staff.untieNow")}<//
          ><${Button} onClick=${() => setAsking(false)}>${t("staff.leave")}<//>
        </div>
      <//>`
    }
  </div>`;
}
