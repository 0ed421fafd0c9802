// When an appointment is: on the clock of its place, and which clock that is where it is not the person's.
import { lang, t } from "../../../words/words.js";
import { all } from "../../store.js";

/** @import { Document } from '../../../sdk/src/types.js' */

/** What a clock at a place says now, as a civil time. @param {string} zone */
function now(zone) {
  const at = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone };
  return new Intl.DateTimeFormat("sv-SE", /** @type {any} */ (at)).format(Date.now()).replace(" ", "T");
}

/** Whether its day is over where it is. @param {Document} d */
export const earlier = d => String(d.fields.start).slice(0, 10) < now(String(d.fields.zone)).slice(0, 10);

/** Where the person lives by the clock: as the record says, else this device. */
const home = () => String(all("person")[0]?.fields.homeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone);

/** Which clock it is by, where that is not the person's own: ", Mountain Time". @param {Document} d */
export function elsewhere(d) {
  const zone = String(d.fields.zone);
  if (now(zone) === now(home())) return "";
  const name = new Intl.DateTimeFormat(lang(), { timeZone: zone, timeZoneName: "longGeneric" }).formatToParts(0).find(p => p.type === "timeZoneName");
  return ", " + t("appointments.zone", { zone: name?.value ?? zone });
}
