import { SealedError } from "./error.js";
import { keysOf, openPart, randomBytes, sealedName, sealedVersion, sealPart } from "./keys.js";
import { dataKeyOf, fits, kindOf, newWay, pinIterations, triesMost } from "./ways.js";

/** @import { Seal, Storage } from '../types.js' */
/** @import { Bytes, Keys } from './keys.js' */
/** @import { Secret, Way } from './ways.js' */

/** The one part that is not sealed: which ways there are, and the data key under each. */
const headPart = "sealed";
const keyBytes = 32;

/** @typedef {{ version: number, ways: Way[] }} Head */

/**
 * Keeps what a replica keeps so that it can be read only while it is unlocked: every part is sealed by AES-256-GCM for the place where it
 * lies, under a name that tells nothing. The key is random; each way to unlock holds a copy of it, sealed under what a PIN or a passkey
 * gives. Like every storage it has one user at a time: `Tab` sees to that. How many parts there are, and how long each is, can be seen.
 * @implements {Storage}
 */
export class Sealed {
  #inner;
  #iterations;
  #plain;
  /** @type {Head} */
  #head;
  /** What was read and is not opened yet; null: it must be read anew. @type {Map<string, string> | null} */
  #parts;
  /** @type {Keys | null} */
  #keys = null;
  /** @type {Map<string, string>} of each name that is known what stands on disk instead */
  #names = new Map();
  #resetDue = false;
  /** @type {Promise<unknown>} */
  #turn = Promise.resolve();

  /** Use `Sealed.over`. @param {Storage & { close?: () => void }} inner @param {Map<string, string>} parts @param {{ iterations?: number, plain?: boolean }} o */
  constructor(inner, parts, o) {
    this.#inner = inner;
    this.#parts = parts;
    this.#iterations = o.iterations ?? pinIterations;
    this.#plain = o.plain ?? false;
    this.#head = headOf(parts);
  }

  /**
   * Looks at what another storage holds. What a replica kept there unsealed is sealed by `create`.
   * @param {Storage & { close?: () => void }} inner
   * @param {{ iterations?: number, plain?: boolean }} [o] rounds of a new PIN's derivation; whether it is used unsealed until a way is set up
   */
  static async over(inner, o = {}) {
    return new Sealed(inner, await inner.load(), o);
  }

  /** @returns {Seal} */
  get seal() {
    return this.#keys ? "open" : this.#head.ways.length > 0 ? "locked" : "new";
  }

  /** Whether load and save are refused. */
  get locked() {
    return !this.#keys && !this.#unsealed;
  }

