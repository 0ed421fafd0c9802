// The sign-in of the staff's organisation: the browser goes to its provider and comes back to the board, which collects the tokens. They stand in no
// address: what is collected by lies in a cookie that no script reads.
import { html, useEffect, useState } from "../ui/html.js";
import { Button } from "../ui/parts.js";
import { ask } from "./problem.js";

/** @import { Session } from './session.js' */

/** Where the server sends a browser back to. */
const signedIn = "#/signed-in";
const inVain = "#/not-signed-in";

/**
 * Collects a sign-in if this page was opened by one, and lets the address forget it. False: it was in vain.
 * @param {Session} session
 * @param {{ hash: string }} [place]
 * @returns {Promise<boolean>}
 */
export async function comeBack(session, place = location) {
  const { hash } = place;
  if (hash !== signedIn && hash !== inVain) return true;
  history.replaceState(null, "", location.pathname);
  if (hash === inVain) return false;
  try {
    await session.take(await ask("POST", "/v1/oidc/finish", { body: { device: { kind: "web", name: "Browser" } } }));
    return true;
  } catch {
    return false; // nobody came, or the minute was over
  }
}

/** The way to the organisation's sign-in, where there is one. @param {{ words: (name: string) => string }} p */
export function OrganisationSignIn({ words }) {
  const [name, setName] = useState("");
  useEffect(() => {
    ask("GET", "/v1/sign-in").then(
      ways => setName(ways.organisation ?? ""),
      () => setName(""),
    );
  }, []);
  return name === "" ? null : html`<${Button} wide href="/v1/oidc/begin">${words(name)}<//>`;
}
