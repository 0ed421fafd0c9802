// The end of a link that `satchel demo` printed: whoever opens it is signed in as one of the invented people. No other server hands this file out,
// and nothing of it is in the pages that others serve.
import { ask } from "../session/problem.js";

/** @typedef {{ who: { account: string } | null, token(): Promise<string | null>, signOut(): Promise<void>, take(tokens: any): Promise<void> }} SignedIn */

/**
 * What stands behind the # of the address was good once, and is in the address no more when this begins to work. Who is signed in here as the
 * same person already stays so, and the link is not used.
 * @param {SignedIn | undefined} session none: this browser is locked, and stays so
 */
export async function enter(session) {
  const [, account, refreshToken, key] = /^#demo=([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(location.hash) ?? [];
  if (!refreshToken) return;
  const link = location.href;
  history.replaceState(null, "", location.pathname);
  dispatchEvent(new HashChangeEvent("hashchange"));
  if (!session) return;
  if (session.who && (await session.token())) {
    if (session.who?.account.endsWith(account)) return;
    await session.signOut(); // another person on the same address: from the beginning
    history.replaceState(null, "", link);
    location.reload();
    return;
  }
  try {
    const tokens = await ask("POST", "/v1/token", { body: { refreshToken, requestId: crypto.randomUUID() } });
    const rulesKey = key.replaceAll("-", "+").replaceAll("_", "/") + "=";
    await session.take({ ...tokens, rulesKey, rulesDrafts: true, until: tokens.accessExpires }); // the demo and this browser have one clock
  } catch {
    const note = document.createElement("p");
    note.setAttribute("role", "alert");
    note.textContent = "This link was opened before, or is older than an hour. Start the demo again for new ones.";
    document.body.prepend(note);
  }
}
