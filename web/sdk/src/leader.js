import { Client } from "./client.js";
import { Replica } from "./replica.js";

/** @import { Seal, Storage } from './types.js' */
/** @import { ClientOptions } from './client.js' */

/**
 * A storage of a tab. One that can be locked is `Sealed` of satchel-sdk/sealed, or does as it does.
 * @typedef {Storage & {
 *   close?: () => void, erase?: () => Promise<void>,
 *   locked?: boolean, seal?: Seal, ways?: unknown[], lock?: () => void,
 *   create?: (secret: any) => Promise<void>, unlock?: (secret: any) => Promise<void>,
 *   add?: (proof: any, secret: any) => Promise<void>, remove?: (which: any) => Promise<void>
 * }} TabStorage
 */

/**
 * @typedef {object} LeaderOptions
 * @property {() => Promise<TabStorage>} storage opens the database; called only where this tab leads
 * @property {number} [schema]
 * @property {string[]} [records] to sync, beside those that the database holds
 * @property {Omit<ClientOptions, 'db'>} client
 */

/** What is done with the database; while it is locked, it is refused. @type {{ [op: string]: (client: Client, args: any[]) => unknown }} */
const ops = {
  write: (client, [record, change]) => client.write(record, change),
  view: (client, [record]) => client.db.view(record),
  document: (client, [record, doc]) => client.db.document(record, doc),
  base: (client, [record]) => client.db.base(record),
  held: (client, [record]) => client.db.held(record),
  conflicts: (client, [record]) => client.db.conflicts(record),
  status: (client, [record]) => client.status(record),
  records: client => client.db.records,
  follow: (client, [record]) => client.follow(record),
  own: (client, [name]) => client.db.own(name),
  keep: (client, [name, text]) => client.db.keep(name, text),
  drop: (client, [record, o]) => client.drop(record, o),
  wake: client => client.wake(),
};

/** What is done with the storage itself, one after the other. @type {{ [op: string]: (leader: Leader, args: any[]) => unknown }} */
const storageOps = {
  seal: leader => leader.seal,
  ways: leader => leader.storage.ways ?? [],
  create: (leader, [secret]) => leader.storage.create?.(secret),
  unlock: (leader, [secret]) => leader.storage.unlock?.(secret),
  add: (leader, [proof, secret]) => leader.storage.add?.(proof, secret),
  remove: (leader, [which]) => leader.storage.remove?.(which),
  lock: leader => leader.lock(),
  erase: leader => leader.erase(),
};

/** The one that has the database: the client works while the storage is not locked. */
export class Leader {
  #o;
  #tell;
  /** @type {Client | null} */
  #client = null;
  #ended = false;
  /** @type {Seal} */
  #told = "open";
  /** @type {Promise<unknown>} */
  #turn = Promise.resolve();

  /** Use `Leader.open`. @param {TabStorage} storage @param {LeaderOptions} o @param {(kind: string, detail: object) => void} tell */
  constructor(storage, o, tell) {
    this.storage = storage;
    this.#o = o;
    this.#tell = tell;
  }

  /** @param {LeaderOptions} o @param {(kind: string, detail: object) => void} tell */
  static async open(o, tell) {
    const leader = new Leader(await o.storage(), o, tell);
    await leader.#begin();
    leader.#told = leader.seal;
    return leader;
  }

  /** @returns {Seal} */
  get seal() {
    return this.storage.seal ?? "open";
  }

  /** Does what a tab asks. @param {string} op @param {unknown[]} args @returns {Promise<unknown>} */
  does(op, args) {
    if (Object.hasOwn(ops, op)) return this.#with(ops[op], args);
    const mine = this.#turn.then(async () => {
      try {
        return await storageOps[op](this, args);
      } finally {
        if (!this.#ended) await this.#begin();
        if (this.seal !== this.#told) this.#tell("seal", { seal: (this.#told = this.seal) });
      }
    });
    this.#turn = mine.catch(() => {});
    return mine;
  }

  /** @param {(client: Client, args: any[]) => unknown} op @param {unknown[]} args */
  async #with(op, args) {
    await this.#turn;
    if (!this.#client) throw Object.assign(new Error("This is locked. Unlock it first."), { code: "locked" });
    return op(this.#client, args);
  }

  async #begin() {
    if (this.#client || this.storage.locked) return;
    const db = await Replica.open({ storage: this.storage, schema: this.#o.schema });
    const client = new Client({ ...this.#o.client, db });
    for (const kind of ["change", "trouble"]) {
      client.addEventListener(kind, event => this.#tell(kind, /** @type {CustomEvent} */ (event).detail));
    }
    this.#client = client;
    client.start(this.#o.records ?? []);
  }

  /** Nothing of the database is in use any more, and what was written is kept. */
  async #stop() {
    const client = this.#client;
    this.#client = null;
    client?.stop();
    await client?.idle();
    await client?.db.settled();
  }

  async lock() {
    if (!this.storage.lock) return;
    await this.#stop();
    this.storage.lock();
  }

  /** Takes out everything that is on this device; nothing more is done. */
  async erase() {
    this.#ended = true;
    await this.#stop();
    await this.storage.erase?.();
  }

  async close() {
    this.#ended = true;
    await this.#turn;
    await this.#stop();
    this.storage.close?.();
  }
}
