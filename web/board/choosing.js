// Chooses between two answers by the sync protocol itself: with what the nurse saw as its base, so that words that came meanwhile are not chosen away.
import { memoryStorage, Replica } from "../sdk/src/index.js";
import { session, team } from "./store.js";

/** @import { Document, Json } from '../sdk/src/types.js' */

/** A field as it was seen: its value and those beside it. @param {Document | undefined} doc @param {string} field */
export const seen = (doc, field) => JSON.stringify([doc?.fields[field] ?? null, ...(doc?.siblings[field] ?? []).map(s => s.rev)]);

/** @param {string} record @param {Document} doc as the nurse saw it @param {string} field @param {Json} value @returns {Promise<boolean>} false: it is another by now, and nothing was written */
export async function choose(record, doc, field, value) {
  const of = team.value;
  const db = await Replica.open({ storage: memoryStorage() });
  const rounds = async () => {
    do {
      const x = await db.request(Date.now(), [record]);
      const answer = await session.ask("POST", "/v1/sync", { body: JSON.parse(x.body), headers: { "acting-team": of } });
      await db.apply(x, answer, Date.now());
    } while (db.wants(record, Date.now()));
  };
  await rounds();
  if (seen(db.document(record, doc.id), field) !== seen(doc, field)) return false;
  await db.mutate(record, { doc: doc.id, set: { [field]: value }, acting: of }, Date.now());
  await rounds();
  return true;
}