  get #unsealed() {
    return this.#plain && this.seal === "new";
  }

  /** The ways that there are: what a passkey is to be asked with, and how many tries the PIN has left. */
  get ways() {
    return this.#head.ways.map(({ kind, credential, salt, tries = 0 }) =>
      kind === "pin" ? { kind, left: triesMost - tries } : { kind, credential, salt },
    );
  }

  /** Sets up the first way, and is open. What was kept here unsealed is sealed in the same step. @param {Secret} secret @returns {Promise<void>} */
  create(secret) {
    return this.#step(async () => {
      if (this.seal !== "new") throw new SealedError("locked");
      const dataKey = randomBytes(keyBytes);
      const head = { version: sealedVersion, ways: [await newWay(dataKey, secret, this.#iterations)] };
      const keys = await keysOf(dataKey);
      dataKey.fill(0);
      const plain = this.#parts ?? (await this.#inner.load());
      const put = await this.#sealed(keys, plain);
      await this.#inner.save(put.set(headPart, JSON.stringify(head)), [...plain.keys()]);
      [this.#head, this.#keys, this.#parts] = [head, keys, null];
    });
  }

  /**
   * Unlocks. A try of a PIN counts before it is judged, also when the device dies in between; after the last one that PIN is destroyed, and
   * with it, where there is no other way, everything.
   * @param {Secret} secret
   * @returns {Promise<void>}
   */
  unlock(secret) {
    return this.#step(async () => {
      const dataKey = await this.#prove(secret);
      this.#keys = await keysOf(dataKey);
      dataKey.fill(0);
    });
  }

  /** Forgets the key. What is being saved is still saved. */
  lock() {
    this.#keys = null;
    this.#parts = null;
    this.#names.clear();
  }

  /** Sets up another way beside those that there are; in the place of one of its kind and credential: a new PIN. @param {Secret} proof that unlocks now @param {Secret} secret @returns {Promise<void>} */
  add(proof, secret) {
    return this.#step(async () => {
      const dataKey = await this.#prove(proof);
      try {
        const way = await newWay(dataKey, secret, this.#iterations);
        await this.#keep([...this.#head.ways.filter(w => !fits(w, secret)), way]);
      } finally {
        dataKey.fill(0);
      }
    });
  }

  /** Takes out a way; never the last one. It must be open. @param {{ kind: string, credential?: string }} which @returns {Promise<void>} */
  remove(which) {
    return this.#step(async () => {
      if (!this.#keys) throw new SealedError("locked");
      const rest = this.#head.ways.filter(w => w.kind !== which.kind || w.credential !== (which.credential ?? ""));
      if (rest.length === 0 || rest.length === this.#head.ways.length) throw new SealedError("unknown");
      await this.#keep(rest);
    });
  }

  /** Every part: all of them are opened at once, not one after the other. @returns {Promise<Map<string, string>>} */
  async load() {
    if (this.#unsealed) return this.#inner.load();
    const keys = this.#open();
    const sealed = [...(this.#parts ?? (await this.#inner.load()))].filter(([place]) => place !== headPart);
    this.#parts = null;
    const parts = await Promise.all(sealed.map(([place, text]) => openPart(keys, place, text)));
    if (this.#keys === keys) parts.forEach(([name], i) => this.#names.set(name, sealed[i][0]));
    return new Map(parts);
  }

  /** @param {Map<string, string>} put @param {string[]} gone @returns {Promise<void>} */
  save(put, gone) {
    const keys = this.#keys; // who locks meanwhile does not lose it
    return this.#step(() => this.#save(keys, put, gone));
  }

  /** @param {Keys | null} before @param {Map<string, string>} put @param {string[]} gone */
  async #save(before, put, gone) {
    this.#parts = null;
    if (before && this.seal === "new") throw new SealedError("locked"); // it was erased meanwhile
    if (this.#unsealed) return this.#inner.save(put, gone);
    const keys = before ?? this.#open();
    const [sealed, places] = await Promise.all([this.#sealed(keys, put), Promise.all(gone.map(name => this.#place(keys, name)))]);
    if (this.#resetDue) sealed.set(headPart, JSON.stringify(this.#head));
    await this.#inner.save(sealed, places);
    this.#resetDue = false;
    for (const name of gone) this.#names.delete(name);
  }

  close() {
    this.lock();
    this.#inner.close?.();
  }

  /** Takes out everything, the wrapped keys too. @returns {Promise<void>} */
  erase() {
    return this.#step(() => this.#destroy());
  }

  /** @template T @param {() => Promise<T>} step @returns {Promise<T>} */
  #step(step) {
    const mine = this.#turn.then(step);
    this.#turn = mine.catch(() => {});
    return mine;
  }

  /** @returns {Keys} */
  #open() {
    if (!this.#keys) throw new SealedError("locked");
    return this.#keys;
  }

  /** @param {Keys} keys @param {string} name */
  async #place(keys, name) {
    const known = this.#names.get(name);
    if (known) return known;
    const place = await sealedName(keys, name);
    if (this.#keys === keys) this.#names.set(name, place);
    return place;
  }

  /** @param {Keys} keys @param {Map<string, string>} put */
  async #sealed(keys, put) {
    const sealed = [...put].map(async ([name, text]) => {
      const place = await this.#place(keys, name);
      return /** @type {[string, string]} */ ([place, await sealPart(keys, place, name, text)]);
    });
    return new Map(await Promise.all(sealed));
  }

  /** The data key, for whoever brings what unlocks it. @param {Secret} secret @returns {Promise<Bytes>} */
  async #prove(secret) {
    const way = this.#head.ways.find(w => fits(w, secret));
    if (!way) throw new SealedError("unknown");
    if (way.kind === "passkey") return (await dataKeyOf(way, secret)) ?? wrong();
    const tries = (way.tries ?? 0) + 1;
    if (tries > triesMost) return this.#tooOften(); // it counted the last one, and died before it could judge it
    this.#head = { ...this.#head, ways: this.#head.ways.map(w => (w === way ? { ...w, tries } : w)) }; // also if it cannot be written, and then it is not judged
    await this.#keep(this.#head.ways);
    const dataKey = await dataKeyOf(way, secret);
    if (!dataKey) return tries >= triesMost ? this.#tooOften() : wrong(triesMost - tries);
    this.#head = { ...this.#head, ways: this.#head.ways.map(w => (fits(w, secret) ? { ...w, tries: 0 } : w)) };
    this.#resetDue = true;
    // Where this cannot be written the person still gets in: it goes along with what is saved next.
    await this.#keep(this.#head.ways).catch(() => {});
    return dataKey;
  }

  /** The PIN is of no use any more. @returns {Promise<never>} */
  async #tooOften() {
    const rest = this.#head.ways.filter(w => w.kind !== "pin");
    if (rest.length > 0) {
      await this.#keep(rest);
      return wrong(0);
    }
    await this.#destroy();
    throw new SealedError("destroyed");
  }

  async #destroy() {
    const all = this.#parts ?? (await this.#inner.load());
    await this.#inner.save(new Map(), [...new Set([headPart, ...all.keys()])]);
    this.lock();
    this.#head = { version: sealedVersion, ways: [] };
  }

  /** @param {Way[]} ways */
  async #keep(ways) {
    const head = { ...this.#head, ways };
    await this.#inner.save(new Map([[headPart, JSON.stringify(head)]]), []);
    this.#head = head;
    this.#resetDue = false;
  }
}

/** @param {number} [left] @returns {never} */
function wrong(left) {
  throw new SealedError("wrong", left);
}

/** @param {Map<string, string>} parts @returns {Head} */
function headOf(parts) {
  const text = parts.get(headPart);
  if (text === undefined) return { version: sealedVersion, ways: [] };
  /** @type {Head} */
  let head;
  try {
    head = JSON.parse(text);
  } catch {
    throw new SealedError("unreadable");
  }
  if (!(head?.version >= 1) || !Array.isArray(head.ways)) throw new SealedError("unreadable");
  if (head.version > sealedVersion) throw new SealedError("newer");
  return head;
}
