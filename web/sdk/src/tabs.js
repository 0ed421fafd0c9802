import { Client } from "./client.js";
import { Replica } from "./replica.js";

/** @import { Change, Document, Name, State, Storage } from './types.js' */
/** @import { ClientOptions, Trouble } from './client.js' */

/**
 * @typedef {object} TabOptions
 * @property {string} name of the database: one for each account
 * @property {() => Promise<Storage & { close?: () => void }>} storage opens the database; called only where this tab leads
 * @property {number} [schema]
 * @property {string[]} [records] to sync, beside those that the database holds
 * @property {Omit<ClientOptions, 'db'>} client
 */

/** What tabs ask of the one that leads. @type {{ [op: string]: (client: Client, args: any[]) => unknown }} */
const ops = {
  write: (client, [record, change]) => client.write(record, change),
  view: (client, [record]) => client.db.view(record),
  document: (client, [record, doc]) => client.db.document(record, doc),
  base: (client, [record]) => client.db.base(record),
  held: (client, [record]) => client.db.held(record),
  conflicts: (client, [record]) => client.db.conflicts(record),
  status: (client, [record]) => client.status(record),
  records: client => client.db.records,
  wake: client => client.wake(),
};

/**
 * One tab of an app, of which one tab leads: it alone holds the database open and syncs, and the others ask it. When it is closed,
 * another takes over, and what nobody had answered is asked again; a change has a name of its own, so it is written once. Events are
 * those of Client: `change`, `trouble`.
 */
export class Tab extends EventTarget {
  /** @type {TabOptions} */
  #o;
  #channel;
  /** @type {Map<string, { ask: object, done: (value: any) => void, failed: (err: Error) => void }>} */
  #calls = new Map();
  /** @type {Client | null} */
  #client = null;
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
        if (!this.#closed.signal.aborted) this.#tell("trouble", { trouble: "full", message: String(err) });
      });
  }

  /** Whether this tab is the one that syncs. */
  get leads() {
    return this.#client !== null;
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

  /** @param {string} record @returns {Promise<{ state: State, unsent: number, trouble: Trouble }>} */
  status(record) {
    return this.#call("status", [record]);
  }

  /** @returns {Promise<string[]>} */
  records() {
    return this.#call("records", []);
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
    for (const call of this.#calls.values()) call.failed(new Error("This tab was closed."));
    this.#calls.clear();
  }

  async #lead() {
    const storage = await this.#o.storage();
    const db = await Replica.open({ storage, schema: this.#o.schema });
    const client = new Client({ ...this.#o.client, db });
    for (const kind of ["change", "trouble"]) {
      client.addEventListener(kind, event => {
        const { detail } = /** @type {CustomEvent} */ (event);
        this.#channel.postMessage({ tell: kind, detail });
        this.#tell(kind, detail);
      });
    }
    const over = new Promise((/** @type {(value?: unknown) => void} */ done) => (this.#release = done));
    if (this.#closed.signal.aborted) this.#release();
    this.#client = client;
    client.start(this.#o.records ?? []);
    this.#channel.postMessage({ leads: true });
    for (const { ask } of this.#calls.values()) void this.#hears(ask);
    await over;
    this.#client = null;
    client.stop();
    await client.idle();
    await db.settled();
    storage.close?.();
  }

  /** @param {string} kind @param {object} detail */
  #tell(kind, detail) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }

  /** @param {string} op @param {unknown[]} args @returns {Promise<any>} */
  #call(op, args) {
    const call = crypto.randomUUID();
    const ask = { call, op, args };
    return new Promise((done, failed) => {
      this.#calls.set(call, { ask, done, failed });
      if (this.#client) void this.#hears(ask);
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
    } else if (this.#client) {
      const reply = await this.#does(said);
      if (this.#calls.has(said.call)) this.#answered(reply);
      else this.#channel.postMessage(reply);
    }
  }

  /** @param {{ call: string, op: string, args: unknown[] }} ask */
  async #does({ call, op, args }) {
    try {
      return { answer: call, value: await ops[op](/** @type {Client} */ (this.#client), args) };
    } catch (err) {
      return { answer: call, error: String(/** @type {Error} */ (err).message ?? err) };
    }
  }

  /** @param {{ answer: string, value?: unknown, error?: string }} reply */
  #answered({ answer, value, error }) {
    const call = this.#calls.get(answer);
    this.#calls.delete(answer);
    if (error === undefined) call?.done(value);
    else call?.failed(new Error(error));
  }
}
