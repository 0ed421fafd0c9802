import { Leader } from "./leader.js";

/** @import { Change, Document, Name, Seal, Status } from './types.js' */
/** @import { LeaderOptions } from './leader.js' */

/** @typedef {LeaderOptions & { name: string }} TabOptions name: of the database, one for each account */

/**
 * One tab of an app, of which one tab leads: it alone holds the database open and syncs, and the others ask it. When it is closed,
 * another takes over, and what nobody had answered is asked again; a change has a name of its own, so it is written once.
 *
 * A storage that can be locked (`satchel-sdk/sealed`) is unlocked where it is open: any tab may ask, the one that leads alone has the key,
 * and while it is unlocked there, all tabs may read. While it is locked every call about a record fails with `code` "locked". Another
 * tab that takes over is locked.
 *
 * Events: `change` and `trouble`, as those of Client; `seal` with `detail.seal` when it was locked or unlocked, and whatever is shown must go; `leads`
 * when this tab has taken over.
 */
export class Tab extends EventTarget {
  /** @type {TabOptions} */
  #o;
  #channel;
  /** @type {Map<string, { ask: object, done: (value: any) => void, failed: (err: Error) => void }>} */
  #calls = new Map();
  /** @type {Leader | null} */
  #leader = null;
  /** Why this tab could not open the database. @type {Error | null} */
  #broken = null;
  #closed = new AbortController();
  /** @type {() => void} */
  #release = () => {};
  /** @type {Promise<unknown>} */
  #led;

