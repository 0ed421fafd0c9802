import { bag, byBytes, canonical } from "./json.js";

/** @import { Document, Json } from './types.js' */
/** @import { Rec } from './record.js' */

/**
 * What the person sees of a record: the documents as the server gave them, with the outbox replayed on top in the order of writing.
 * @param {Rec} rec
 * @param {string} [only] one document's name
 * @returns {Map<string, Document>}
 */
export function view(rec, only) {
  /** @type {Map<string, Document>} */
  const docs = new Map();
  for (const d of only === undefined ? rec.docs.values() : [rec.docs.get(only)]) if (d) docs.set(d.id, copy(d));
  for (const e of rec.entries) {
    if (!e.placed && (only === undefined || e.doc === only)) replay(docs, e.doc, JSON.parse(e.body));
  }
  return docs;
}

/** @param {Document} d @returns {Document} */
const copy = d => ({ id: d.id, rev: d.rev, fields: bag(d.fields), siblings: bag(d.siblings) });

/**
 * Shows one mutation on top of documents: a set replaces the value and answers its siblings, null takes the value away, elements are
 * kept once and in the order of their canonical bytes, a delete takes the document away. What a mutation says of a document that is
 * not here is shown as far as it goes. The documents are changed; the values in them are not.
 * @param {Map<string, Document>} docs
 * @param {string} id
 * @param {any} body
 */
export function replay(docs, id, body) {
  if (body.delete === true) {
    docs.delete(id);
    return;
  }
  const [set, add, remove] = [bag(body.set), bag(body.add), bag(body.remove)];
  if (![set, add, remove].some(m => Object.keys(m).length > 0)) return;
  let d = docs.get(id);
  if (!d) docs.set(id, (d = { id, rev: 0, fields: bag({}), siblings: bag({}) }));
  for (const [name, value] of Object.entries(set)) {
    delete d.siblings[name];
    if (value === null) delete d.fields[name];
    else d.fields[name] = value;
  }
  for (const [name, list] of Object.entries(add)) elements(d, name, list, []);
  for (const [name, list] of Object.entries(remove)) elements(d, name, [], list);
}

/** @param {Document} d @param {string} field @param {Json} add @param {Json} remove */
function elements(d, field, add, remove) {
  const away = new Set(texts(remove));
  const have = [...new Set([...texts(d.fields[field]), ...texts(add)])].filter(e => !away.has(e)).sort(byBytes);
  if (have.length === 0) delete d.fields[field];
  else d.fields[field] = have.map(e => JSON.parse(e));
}

/** A list's elements in canonical form. @param {Json | undefined} list */
const texts = list => (Array.isArray(list) ? list.map(canonical) : []);
