import { bag, plain } from "./json.js";
import { share } from "./digest.js";
import { databasePart, ownPart, parse, readable, readRecords, Rec, stateVersion } from "./record.js";
import { askDaily, owes, renumber } from "./putback.js";
import { ask, bodyOf, hasRoom, recordsMax, some, unsent, wholeRoom } from "./request.js";
import { take } from "./answer.js";
import { complete, state, wants } from "./status.js";
import { view } from "./view.js";

/** @import { Answer, Change, Document, Entry, Exchange, Line, Name, State, Storage } from './types.js' */
/** @import { Forked } from './putback.js' */

/**
 * A replica's surroundings.
 * @typedef {object} Options
 * @property {Storage} storage
 * @property {number} [schema] the newest schema version that this client can read, and under which it writes; 1 if not given
 * @property {number} [limit] how many documents a page shall hold; left to the server if not given
 * @property {() => string} [newID] gives a random UUID
 */

/**
 * One local database of one account: documents as the server gave them, the outbox, and what became of each mutation. It has no clock
 * and no network: times are arguments, and the caller carries requests and answers. Each step is kept whole before its promise is
 * fulfilled, or the replica refuses every further step until it is opened again, so a crash between any two steps loses nothing.
 */
export class Replica {
  /** @type {Map<string, Rec>} */
  #records = new Map();
  /** @type {{ version: number, replica: string, earlier: string[], after: number, dropped?: { [record: string]: Line[] } }} */
  #db;
  /** @type {Required<Options>} */
  #opts;
  /** @type {Promise<unknown>} */
  #turn = Promise.resolve();
  /** @type {Error | null} */
  #broken = null;
  #dirty = false;
  /** @type {string[]} parts of records that were dropped */
  #gone = [];
  /** @type {Map<string, string>} what the app keeps beside the records, by its own names */
  #own = new Map();
  /** @type {Set<string>} names of the app's own that the step under way changed */
  #ownDirty = new Set();

  /** Use `Replica.open`. @param {Options} opts @param {Map<string, string>} parts */
  constructor(opts, parts) {
    const { storage, schema = 1, limit = 0, newID = () => crypto.randomUUID() } = opts; // what is handed on as undefined is not given
    this.#opts = { storage, schema, limit, newID };
    if (parts.size === 0) {
      this.#db = { version: stateVersion, replica: this.#opts.newID(), earlier: [], after: 0 };
      this.#dirty = true;
      return;
    }
    this.#db = parse(parts.get(databasePart));
    readable(this.#db);
    this.#records = readRecords(parts);
    for (const [name, text] of parts) if (name.startsWith(ownPart)) this.#own.set(name.slice(ownPart.length), text);
  }

  /** Reads a database, or begins a new one. @param {Options} opts */
  static async open(opts) {
    const r = new Replica(opts, await opts.storage.load());
    await r.#step(() => {});
    return r;
  }

  /** The name under which this database writes now. */
  get id() {
    return this.#db.replica;
  }

  /** The records that this database knows of. */
  get records() {
    return [...this.#records.keys()].sort();
  }

  /**
   * Carries out one step when those before it are kept, and keeps what it changed.
   * @template T
   * @param {() => T | Promise<T>} step
   * @returns {Promise<T>}
   */
  #step(step) {
    const mine = this.#turn.then(async () => {
      if (this.#broken) throw this.#broken;
      const result = await step();
      await this.#save();
      return result;
    });
    this.#turn = mine.catch(() => {});
    return mine;
  }

