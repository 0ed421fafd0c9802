import { memoryStorage, Replica } from "../src/index.js";

export const record = "5f0c0000-0000-7000-8000-000000000001";
export const doc = "thing/77aa0000-0000-7000-8000-000000000001";
export const begun = 1_800_000_000_000;

/** A database in memory, and what it keeps. */
export async function database() {
  const disk = new Map();
  return { disk, db: await Replica.open({ storage: memoryStorage(disk) }) };
}

/**
 * What a server would answer that has seen everything: the documents as given, and `applied` for each number.
 * @param {import('../src/types.js').Exchange} x
 * @param {import('../src/types.js').RecordAnswer} [more]
 */
export function answerTo(x, more) {
  const asked = JSON.parse(x.body);
  return {
    now: asked.now,
    records: asked.records.map((/** @type {any} */ r) => ({
      record: r.record,
      epoch: "e1",
      outcomes: r.mutations.map((/** @type {any} */ m) => ({ n: m.n, status: "applied", rev: m.n })),
      last: Math.max(0, ...r.mutations.map((/** @type {any} */ m) => m.n)),
      safe: 0,
      changes: [],
      cursor: "c1",
      digest: "0000000000000000",
      ...more,
    })),
  };
}

/** A clock that a test moves: what is to be called later is called when it comes to it. */
export class Timers {
  now = begun;
  /** @type {{ at: number, f: () => void }[]} */
  #list = [];

  after = (/** @type {number} */ ms, /** @type {() => void} */ f) => {
    const timer = { at: this.now + ms, f };
    this.#list.push(timer);
    return () => void (this.#list = this.#list.filter(t => t !== timer));
  };

  /** When the next thing is due, from now on: ms; Infinity if nothing is. */
  get next() {
    return Math.min(...this.#list.map(t => t.at)) - this.now;
  }

  /** Goes on in time. @param {number} ms */
  pass(ms) {
    this.now += ms;
    const due = this.#list.filter(t => t.at <= this.now);
    this.#list = this.#list.filter(t => t.at > this.now);
    for (const t of due) t.f();
  }
}
