// Whether everything that was written has arrived: in words, always in the same place, and never said when it is not so.
import { html } from "../ui/html.js";
import { t } from "../words/words.js";
import { status } from "./store.js";

/** @param {{ state: string, unsent: number, trouble: string }} how @returns {string} key of the words */
export function words({ state, unsent, trouble }) {
  if (state === "ended" || state === "account" || state === "upgrade") return "app.sent." + state;
  if (trouble === "full") return "app.sent.full";
  if (unsent > 0) return trouble === "offline" ? "app.sent.saved" : trouble === "signIn" ? "app.sent.signIn" : "app.sent.sending";
  if (trouble === "offline") return "app.sent.offline";
  return state === "up to date" ? "app.sent.all" : "app.sent.reading";
}

export function Sent() {
  const how = status.value;
  return html`<p class="sent" role="status">${t(words(how), { n: how.unsent })}</p>`;
}
