import { listen } from "./live.js";

/** @import { Answer, Change, Exchange, Name, Status, Trouble } from './types.js' */
/** @import { Replica } from './replica.js' */

/**
 * @typedef {object} ClientOptions
 * @property {string} server where the server is, without a slash at the end; '' for the page's own
 * @property {Replica} db
 * @property {() => Promise<string | null>} token an access token that is good now; null: nobody is signed in; rejected: nobody who gives one is within reach
 * @property {boolean} [live] whether to listen for hints; true if not given
 * @property {typeof fetch} [fetch]
 * @property {() => number} [now] the device's wall clock, ms since 1970 UTC
 * @property {(ms: number, f: () => void) => () => void} [after] calls f later, and gives what takes that back
 * @property {() => number} [chance] from 0 to 1
 */

const pauseLeast = 1000;
const pauseMost = 5 * 60_000;
/** How many records one round asks for. */
const together = 32;

/**
 * Carries a replica's requests to the server and its answers back: at once when something was written, when the server hints that there
 * is something to pull, when the network is back; again with growing pauses when it fails. It tells of changes by events: `change` with
 * `detail.record` when what a person sees, or how a record stands, is another; `trouble` when `trouble` is.
 */
export class Client extends EventTarget {
  /** @type {Trouble} */
  trouble = "";
  /** When the server last answered a round, ms of the device; 0: never. */
  heard = 0;
  /** @type {Required<ClientOptions>} */
  #o;
  /** @type {Set<string>} records that are synced */
  #records = new Set();
  /** @type {Set<string>} records about which there is something to ask */
  #due = new Set();
  /** @type {Map<string, string>} what the server hinted at since a record was last asked for: the digest of whoever has it all */
  #hints = new Map();
  /** @type {Promise<void> | null} */
  #running = null;
  #failures = 0;
  #deaf = 0; // how often in a row listening failed
  #stopped = new AbortController();
  #cancel = () => {};
  #cancelLive = () => {};

  /** @param {ClientOptions} options */
  constructor(options) {
    super();
    const given = Object.entries(options).filter(([, value]) => value !== undefined);
    const own = {
      live: true,
      fetch: (/** @type {any} */ url, /** @type {any} */ init) => fetch(url, init),
      now: Date.now,
      after,
      chance: Math.random,
    };
    this.#o = /** @type {Required<ClientOptions>} */ ({ ...own, ...Object.fromEntries(given) });
    this.#stopped.abort();
  }

  get db() {
    return this.#o.db;
  }

  /** Begins to sync these records, beside those that the database holds, and to listen. @param {string[]} records */
  start(records) {
    if (!this.#stopped.signal.aborted) this.stop();
    this.#stopped = new AbortController();
    for (const id of [...this.db.records, ...records]) this.#records.add(id);
    this.wake();
    if (this.#o.live) void this.#listen(this.#stopped.signal);
  }

  /** Syncs one more record from now on. @param {string} id */
  follow(id) {
    if (this.#records.has(id)) return;
    this.#records.add(id);
    this.#due.add(id);
    if (this.#failures === 0) this.#soon(0);
  }

  /** Ends syncing. What is in the outbox stays there. */
  stop() {
    this.#stopped.abort();
    this.#cancel();
    this.#cancelLive();
  }

  /** There may be something new, or the network is back: every record is asked for, at once. */
  wake() {
    this.#failures = 0;
    for (const id of this.#records) this.#due.add(id);
    this.#soon(0);
  }

  /**
   * Writes one change. When the promise is fulfilled it outlives the app; it is sent as soon as that can be.
   * @param {string} record
   * @param {Change} change
   * @returns {Promise<Name>}
   */
  async write(record, change) {
    const name = await this.db.mutate(record, change, this.#o.now());
    this.#records.add(record);
    this.#due.add(record);
    this.#changed(record);
    if (this.#failures === 0) this.#soon(0);
    return name;
  }

  /** Takes out everything that is here of a record whose access has ended, and asks for it no more: see Replica. @param {string} record @param {{ unsent?: boolean }} [o] */
  async drop(record, o) {
    const dropped = await this.db.drop(record, o);
    if (dropped) {
      this.#records.delete(record);
      this.#due.delete(record);
      this.#hints.delete(record);
      this.#changed(record);
    }
    return dropped;
  }

  /** How a record stands, as it may be said to a person. @param {string} record @returns {Status} */
  status(record) {
    return { state: this.db.state(record), unsent: this.db.unsent(record), trouble: this.trouble, heard: this.db.heard(record) };
  }

  /** Is fulfilled when no round is under way. */
  async idle() {
    while (this.#running) await this.#running;
  }

  /** @param {string} record */
  #changed(record) {
    this.dispatchEvent(new CustomEvent("change", { detail: { record } }));
  }

  /** @param {Trouble} trouble */
  #troubled(trouble) {
    if (trouble === this.trouble) return;
    this.trouble = trouble;
    this.dispatchEvent(new CustomEvent("trouble", { detail: { trouble } }));
  }

  /** @param {number} ms */
  #soon(ms) {
    this.#cancel();
    if (this.#stopped.signal.aborted) return;
    this.#cancel = this.#o.after(ms, () => {
      this.#running ??= this.#rounds().finally(() => {
        this.#running = null;
      });
    });
  }

  /** Rounds, until there is nothing more to say or to read, or one fails. */
  async #rounds() {
    const stopped = this.#stopped.signal;
    while (!stopped.aborted) {
      const now = this.#o.now();
      const ids = [...this.#records].filter(id => this.#due.has(id) || this.#hinted(id) || this.db.wants(id, now)).slice(0, together);
      if (ids.length === 0) return this.#waiting(now);
      const pause = await this.#round(ids, stopped);
      if (pause > 0) return this.#soon(pause);
    }
  }

  /** Whether a hint told of something that is not here. What this device wrote itself is here with the answer to it. @param {string} id */
  #hinted(id) {
    const digest = this.#hints.get(id);
    if (digest === undefined) return false;
    if (!this.db.has(id, digest)) return true;
    this.#hints.delete(id);
    return false;
  }

  /** Busy records are asked for once more when the server said. @param {number} now */
  #waiting(now) {
    const busy = [...this.#records].filter(id => this.db.state(id) === "waiting");
    if (busy.length > 0) this.#soon(Math.max(pauseLeast, Math.min(...busy.map(id => this.db.until(id) - now))));
  }

  /** One round. It gives how long to wait before the next: 0 for not at all, ms. @param {string[]} ids @param {AbortSignal} stopped */
  async #round(ids, stopped) {
    for (const id of ids) {
      this.#due.delete(id);
      this.#hints.delete(id);
    }
    const again = (/** @type {Trouble} */ trouble, /** @type {number} */ least = 0) => {
      for (const id of ids) this.#due.add(id);
      this.#troubled(trouble);
      return this.#pause(this.#failures++, least);
    };
    const token = await unless(
      stopped,
      this.#o.token().catch(() => ""),
    );
    if (stopped.aborted) return 0; // nobody waits for a token that may come from what is being locked
    if (token === null) return again("signIn");
    if (token === "") return again("offline");
    /** @type {Exchange} */
    let x;
    try {
      x = await this.db.request(this.#o.now(), ids);
    } catch {
      return again("full");
    }
    /** @type {Answer} */
    let answer;
    try {
      const got = await this.#o.fetch(`${this.#o.server}/v1/sync`, {
        method: "POST",
        body: x.body,
        signal: stopped,
        cache: "no-store",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      });
      if (got.status === 401) return again("signIn");
      if (got.status === 429 || got.status === 503) return again("busy", retryAfter(got));
      if (got.status !== 200) return again(got.status >= 500 ? "busy" : "failed");
      answer = JSON.parse(await got.text());
    } catch {
      return again("offline");
    }
    /** @type {string[]} */
    let taken;
    try {
      taken = await this.db.apply(x, answer, this.#o.now());
    } catch {
      return again("full");
    }
    this.#failures = 0;
    this.heard = this.#o.now();
    this.#troubled("");
    for (const id of taken) this.#changed(id);
    return 0;
  }

