import { SealedError } from "./error.js";
import { open, randomBytes, seal, toBytes, toText } from "./keys.js";

/** @import { Bytes } from './keys.js' */

/**
 * One way to unlock, as it is kept: readable by whoever has the files.
 * @typedef {object} Way
 * @property {'pin' | 'passkey'} kind
 * @property {string} credential of the passkey, base64; '' for the PIN, of which there is one
 * @property {string} salt base64: of the PIN's derivation, or what the passkey is asked with
 * @property {number} [iterations] of the PIN's derivation
 * @property {number} [tries] of the PIN, since it last unlocked
 * @property {string} key the data key, sealed under what this way gives
 */

/** What unlocks: a PIN, or what a passkey answers (`passkeySecret`). @typedef {{ pin: string } | { credential: string, salt: string, key: Bytes }} Secret */

/** How often a PIN may be tried. The tries are counted in the store, before each is judged. */
export const triesMost = 10;
/** How many characters a PIN has at least. */
export const pinLeast = 6;
/** Rounds of PBKDF2-HMAC-SHA-256: what OWASP's Password Storage Cheat Sheet asks for. */
export const pinIterations = 600_000;

const utf8 = new TextEncoder();

/** @param {Secret} secret */
export const kindOf = secret => ("pin" in secret ? "pin" : "passkey");
/** @param {Secret} secret */
export const credentialOf = secret => ("pin" in secret ? "" : secret.credential);

/** Whether a way is the one of a secret. @param {Way} way @param {Secret} secret */
export const fits = (way, secret) => way.kind === kindOf(secret) && way.credential === credentialOf(secret);

/** The key that a secret gives for one way. A passkey's 32 bytes are a key's worth already; a PIN is made slow to try. @param {Way} way @param {Secret} secret @returns {Promise<CryptoKey>} */
async function wrappingKey(way, secret) {
  const salt = toBytes(way.salt);
  const slow = "pin" in secret;
  const raw = slow ? utf8.encode(secret.pin.normalize("NFKC")) : secret.key;
  const from = await crypto.subtle.importKey("raw", raw, slow ? "PBKDF2" : "HKDF", false, ["deriveKey"]);
  const how = slow
    ? { name: "PBKDF2", hash: "SHA-256", salt, iterations: way.iterations ?? pinIterations }
    : { name: "HKDF", hash: "SHA-256", salt, info: utf8.encode("satchel sealed 1 passkey") };
  return crypto.subtle.deriveKey(how, from, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/** @param {Way} way */
const placeOf = way => `key ${way.kind} ${way.credential}`;

/** A new way to a data key. @param {Bytes} dataKey @param {Secret} secret @param {number} iterations @returns {Promise<Way>} */
export async function newWay(dataKey, secret, iterations) {
  const slow = "pin" in secret;
  if (slow && [...secret.pin].length < pinLeast) throw new SealedError("weak");
  /** @type {Way} */
  const way = { kind: kindOf(secret), credential: credentialOf(secret), salt: slow ? toText(randomBytes(16)) : secret.salt, key: "" };
  if (slow) Object.assign(way, { iterations, tries: 0 });
  way.key = await seal(await wrappingKey(way, secret), placeOf(way), dataKey);
  return way;
}

/** The data key; null: this secret is not the one. Whoever asks has counted the try. @param {Way} way @param {Secret} secret @returns {Promise<Bytes | null>} */
export async function dataKeyOf(way, secret) {
  const key = await wrappingKey(way, secret);
  try {
    return await open(key, placeOf(way), way.key);
  } catch (err) {
    if (err instanceof SealedError && err.code === "newer") throw err;
    return null;
  }
}
