import { SealedError } from "./error.js";

/** @typedef {{ seal: CryptoKey, name: CryptoKey }} Keys */
/** @typedef {Uint8Array<ArrayBuffer>} Bytes */

/** The form in which parts are sealed; it is their first byte. Older ones are read, never written. */
export const sealedVersion = 1;

const nonceBytes = 12;
const utf8 = new TextEncoder();
const text = new TextDecoder("utf-8", { fatal: true });

/** @param {number} n */
export const randomBytes = n => crypto.getRandomValues(new Uint8Array(n));

/** @param {Bytes} bytes */
export function toText(bytes) {
  let binary = "";
  for (let i = 0; i < bytes.length; i += 8192) binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(binary);
}

/** @param {string} base64 @returns {Bytes} */
export function toBytes(base64) {
  try {
    const binary = atob(base64);
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
    return bytes;
  } catch {
    throw new SealedError("unreadable");
  }
}

/** The two keys of a store: one seals, one names. Neither can be read out again, not even by a script of the page. @param {Bytes} dataKey @returns {Promise<Keys>} */
export async function keysOf(dataKey) {
  const root = await crypto.subtle.importKey("raw", dataKey, "HKDF", false, ["deriveKey"]);
  const from = (/** @type {string} */ use) => ({
    name: "HKDF",
    hash: "SHA-256",
    salt: new Uint8Array(0),
    info: utf8.encode("satchel sealed 1 " + use),
  });
  const [seal, name] = await Promise.all([
    crypto.subtle.deriveKey(from("parts"), root, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]),
    crypto.subtle.deriveKey(from("names"), root, { name: "HMAC", hash: "SHA-256", length: 256 }, false, ["sign"]),
  ]);
  return { seal, name };
}

/** What stands on disk instead of a part's name: the same for the same name, and telling nothing of it. @param {Keys} keys @param {string} name */
export const sealedName = async (keys, name) => toText(new Uint8Array(await crypto.subtle.sign("HMAC", keys.name, utf8.encode(name))));

/** @param {CryptoKey} key @param {string} place @param {Bytes} plain @returns {Promise<string>} */
export async function seal(key, place, plain) {
  const iv = randomBytes(nonceBytes);
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: utf8.encode("satchel sealed 1 " + place) }, key, plain);
  const all = new Uint8Array(1 + nonceBytes + sealed.byteLength);
  all[0] = sealedVersion;
  all.set(iv, 1);
  all.set(new Uint8Array(sealed), 1 + nonceBytes);
  return toText(all);
}

/** @param {CryptoKey} key @param {string} place @param {string} sealed @returns {Promise<Bytes>} @throws {SealedError} it was not sealed so, or not for this place */
export async function open(key, place, sealed) {
  const all = toBytes(sealed);
  if (all[0] !== sealedVersion) throw new SealedError(all[0] > sealedVersion ? "newer" : "unreadable");
  const iv = all.subarray(1, 1 + nonceBytes);
  const how = { name: "AES-GCM", iv, additionalData: utf8.encode("satchel sealed 1 " + place) };
  try {
    return new Uint8Array(await crypto.subtle.decrypt(how, key, all.subarray(1 + nonceBytes)));
  } catch {
    throw new SealedError("unreadable");
  }
}

/** A part under its sealed name: the name is sealed with it, for nothing else tells it again. @param {Keys} keys @param {string} place its sealed name @param {string} name @param {string} part */
export const sealPart = (keys, place, name, part) => seal(keys.seal, "part " + place, utf8.encode(`${name.length}:${name}${part}`));

/** @param {Keys} keys @param {string} place @param {string} sealed @returns {Promise<[name: string, part: string]>} */
export async function openPart(keys, place, sealed) {
  const plain = text.decode(await open(keys.seal, "part " + place, sealed));
  const from = plain.indexOf(":") + 1;
  const to = from + Number(plain.slice(0, from - 1));
  return [plain.slice(from, to), plain.slice(to)];
}
