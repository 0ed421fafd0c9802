// Who is signed in on this device, for the companion as for the board. What is kept lies in a storage that may be sealed; tabs share it, and one at
// a time renews the token: a refresh token is good once (RFC 9700, 4.14.2).
import { ask, exchange, RequestError } from "./problem.js";

/** @import { Storage } from '../sdk/src/types.js' */

/**
 * What the server gave. `kind` is patient, caregiver, clinician, navigator, administrator or external-clinician. `asking` names an exchange
 * whose answer has not been read: the same name again gets the same answer. `until` is when the access token ends by the clock of this device, which may be
 * days off, ms.
 * @typedef {{ account: string, device: string, kind: string, accessToken: string, accessExpires: number, refreshToken: string, refreshExpires: number, asking?: string, until?: number, rulesKey?: string, rulesDrafts?: boolean }} Kept
 */

const part = "session";
/** An access token is renewed when it is good for less than this, ms. */
const spare = 60_000;

/** Events: `signedIn`, `signedOut` (with `detail.wipe` when this device deletes what it holds: the person signed it out, here or from elsewhere). */
export class Session extends EventTarget {
  /** @type {Kept | null} */
  #kept = null;
  #storage;
  #name;

  /** @param {string} name of the sign-in on this device: one for the companion, one for the board @param {Storage} storage */
  constructor(name, storage) {
    super();
    this.#name = name;
    this.#storage = storage;
  }

  /** @param {string} name @param {Storage} storage */
  static async open(name, storage) {
    const session = new Session(name, storage);
    await session.#read();
    return session;
  }

  /** What this device takes rules by, pinned when it signed in first. @returns {{ key: string, drafts: boolean } | null} */
  get rules() {
    return this.#kept?.rulesKey ? { key: this.#kept.rulesKey, drafts: this.#kept.rulesDrafts === true } : null;
  }

  /** Keeps who is signed in somewhere else from now on: where it is sealed. @param {Storage} storage */
  async keepIn(storage) {
    this.#storage = storage;
    if (this.#kept) await this.#keep(this.#kept);
    else await this.#read();
  }

  /** Who is signed in; null: nobody. */
  get who() {
    return this.#kept && { account: this.#kept.account, device: this.#kept.device, kind: this.#kept.kind };
  }

  /**
   * Signs in with a code of the care team and a birth date; a caregiver says a name, too.
   * @param {{ code: string, birthDate: string, name?: string }} facts
   * @throws {RequestError}
   */
  enrol(facts) {
    return this.#begin("/v1/enrol", { ...facts, requestId: crypto.randomUUID() });
  }

  /** Signs a member of staff in. @param {{ name: string, password: string, code?: string }} facts @throws {RequestError} */
  signIn(facts) {
    return this.#begin("/v1/sign-in", facts);
  }

  /** Takes a sign-in that was made another way: tokens as `POST /v1/sign-in` gives them. @param {Kept} tokens */
  async take(tokens) {
    await this.#keep(tokens);
    this.dispatchEvent(new Event("signedIn"));
  }

  /**
   * Signs out, and deletes what this device holds: here first, because whoever presses it closes the page, and somebody else sits down. The server is
   * told beside it, if it is within reach.
   */
  async signOut() {
    const told = this.#kept && tell(this.#kept, this.#good());
    await this.#end(true);
    await told?.catch(() => null);
  }

  /** An access token that is good now; null: nobody is signed in, or a new sign-in is wanted. @returns {Promise<string | null>} */
  async token() {
    if (!this.#kept) return null;
    if (this.#good()) return this.#kept.accessToken;
    return navigator.locks.request(`satchel session ${this.#name}`, async () => {
      await this.#read(); // another tab may have renewed it meanwhile
      if (!this.#kept) return null;
      if (this.#good()) return this.#kept.accessToken;
      return this.#renew(this.#kept);
    });
  }

  /**
   * One request of who is signed in: what stands in its answer.
   * @param {string} method
   * @param {string} path
   * @param {import('./problem.js').Asking} [o]
   * @returns {Promise<any>}
   * @throws {RequestError}
   */
  async ask(method, path, o) {
    return (await this.exchange(method, path, o)).body;
  }

  /**
   * The same, with the answer's headers.
   * @param {string} method
   * @param {string} path
   * @param {import('./problem.js').Asking} [o]
   * @returns {Promise<{ body: any, date: number, headers: Headers }>}
   * @throws {RequestError}
   */
  async exchange(method, path, o = {}) {
    const once = async () => {
      const token = await this.token();
      if (!token) throw new RequestError(this.#kept ? 0 : 401, null);
      return exchange(method, path, { ...o, headers: { ...o.headers, authorization: `Bearer ${token}` } });
    };
    try {
      return await once();
    } catch (err) {
      if (/** @type {RequestError} */ (err).status !== 401 || !this.#kept) throw err;
      await this.doubt();
      return once();
    }
  }

  /** The server refused the access token, or may have: the next one is a new one. */
  async doubt() {
    if (this.#kept) await this.#keep({ ...this.#kept, until: 0 });
  }

  #good() {
    const left = (this.#kept?.until ?? 0) - Date.now();
    return left > spare && left < 24 * 3600_000; // a clock that was set back since does not make it last for years
  }

  /** @param {string} path @param {object} facts */
  async #begin(path, facts) {
    const name = navigator.userAgent.includes("Mobile") ? "Browser on a phone" : "Browser";
    const { body, date } = await exchange("POST", path, { body: { ...facts, device: { kind: "web", name } } });
    await this.take({ ...body, until: until(body, date) });
  }

  /** @param {Kept} kept @returns {Promise<string | null>} */
  async #renew(kept) {
    const asking = kept.asking ?? crypto.randomUUID();
    await this.#keep({ ...kept, asking }); // before it is asked: a lost answer is asked for again by the same name
    try {
      const { body, date } = await exchange("POST", "/v1/token", { body: { refreshToken: kept.refreshToken, requestId: asking } });
      await this.#keep({ ...kept, ...body, asking: undefined, until: until(body, date) }); // what came with the first sign-in stays
      return body.accessToken;
    } catch (err) {
      const { status, problem } = /** @type {RequestError} */ (err);
      if (status === 401) await this.#end(problem?.wipe === true);
      return null;
    }
  }

  /** @param {boolean} wipe */
  async #end(wipe) {
    this.#kept = null;
    await this.#storage.save(new Map(), [part]);
    this.dispatchEvent(new CustomEvent("signedOut", { detail: { wipe } }));
  }

  async #read() {
    const text = (await this.#storage.load()).get(part);
    this.#kept = text === undefined ? null : JSON.parse(text);
  }

  /** @param {Kept} kept */
  async #keep(kept) {
    this.#kept = kept;
    await this.#storage.save(new Map([[part, JSON.stringify(kept)]]), []);
  }
}

/** Tells the server that somebody signs out, also when the page goes meanwhile. @param {Kept} kept @param {boolean} good whether its access token is */
async function tell(kept, good) {
  const keepalive = true;
  if (!good)
    kept = (
      await exchange("POST", "/v1/token", { keepalive, body: { refreshToken: kept.refreshToken, requestId: kept.asking ?? crypto.randomUUID() } })
    ).body;
  await ask("POST", "/v1/sign-out", { keepalive, headers: { authorization: `Bearer ${kept.accessToken}` } });
}

/** When tokens end by the clock of this device, ms. @param {Kept} tokens @param {number} date the server's clock when it answered, ms */
const until = (tokens, date) => Date.now() + (tokens.accessExpires - (Number.isNaN(date) ? Date.now() : date));