  async #save() {
    /** @type {Map<string, string>} */
    const put = new Map();
    /** @type {string[]} */
    const gone = [...this.#gone];
    if (this.#dirty) put.set(databasePart, JSON.stringify(this.#db));
    for (const rec of this.#records.values()) rec.parts(put, gone);
    for (const name of this.#ownDirty) {
      const text = this.#own.get(name);
      if (text === undefined) gone.push(ownPart + name);
      else put.set(ownPart + name, text);
    }
    if (put.size + gone.length === 0) return;
    try {
      await this.#opts.storage.save(put, gone);
    } catch (cause) {
      this.#broken = new Error("This could not be kept on this device. Make some room, then open the app again.", { cause });
      throw this.#broken;
    }
    this.#dirty = false;
    this.#gone = [];
    this.#ownDirty.clear();
    for (const rec of this.#records.values()) rec.kept();
  }

  /** @param {string} id */
  #record(id) {
    let rec = this.#records.get(id);
    if (!rec) {
      this.#records.set(id, (rec = new Rec(id)));
      rec.dirty = true;
      rec.lines = this.#comesBack(id);
    }
    return rec;
  }

  /** The lines of a record that was dropped before: no number of theirs is given out twice. @param {string} id @returns {Line[]} */
  #comesBack(id) {
    const { [id]: lines, ...dropped } = bag(this.#db.dropped);
    if (!lines) return [];
    this.#db.dropped = dropped;
    this.#dirty = true;
    return lines.map(l => (l.replica === this.#db.replica || l.left ? l : { ...l, left: true, common: l.highest }));
  }

  /** The record's line of the name in use. @param {Rec} rec @returns {Line} */
  #current(rec) {
    let l = rec.line(this.#db.replica);
    if (!l) {
      rec.lines.push((l = { replica: this.#db.replica, highest: 0, last: 0 }));
      rec.dirty = true;
    }
    return l;
  }

  /** The base of what is shown of a record now: a form keeps it from when it is opened. '' says that nothing was seen. @param {string} record */
  base(record) {
    return this.#records.get(record)?.cursor ?? "";
  }

  /**
   * Writes one change into the outbox and names it. When the promise is fulfilled, the change outlives the app.
   * @param {string} record
   * @param {Change} change
   * @param {number} now the device's wall clock, ms since 1970 UTC
   * @returns {Promise<Name>}
   * @throws {TypeError} it says nothing, or a value is no JSON
   */
  mutate(record, change, now) {
    const c = /** @type {Change} */ (/** @type {unknown} */ (plain(defined(change))));
    if (Boolean(some(c.set) || some(c.add) || some(c.remove)) === Boolean(c.delete)) {
      return Promise.reject(new TypeError("A change says something, or deletes, and deleting stands alone."));
    }
    return this.#step(() => {
      const rec = this.#record(record);
      const same = c.key === undefined ? undefined : rec.entries.find(e => e.key === c.key);
      if (same) return { replica: same.replica, n: same.n };
      const body = bodyOf(c, { schema: this.#opts.schema, base: c.base ?? rec.cursor, at: now, after: this.#db.after });
      const l = this.#current(rec);
      /** @type {Entry} */
      const e = { seq: ++rec.seq, replica: l.replica, n: ++l.highest, doc: c.doc, body, key: c.key };
      rec.entries.push(e);
      rec.touch(e);
      return { replica: e.replica, n: e.n };
    });
  }

  /**
   * Makes the next request for some records; without any for all that the database knows. It takes the place of a request under way:
   * what that one is answered does not count any more. What is to be said may take several rounds: see `wants`.
   * @param {number} now the device's wall clock, ms since 1970 UTC
   * @param {string[]} [records]
   * @returns {Promise<Exchange>}
   */
  request(now, records) {
    return this.#step(() => {
      const ids = records?.length ? records : this.records;
      for (const id of ids) askDaily(this.#record(id), now);
      const replica = this.#speaker(ids);
      /** @type {Exchange} */
      const x = { body: "", replica, parts: new Map() };
      const room = wholeRoom();
      const texts = [];
      for (const id of ids) {
        const rec = this.#record(id);
        if (texts.length === recordsMax || !hasRoom(room, rec)) break;
        const earlier = rec.line(replica);
        if (replica !== this.#db.replica && !(earlier && owes(rec, earlier))) continue;
        const current = this.#current(rec);
        if (earlier && earlier !== current) {
          // the name in use has its turn after the earlier ones
          current.ask = rec.entries.some(e => e.replica === current.replica);
          rec.dirty = true;
        }
        const { text, part } = ask(rec, earlier ?? current, { limit: this.#opts.limit, room });
        texts.push(text);
        x.parts.set(id, part);
        rec.sent = x;
      }
      x.body = `{"replica":"${replica}","now":${now},"schema":${this.#opts.schema},"records":[${texts.join(",")}]}`;
      return x;
    });
  }

  /** Under which name the next request speaks: what must be sent again under an earlier one goes first, in a request of its own. @param {string[]} ids */
  #speaker(ids) {
    for (const replica of this.#db.earlier) {
      for (const id of ids) {
        const rec = this.#records.get(id);
        const l = rec?.line(replica);
        if (rec && l && rec.stopped !== "account" && owes(rec, l)) return replica;
      }
    }
    return this.#db.replica;
  }

  /**
   * Takes in an answer. What does not answer the request sent last for a record is thrown away.
   * @param {Exchange} x
   * @param {Answer} answer
   * @param {number} now the device's wall clock, ms since 1970 UTC
   * @returns {Promise<string[]>} the records of which something was taken in
   */
  apply(x, answer, now) {
    return this.#step(async () => {
      for (const p of answer.records) {
        await Promise.all(
          (p.changes ?? []).map(async c => {
            if (!c.deleted) c.hash = await share(c.doc, c.rev);
          }),
        );
      }
      /** @type {Forked[]} */
      const forks = [];
      const taken = [];
      for (const p of answer.records) {
        const sent = x.parts.get(p.record);
        const rec = this.#records.get(p.record);
        if (!sent || !rec || rec.sent !== x) continue;
        rec.sent = null;
        if (this.#db.after !== answer.now) this.#dirty = true;
        this.#db.after = answer.now;
        const fork = take(rec, sent, p, now);
        if (fork) forks.push(fork);
        taken.push(rec.id);
      }
      if (forks.length > 0) this.#fork(forks); // when every record has taken in its outcomes
      return taken;
    });
  }

  /** Begins a new name for the whole database: a copy of it writes under the old one. @param {Forked[]} forks */
  #fork(forks) {
    this.#db.earlier.push(this.#db.replica);
    this.#db.replica = this.#opts.newID();
    this.#dirty = true;
    for (const rec of this.#records.values()) renumber(rec, forks, this.#current(rec));
  }

  /**
   * Takes out everything that is here of one record: its documents, pages, every word of the outbox, and what the app keeps
   * under names that begin with the record's and a slash. What stays is how far its numbers
   * went, so that none of them is used again if the record comes back. For a record whose access has ended, when what was handed in was
   * answered; with `unsent` also before that, and then those words are lost.
   * @param {string} record
   * @param {{ unsent?: boolean }} [o]
   * @returns {Promise<boolean>} false: something is unsent, and nothing was done
   */
  drop(record, o = {}) {
    return this.#step(() => {
      const rec = this.#records.get(record);
      if (!rec) return true;
      if (unsent(rec) > 0 && !o.unsent) return false;
      this.#gone.push(...rec.names());
      for (const name of this.#own.keys()) {
        if (!name.startsWith(record + "/")) continue;
        this.#own.delete(name);
        this.#ownDirty.add(name);
      }
      this.#records.delete(record);
      this.#db.dropped = { ...this.#db.dropped, [record]: rec.lines };
      this.#dirty = true;
      return true;
    });
  }

  /** What the app keeps here beside the records, sealed and erased with them; undefined: nothing. @param {string} name */
  own(name) {
    return this.#own.get(name);
  }

  /** Keeps a text of the app's own, or takes it out. @param {string} name @param {string} [text] @returns {Promise<void>} */
  keep(name, text) {
    return this.#step(() => {
      if (text === undefined) this.#own.delete(name);
      else this.#own.set(name, text);
      this.#ownDirty.add(name);
    });
  }

  /** What the person sees of a record: the documents with the outbox on top, in the order of their names. @param {string} record @returns {Document[]} */
  view(record) {
    const rec = this.#records.get(record);
    return rec ? [...view(rec).values()].sort((a, b) => (a.id < b.id ? -1 : 1)) : [];
  }

  /** What the person sees of one document. @param {string} record @param {string} doc */
  document(record, doc) {
    const rec = this.#records.get(record);
    return rec && view(rec, doc).get(doc);
  }

  /** How a record stands, honestly. @param {string} record @returns {State} */
  state(record) {
    return state(this.#records.get(record));
  }

  /** The server's sentence for why a record stopped; '' if it did not. @param {string} record */
  detail(record) {
    return this.#records.get(record)?.detail ?? "";
  }

  /** Until when a busy record is left alone, ms of the device; 0 if it is not. @param {string} record */
  until(record) {
    return this.#records.get(record)?.until ?? 0;
  }

  /** When all of a record was last here as the server has it, ms of the device; 0: never. @param {string} record */
  heard(record) {
    return this.#records.get(record)?.heard ?? 0;
  }

  /** Is fulfilled when every step that was begun is kept, or was refused. */
  async settled() {
    await this.#turn;
  }

  /** Whether there is more to say or to read of a record at once. @param {string} record @param {number} now ms */
  wants(record, now) {
    return wants(this.#records.get(record), now);
  }

  /** Whether all of a record is here as it is where this digest was taken. @param {string} record @param {string} digest */
  has(record, digest) {
    const rec = this.#records.get(record);
    return rec !== undefined && complete(rec, digest);
  }

  /** The mutations in the outbox or kept, in the order of writing: copies. @param {string} record @returns {Entry[]} */
  outbox(record) {
    return (this.#records.get(record)?.entries ?? []).map(e => ({ ...e }));
  }

  /** How many changes of a record have no outcome yet. @param {string} record */
  unsent(record) {
    return unsent(this.#records.get(record));
  }

  /** Documents of held mutations, open ones first. @param {string} record */
  held(record) {
    const all = this.view(record).filter(d => d.id.startsWith("held/"));
    const open = all.filter(d => d.fields.status === "open");
    return [...open, ...all.filter(d => d.fields.status !== "open")];
  }

  /** Documents in which other people's words stand beside those that are shown. @param {string} record */
  conflicts(record) {
    return this.view(record).filter(d => Object.keys(d.siblings).length > 0);
  }
}

/** A change without the members that were not given. @param {Change} change */
const defined = change => Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
