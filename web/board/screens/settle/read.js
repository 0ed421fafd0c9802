// What there is to settle in a record: what could not be used as it was, and where two wrote different words that this team may choose between.
import { session, team } from "../../store.js";

/** @import { Document, Json } from '../../../sdk/src/types.js' */
/** @typedef {import('../../../ui/told.js').Version} Version */
/** @typedef {{ name?: string, role: string, team?: string, organisation?: string }} Author */
/** @typedef {{ doc: string, status: string, reason: string, detail: string, for: string, author: Author, at: number, mutation?: any, maySettle: boolean }} Held */
/** `most`: letters that the field holds. @typedef {{ doc: Document, field: string, key: string, versions: Version[], most: number }} Difference */
/** `others`: so many more differ that the person chooses between. @typedef {{ held: Held[], differences: Difference[], others: number }} Open */

/** @param {string} record @param {string} path */
const ask = (record, path) => session.ask("GET", `/v1/records/${record}/${path}`, { headers: { "acting-team": team.value } });

/** @param {string} record @param {Document[]} docs @param {(author: Author) => string} named @returns {Promise<Open>} */
export async function read(record, docs, named) {
  const differing = docs.filter(doc => Object.keys(doc.siblings).length > 0);
  const [{ items }, { types }, ...histories] = await Promise.all([
    ask(record, "held"),
    session.ask("GET", `/v1/schema?record=${record}`, { headers: { "acting-team": team.value } }),
    ...differing.map(doc => ask(record, `documents/${doc.id}/history`)),
  ]);
  /** @type {Difference[]} */
  const differences = [];
  let others = 0;
  differing.forEach((doc, i) => {
    for (const field of Object.keys(doc.siblings)) {
      const spec = types[doc.id.split("/")[0]]?.fields[field];
      if (!spec?.write) others++;
      else
        differences.push({ doc, field, key: `${doc.id} ${field}`, versions: told(doc, field, histories[i].entries, named), most: spec.max ?? 500 });
    }
  });
  return { held: items.filter((/** @type {Held} */ one) => one.status === "open"), differences, others };
}

/** The answers in the order in which they were written: the last is the one that is shown. @param {Document} doc @param {string} field @param {any[]} entries @param {(author: Author) => string} named @returns {Version[]} */
function told(doc, field, entries, named) {
  const siblings = doc.siblings[field] ?? [];
  const revs = new Set(siblings.map(s => s.rev));
  const mine = entries.filter(e => e.field === field);
  const value = doc.fields[field] ?? null;
  const wrote = mine.filter(e => !revs.has(e.rev) && JSON.stringify(e.value ?? null) === JSON.stringify(value)).pop();
  const version = (/** @type {Json} */ of, /** @type {any} */ e, /** @type {boolean} */ last) => ({ value: of, who: e ? named(e.author) : "", at: e?.effective ?? 0, last }); // prettier-ignore
  return [...siblings.map(s => version(s.value, mine.find(e => e.rev === s.rev), false)).reverse(), version(value, wrote, true)]; // prettier-ignore
}