  /** @param {TabOptions} options */
  constructor(options) {
    super();
    this.#o = options;
    this.#channel = new BroadcastChannel(`satchel ${options.name}`);
    this.#channel.onmessage = event => void this.#hears(event.data);
    this.#led = navigator.locks
      .request(`satchel ${options.name}`, { signal: this.#closed.signal }, () => this.#lead())
      .catch(err => {
        if (this.#closed.signal.aborted) return;
        this.#broken = err;
        this.#fail(err);
        this.#tell("trouble", { trouble: "full", message: String(err) });
      });
  }

  /** Whether this tab is the one that syncs. */
  get leads() {
    return this.#leader !== null;
  }

  /** Writes one change: see Client. @param {string} record @param {Change} change @returns {Promise<Name>} */
  write(record, change) {
    return this.#call("write", [record, { key: crypto.randomUUID(), ...change }]);
  }

  /** What the person sees of a record. @param {string} record @returns {Promise<Document[]>} */
  view(record) {
    return this.#call("view", [record]);
  }

  /** What the person sees of one document. @param {string} record @param {string} doc @returns {Promise<Document | undefined>} */
  document(record, doc) {
    return this.#call("document", [record, doc]);
  }

  /** The base of what is shown: a form keeps it from when it is opened. @param {string} record @returns {Promise<string>} */
  base(record) {
    return this.#call("base", [record]);
  }

  /** @param {string} record @returns {Promise<Document[]>} */
  held(record) {
    return this.#call("held", [record]);
  }

  /** @param {string} record @returns {Promise<Document[]>} */
  conflicts(record) {
    return this.#call("conflicts", [record]);
  }

  /** How a record stands, as it may be said to a person. @param {string} record @returns {Promise<Status>} */
  status(record) {
    return this.#call("status", [record]);
  }

  /** @returns {Promise<string[]>} */
  records() {
    return this.#call("records", []);
  }

  /** Takes out everything that is here of a record whose access has ended: see Replica. @param {string} record @param {{ unsent?: boolean }} [o] @returns {Promise<boolean>} false: something is unsent */
  drop(record, o) {
    return this.#call("drop", [record, o]);
  }

  /** Whether it is locked. A storage without a lock is open. @returns {Promise<Seal>} */
  seal() {
    return this.#call("seal", []);
  }

  /** Which ways there are to unlock: see Sealed. @returns {Promise<any[]>} */
  ways() {
    return this.#call("ways", []);
  }

  /** Sets up the first way to unlock: see Sealed. @param {object} secret @returns {Promise<void>} */
  create(secret) {
    return this.#call("create", [secret]);
  }

  /** @param {object} secret @returns {Promise<void>} */
  unlock(secret) {
    return this.#call("unlock", [secret]);
  }

  /** Another way to unlock, or a new PIN: see Sealed. @param {object} proof @param {object} secret @returns {Promise<void>} */
  add(proof, secret) {
    return this.#call("add", [proof, secret]);
  }

  /** @param {{ kind: string, credential?: string }} way @returns {Promise<void>} */
  remove(way) {
    return this.#call("remove", [way]);
  }

  /** Locks it for every tab, when what was written is kept. @returns {Promise<void>} */
  lock() {
    return this.#call("lock", []);
  }

  /** Takes out everything that is on this device, what is unsent too. Nothing can be asked any more. @returns {Promise<void>} */
  erase() {
    return this.#call("erase", []);
  }

  /** What the app keeps here beside the records: see Replica. @param {string} name @returns {Promise<string | undefined>} */
  own(name) {
    return this.#call("own", [name]);
  }

  /** @param {string} name @param {string} [text] nothing takes it out @returns {Promise<void>} */
  keep(name, text) {
    return this.#call("keep", [name, text]);
  }

  /** Syncs one more record from now on. @param {string} record @returns {Promise<void>} */
  follow(record) {
    return this.#call("follow", [record]);
  }

  /** The network is back, or somebody signed in. @returns {Promise<void>} */
  wake() {
    return this.#call("wake", []);
  }

  /** Lets go of the database; another tab takes over. Calls that nobody answered yet fail. */
  async close() {
    this.#closed.abort();
    this.#release();
    await this.#led;
    this.#channel.close();
    this.#fail(new Error("This tab was closed."));
  }

  /** @param {Error} err */
  #fail(err) {
    for (const call of this.#calls.values()) call.failed(err);
    this.#calls.clear();
  }

  async #lead() {
    const leader = await Leader.open(this.#o, (kind, detail) => {
      this.#channel.postMessage({ tell: kind, detail });
      this.#tell(kind, detail);
    });
    const over = new Promise((/** @type {(value?: unknown) => void} */ done) => (this.#release = done));
    if (this.#closed.signal.aborted) this.#release();
    this.#leader = leader;
    this.#channel.postMessage({ leads: true });
    this.#tell("leads", {});
    for (const { ask } of this.#calls.values()) void this.#hears(ask);
    await over;
    this.#leader = null;
    await leader.close();
  }

  /** @param {string} kind @param {object} detail */
  #tell(kind, detail) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }

  /** @param {string} op @param {unknown[]} args @returns {Promise<any>} */
  #call(op, args) {
    if (this.#broken) return Promise.reject(this.#broken);
    const call = crypto.randomUUID();
    const ask = { call, op, args };
    return new Promise((done, failed) => {
      this.#calls.set(call, { ask, done, failed });
      if (this.#leader) void this.#hears(ask);
      else this.#channel.postMessage(ask);
    });
  }

  /** @param {any} said by another tab, or by this one to itself */
  async #hears(said) {
    if (said.leads) {
      for (const { ask } of this.#calls.values()) this.#channel.postMessage(ask);
    } else if (said.tell) {
      this.#tell(said.tell, said.detail);
    } else if (said.answer) {
      this.#answered(said);
    } else if (this.#leader) {
      const reply = await this.#does(this.#leader, said);
      if (this.#calls.has(said.call)) this.#answered(reply);
      else this.#channel.postMessage(reply);
    }
  }

  /** @param {Leader} leader @param {{ call: string, op: string, args: unknown[] }} ask */
  async #does(leader, { call, op, args }) {
    try {
      return { answer: call, value: await leader.does(op, args) };
    } catch (err) {
      const { name, message, code, left } = /** @type {any} */ (err);
      return { answer: call, error: { name, message: String(message ?? err), code, left } };
    }
  }

  /** @param {{ answer: string, value?: unknown, error?: { message: string } }} reply */
  #answered({ answer, value, error }) {
    const call = this.#calls.get(answer);
    this.#calls.delete(answer);
    if (error === undefined) call?.done(value);
    else call?.failed(Object.assign(new Error(error.message), error));
  }
}
