// The passkeys of whoever is signed in: which there are, a new one, one taken away.
import { html, useEffect, useState } from "../ui/html.js";
import { Button, Failure, Notice } from "../ui/parts.js";
import { list, offered, register, remove } from "../sdk/src/passkeys.js";
import { day } from "../words/dates.js";
import { t } from "../words/words.js";
import { asProblem } from "./passkey.js";
import { Prove } from "./prove.js";

/** @import { Session } from './session.js' */

/** @typedef {{ id: string, name: string, made: number, used?: number, copied?: number }} Passkey */

/**
 * @param {object} p
 * @param {Session} p.session
 * @param {boolean} [p.staff] they prove who they are with their password
 * @param {() => string} [p.salt] of a new one, where it is to give a secret
 * @param {(made: any, salt: any) => Promise<void>} [p.made] what is done with a new one
 * @param {any} [p.children]
 * @param {any} [p.below] what stands below, drawn once it is known what comes above it
 */
export function Passkeys({ session, staff = false, salt, made, children, below }) {
  const [shown, setShown] = useState(/** @type {boolean | undefined} */ (undefined));
  const [all, setAll] = useState(/** @type {Passkey[]} */ ([]));
  const [proving, setProving] = useState(false);
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const token = async () => (await session.token()) ?? "";
  const look = async () => setAll(await list({ token: await token() }));
  useEffect(() => {
    offered()
      .then(async is => {
        if (is) await look();
        setShown(is);
      })
      .catch(() => setShown(false));
  }, []);
  if (!shown) return shown === undefined ? null : below;
  const failed = (/** @type {any} */ err) => {
    if (err.code === "proof") setProving(true);
    else if (err.code !== "cancelled") setError(asProblem(err));
  };
  async function add() {
    setError(null);
    setProving(false);
    try {
      const salted = salt?.();
      const it = await register({ token: await token(), name: t("ui.passkeys.name"), called: "Satchel", salt: salted });
      await look();
      await made?.(it, salted);
    } catch (err) {
      failed(err);
    }
  }
  const end = (/** @type {Passkey} */ it) =>
    token()
      .then(token => remove({ token, id: it.id }))
      .then(look)
      .catch(failed);
  return html`<section aria-labelledby="passkeys">
      <h2 id="passkeys">${t("ui.passkeys")}</h2>
      <p>${t("ui.passkeys.about")}</p>
      <${Failure} error=${error} />
      ${proving && html`<${Prove} session=${session} passkey=${all.length > 0} staff=${staff} done=${add} />`} ${children}
      <ul class="cards">
        ${all.map(
          it =>
            html`<li key=${it.id}>
              <strong>${it.name}</strong>
              <p class="quiet">${t("ui.passkeys.made", { day: day(it.made) })}</p>
              ${it.copied && html`<${Notice} level="amber"><p>${t("ui.passkeys.copied")}</p><//>`}
              <${Button} onClick=${() => end(it)}>${t("ui.passkeys.end", { name: it.name })}<//>
            </li>`,
        )}
      </ul>
      <${Button} wide onClick=${add}>${t("ui.passkeys.add")}<//>
    </section>
    ${below}`;
}
