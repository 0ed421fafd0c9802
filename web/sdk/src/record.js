import { bag } from "./json.js";

/** @import { Change, Document, DocChange, Entry, Line, Exchange, Storage, Fields, Sibling } from './types.js' */

/** The version of every part. Older ones are read, never written. */
export const stateVersion = 1;

/** The name of the part that belongs to no single record. */
export const databasePart = "database";
/** What the names of parts begin with that the app keeps beside the records. */
export const ownPart = "own/";

/**
 * What came of comparing digests, so that a difference is healed once and not for ever.
 * @typedef {object} DigestState
 * @property {boolean} differs at the last complete pull
 * @property {boolean} ask a null cursor is to be sent
 * @property {boolean} asked a null cursor was sent for this difference
 * @property {number} at when a null cursor was last sent for a difference, ms of the device; 0: never
 * @property {string} server the server's digest then
 */

/**
 * A pull under way: its pages are collected beside the documents.
 * @typedef {{ reset: boolean, cursor: string, pages: DocChange[][] }} Pull
 */

/** A document in place: with its share of the digest. @typedef {Document & { hash: string }} Placed */

/** What the database has of one record. */
export class Rec {
  /** @param {string} id */
  constructor(id) {
    this.id = id;
    this.epoch = ""; // that the server named last
    this.cursor = ""; // of the last complete pull: the base of what is shown
    /** @type {Map<string, Placed>} */
    this.docs = new Map();
    /** @type {Pull | null} */
    this.pull = null;
    /** @type {Line[]} one for each name that this database had, oldest first */
    this.lines = [];
    /** @type {Entry[]} outbox and kept mutations, in the order of writing */
    this.entries = [];
    this.seq = 0;
    this.stopped = "";
    this.detail = "";
    this.until = 0; // a busy record is left alone until then, ms of the device
    this.heard = 0; // when all of it was last here, ms of the device
    /** @type {DigestState | null} */
    this.digest = null;
    /** @type {Exchange | null} the request sent last; an answer to any other does not count */
    this.sent = null;

    // What the step under way changed.
    this.dirty = false;
    /** @type {Set<string>} */
    this.dirtyDocs = new Set();
    /** @type {Set<Entry>} */
    this.dirtyEntries = new Set();
    /** @type {string[]} */
    this.gone = [];
    this.pagesKept = 0;
  }

  /** The line of a name. @param {string} replica */
  line(replica) {
    return this.lines.find(l => l.replica === replica);
  }

  /** @param {Entry} e */
  touch(e) {
    this.dirty = true;
    this.dirtyEntries.add(e);
  }

  /** @param {(e: Entry) => boolean} which */
  drop(which) {
    this.entries = this.entries.filter(e => {
      if (!which(e)) return true;
      this.dirtyEntries.delete(e);
      this.gone.push(entryPart(this.id, e.seq));
      return false;
    });
  }

  /** The pages that were kept of a pull are of another pull from now on. */
  pagesReplaced() {
    for (let i = 0; i < this.pagesKept; i++) this.gone.push(`page/${this.id}/${i}`);
    this.pagesKept = 0;
  }

  /** @param {Placed} d */
  putDoc(d) {
    this.docs.set(d.id, d);
    this.dirtyDocs.add(d.id);
  }

  /** @param {string} id */
  dropDoc(id) {
    if (this.docs.delete(id)) this.dirtyDocs.add(id);
  }

  dropDocs() {
    for (const id of [...this.docs.keys()]) this.dropDoc(id);
  }

  /** The parts that the step under way changed. @param {Map<string, string>} put @param {string[]} gone */
  parts(put, gone) {
    if (!this.dirty && this.dirtyDocs.size === 0 && this.gone.length === 0) return;
    const { id, epoch, cursor, lines, seq, stopped, detail, until, heard, digest } = this;
    const pull = this.pull && { reset: this.pull.reset, cursor: this.pull.cursor, pages: this.pull.pages.length };
    put.set(`record/${id}`, JSON.stringify({ version: stateVersion, id, epoch, cursor, lines, seq, stopped, detail, until, heard, digest, pull }));
    for (const name of this.dirtyDocs) {
      const d = this.docs.get(name);
      if (d) put.set(`doc/${id}/${name}`, JSON.stringify(d));
      else gone.push(`doc/${id}/${name}`);
    }
    for (const e of this.dirtyEntries) put.set(entryPart(id, e.seq), JSON.stringify(e));
    gone.push(...this.gone);
    const pages = this.pull?.pages ?? [];
    for (let i = Math.min(this.pagesKept, pages.length); i < pages.length; i++) put.set(`page/${id}/${i}`, JSON.stringify(pages[i]));
    for (let i = pages.length; i < this.pagesKept; i++) gone.push(`page/${id}/${i}`);
  }

  /** Every part that is kept of it. */
  names() {
    const { id, docs, dirtyDocs, entries, gone, pagesKept } = this;
    const documents = new Set([...docs.keys(), ...dirtyDocs]);
    const pages = Array.from({ length: pagesKept }, (_, i) => `page/${id}/${i}`);
    return [`record/${id}`, ...[...documents].map(name => `doc/${id}/${name}`), ...entries.map(e => entryPart(id, e.seq)), ...gone, ...pages];
  }

  /** The step under way is kept. */
  kept() {
    this.dirty = false;
    this.dirtyDocs.clear();
    this.dirtyEntries.clear();
    this.gone = [];
    this.pagesKept = this.pull?.pages.length ?? 0;
  }
}

/** @param {string} record @param {number} seq */
const entryPart = (record, seq) => `entry/${record}/${String(seq).padStart(12, "0")}`;

/** The app's own words for a state that cannot be read. */
export class StateError extends Error {}

const unreadable = "What this app kept on this device cannot be read.";

/** @param {{ version?: number }} part */
export function readable(part) {
  if (!(Number(part?.version) >= 1)) throw new StateError(unreadable);
  if (Number(part.version) > stateVersion) throw new StateError("This device holds data of a newer app. Please update the app.");
}

/** Reads every record from the parts. @param {Map<string, string>} parts @returns {Map<string, Rec>} */
export function readRecords(parts) {
  /** @type {Map<string, Rec>} */
  const records = new Map();
  for (const [name, text] of parts) {
    if (!name.startsWith("record/")) continue;
    const kept = parse(text);
    readable(kept);
    const rec = Object.assign(new Rec(kept.id), { ...kept, version: undefined, pull: null });
    if (kept.pull) {
      rec.pull = { reset: kept.pull.reset, cursor: kept.pull.cursor, pages: [] };
      for (let i = 0; i < kept.pull.pages; i++) rec.pull.pages.push(parse(parts.get(`page/${kept.id}/${i}`)));
      rec.pagesKept = kept.pull.pages;
    }
    records.set(rec.id, rec);
  }
  for (const [name, text] of [...parts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [kind, id] = name.split("/", 2);
    const rec = records.get(id);
    if (kind === "doc" && rec) {
      const d = parse(text);
      rec.docs.set(d.id, { ...d, fields: bag(d.fields), siblings: bag(d.siblings) });
    } else if (kind === "entry" && rec) {
      rec.entries.push(parse(text));
    }
  }
  return records;
}

/** @param {string | undefined} text */
export function parse(text) {
  try {
    return JSON.parse(text ?? "");
  } catch {
    throw new StateError(unreadable);
  }
}
