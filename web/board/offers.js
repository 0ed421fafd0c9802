// What other teams ask this one to take over, and what it has asked of them, as the server lists it: while nobody has accepted, whoever asked stays responsible.
import { computed, signal } from "../ui/html.js";
import { session, team } from "./store.js";

/** @typedef {{ record: string, reroute: string, from: string, to: string, reason: string, concerns: string[], offeredAt: number, person: { name: string, birthDate: string } | null }} Offer */

/** null while nobody has asked. @type {import('../vendor/signals.js').Signal<Offer[] | null>} */
export const offers = signal(null);
/** Those that wait for an answer of this team. */
export const asked = computed(() => (offers.value ?? []).filter(one => one.to === team.value));
/** Why they could not be read. */
export const trouble = signal(/** @type {unknown} */ (null));

let round = 0;
let wanted = false;
let asking = false;
/** Between two requests, ms: hints that come together are one request. */
const pause = 250;

/** Reads them again. */
export async function ask() {
  wanted = true;
  if (asking) return;
  asking = true;
  while (wanted) {
    wanted = false;
    await once();
    await new Promise(resolve => setTimeout(resolve, pause));
  }
  asking = false;
}

/** Something is new in records: they are read again only where offers are, or were, between this team and another. @param {Set<string>} records @param {string[]} open those that have some now */
export function hinted(records, open) {
  if (open.length > 0 || !offers.value || offers.value.some(one => records.has(one.record))) void ask();
}

async function once() {
  const mine = ++round;
  const of = team.value;
  if (!of) return;
  try {
    const got = await session.ask("GET", `/v1/teams/${of}/re-routes`, { headers: { "acting-team": of } });
    if (mine !== round) return;
    offers.value = got.reroutes;
    trouble.value = null;
  } catch (err) {
    if (mine === round) trouble.value = err;
  }
}

/** Another team, or another person. */
export function forget() {
  round++;
  offers.value = null;
}
