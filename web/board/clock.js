// The time, by the minute: what waits is redrawn with it, and nobody is asked for it.
import { signal } from "../ui/html.js";
import { day, time } from "../words/dates.js";
import { t } from "../words/words.js";

/** ms. */
export const now = signal(Date.now());
setInterval(() => (now.value = Date.now()), 60_000);

/** "12 minutes", "3 hours", "2 days". @param {number} ms */
export function span(ms) {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  if (minutes < 60) return t("board.minutes", { n: minutes });
  if (minutes < 48 * 60) return t("board.hours", { n: Math.floor(minutes / 60) });
  return t("board.days", { n: Math.floor(minutes / 1440) });
}

/** A time today, or one of another day with its day. @param {number} ms */
export const when = ms => (new Date(ms).toDateString() === new Date(now.value).toDateString() ? time(ms) : `${day(ms)}, ${time(ms)}`);

/** How many years somebody is old. @param {string} birthDate */
export function age(birthDate) {
  const [y, m, d] = birthDate.split("-").map(Number);
  const today = new Date(now.value);
  const had = today.getMonth() + 1 > m || (today.getMonth() + 1 === m && today.getDate() >= d);
  return today.getFullYear() - y - (had ? 0 : 1);
}
