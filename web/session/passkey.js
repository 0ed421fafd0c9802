// Signing in with a passkey: one touch, no name, no password. Shown only where this browser and this address have passkeys.
import { html, useEffect, useState } from "../ui/html.js";
import { Button, Failure } from "../ui/parts.js";
import { offered, signIn } from "../sdk/src/passkeys.js";

/** @import { Session } from './session.js' */

/** @param {{ session: Session, words: string, kind?: 'main' | '', children?: any }} p children: what stands below, drawn once it is known that nothing comes above it */
export function PasskeySignIn({ session, words, kind = "", children }) {
  const [shown, setShown] = useState(/** @type {boolean | undefined} */ (undefined));
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    offered().then(setShown, () => setShown(false));
  }, []);
  if (!shown) return shown === undefined ? null : children;
  async function use() {
    setBusy(true);
    setError(null);
    try {
      const { welcome } = await signIn({ device: { kind: "web", name: "Browser" } });
      await session.take(welcome);
    } catch (err) {
      const { code } = /** @type {{ code?: string }} */ (err);
      if (code !== "cancelled") setError(asProblem(err));
      setBusy(false);
    }
  }
  return html`<${Failure} error=${error} /><${Button} kind=${kind} wide busy=${busy} onClick=${use}>${words}<//>${children}`;
}

/** A passkey's error as a page shows any other. @param {any} err */
export const asProblem = err => ({
  offline: err.code === "offline",
  problem: err.code === "offline" ? null : { detail: err.message, code: "passkey-" + err.code },
});
