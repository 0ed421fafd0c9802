// In whose records something waits for this team to settle it, over all of its people, as the server lists it: the longest waiting first. What a hint names
// comes with the rows of the queue, so nobody asks twice.
import { computed, signal } from "../ui/html.js";
import { session, team } from "./store.js";

/** @typedef {{ record: string, held: number, differing: number, more?: boolean, since: number, person: { name: string, birthDate: string } | null }} Line */

/** null while nobody has asked; `rest`: more wait than are listed; `part`: the server still looks through what is from before. @type {import('../vendor/signals.js').Signal<{ lines: Line[], rest: boolean, part: boolean } | null>} */
export const unsettled = signal(null);
/** How much waits in those that are listed, and whether there is more. */
export const waiting = computed(() => {
  const lines = unsettled.value?.lines ?? [];
  return { n: lines.reduce((n, one) => n + one.held + one.differing, 0), more: Boolean(unsettled.value?.rest) || lines.some(one => one.more) };
});
/** Why it could not be read. */
export const trouble = signal(/** @type {unknown} */ (null));

/** Records that are listed: whoever settles these finds the next in their place. */
const most = 100;
/** Between two requests, ms: hints that come together are one request. */
const pause = 250;
/** How long the server is left to look through what is from before, ms. */
const later = 10_000;

let round = 0; // another for each team
let wanted = false;
let asking = false;

/** Reads all of it again. */
export async function ask() {
  wanted = true;
  if (asking) return;
  asking = true;
  while (wanted) {
    wanted = false;
    await once(round);
    await new Promise(resolve => setTimeout(resolve, pause));
  }
  asking = false;
}

/** @param {number} mine */
async function once(mine) {
  const of = team.value;
  if (!of) return;
  try {
    const got = await session.ask("GET", `/v1/teams/${of}/unsettled?limit=${most}`, { headers: { "acting-team": of } });
    if (mine !== round) return;
    unsettled.value = { lines: got.records, rest: Boolean(got.next), part: !got.complete };
    trouble.value = null;
    if (!got.complete) setTimeout(() => mine === round && void ask(), later);
  } catch (err) {
    if (mine === round) trouble.value = err;
  }
}

/** Something is new in records: their lines are as they are now, and whoever has none has nothing to settle. @param {Set<string>} records @param {Line[]} lines */
export function hinted(records, lines) {
  const had = unsettled.value;
  if (asking) wanted = true; // what is being read may be older
  if (!had) return;
  const kept = had.lines.filter(one => !records.has(one.record));
  if (lines.length === 0 && kept.length === had.lines.length) return;
  if (had.rest) return void ask(); // another takes the place
  unsettled.value = { ...had, lines: [...kept, ...lines].sort((a, b) => a.since - b.since || (a.record < b.record ? -1 : 1)) };
}

/** Another team, or another person. */
export function forget() {
  round++;
  unsettled.value = null;
  trouble.value = null;
}