  /** Each failure waits about twice as long as the one before, spread, so that a thousand phones do not come back at once. @param {number} failures before this one @param {number} least ms */
  #pause(failures, least) {
    const most = Math.min(pauseMost, pauseLeast * 2 ** failures);
    return Math.max(least, most * (0.5 + this.#o.chance() / 2));
  }

  /** @param {AbortSignal} stopped */
  async #listen(stopped) {
    let pause = 0;
    try {
      const token = await this.#o.token();
      const ask = (/** @type {AbortSignal} */ signal) =>
        this.#o.fetch(`${this.#o.server}/v1/live`, { signal, cache: "no-store", headers: { authorization: `Bearer ${token}` } });
      const hint = (/** @type {string} */ record, /** @type {string} */ digest) => {
        this.#records.add(record);
        this.#hints.set(record, digest);
        this.#soon(0);
      };
      const got = token === null ? null : await listen(ask, hint, { signal: stopped, after: this.#o.after });
      if (got?.status === 200) this.#deaf = 0;
      else pause = this.#pause(this.#deaf++, got ? retryAfter(got) : 0);
    } catch {
      pause = this.#pause(this.#deaf++, 0);
    }
    if (stopped.aborted) return;
    this.#cancelLive = this.#o.after(Math.max(pause, pauseLeast), () => {
      this.wakeQuietly();
      void this.#listen(stopped);
    });
  }

  /** Asks once for everything: what changed while nobody listened. Failures count on. */
  wakeQuietly() {
    for (const id of this.#records) this.#due.add(id);
    if (this.#failures === 0) this.#soon(0);
  }
}

/** What `Retry-After` asks for, ms, an hour at most. @param {Response} got */
function retryAfter(got) {
  const seconds = Number(got.headers.get("retry-after"));
  return seconds > 0 ? Math.min(seconds, 3600) * 1000 : 0;
}

/** @param {number} ms @param {() => void} f */
function after(ms, f) {
  const timer = setTimeout(f, ms);
  return () => clearTimeout(timer);
}

/**
 * What a promise gives, or null as soon as the signal says so.
 * @template T
 * @param {AbortSignal} signal
 * @param {Promise<T>} promise
 * @returns {Promise<T | null>}
 */
function unless(signal, promise) {
  return new Promise((done, failed) => {
    const end = () => done(null);
    if (signal.aborted) end();
    signal.addEventListener("abort", end, { once: true });
    promise.then(done, failed).finally(() => signal.removeEventListener("abort", end));
  });
}
