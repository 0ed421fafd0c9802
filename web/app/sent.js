// Whether everything that was written has arrived: in words, always in the same place, and never said when it is not so.
import { html } from "../ui/html.js";
import { t } from "../words/words.js";
import { here, record, status } from "./store.js";

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
  const key = words(how);
  const beside = here.value.reduce((sum, one) => sum + (one.record === record.value ? 0 : one.unsent), 0);
  // that everything has arrived is said when it is so of every record
  const said = beside > 0 && how.unsent === 0 && ["app.sent.all", "app.sent.offline", "app.sent.reading"].includes(key);
  return html`<p class="sent" role="status">${said ? t("app.sent.beside", { n: beside }) : t(key, { n: how.unsent })}</p>`;
}
