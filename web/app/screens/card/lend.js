// Links by which an emergency department reads the card with no account: this device makes what stands behind one and encrypts it, the key goes to no
// server (decisions 0112 and 0147). The link and its passcode are kept here, sealed with the record, so that they can be shown again.
import { summary } from "../../../sdk/src/emergency/index.js";
import { keep, kept, record, session } from "../../store.js";

/** @import { Card } from '../../../sdk/src/emergency/index.js' */

/** @typedef {{ at: number, recipient: string, outcome: string }} Read */
/** @typedef {{ id: string, made: number, expires: number, state: string, left: number, reads: Read[], more?: number, refused?: number, here?: Kept }} Link as the server tells of it; `here`: it was made on this device */
/** @typedef {{ link: string, passcode: string }} Kept */

const path = () => `/v1/records/${record.value}/links`;
const part = (/** @type {string} */ id) => "link/" + id;
const utf8 = new TextEncoder();

/** @param {Uint8Array} bytes */
const base64url = bytes => {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte); // one by one: a function takes so many arguments and no more
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
};
const encoded = (/** @type {object} */ json) => base64url(utf8.encode(JSON.stringify(json)));

/** The links of the record, those first that can be read now, then the newest. @returns {Promise<Link[]>} */
export async function links() {
  const id = record.value;
  const list = /** @type {Link[]} */ ((await session.ask("GET", path())).links).reverse();
  for (const one of list) {
    const text = await kept(id, part(one.id));
    if (text && one.state === "active") one.here = JSON.parse(text);
    else if (text) await keep(id, part(one.id)); // the key of what nobody can read is kept no longer
  }
  return list.sort((a, b) => Number(b.state === "active") - Number(a.state === "active"));
}

/** Makes a link, always with a passcode, for as long as the server lets one last: three days. @param {Card} card */
export async function make(card) {
  const id = record.value;
  const key = crypto.getRandomValues(new Uint8Array(32));
  const content = await sealed(JSON.stringify(summary(card, crypto.randomUUID(), Date.now())), key);
  const passcode = String(crypto.getRandomValues(new BigUint64Array(1))[0] % 100_000_000n).padStart(8, "0");
  const { url, link } = await session.ask("POST", path(), { body: { flags: "P", base: location.origin, content, passcode } });
  const shl = { url, key: base64url(key), exp: Math.floor(link.expires / 1000), flag: "P", v: 1 };
  await keep(id, part(link.id), JSON.stringify({ link: `${location.origin}/view#shlink:/${encoded(shl)}`, passcode }));
}

/** Ends a link at once. @param {string} id */
export async function end(id) {
  await session.ask("DELETE", `${path()}/${id}`);
  await keep(record.value, part(id));
}

/** A compact JWE: the key is the content's own, AES-GCM of 256 bits. @param {string} text @param {Uint8Array<ArrayBuffer>} bytes */
async function sealed(text, bytes) {
  const head = encoded({ alg: "dir", enc: "A256GCM", cty: "application/fhir+json" });
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const key = await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt"]);
  const both = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: utf8.encode(head) }, key, utf8.encode(text)));
  return [head, "", base64url(iv), base64url(both.subarray(0, -16)), base64url(both.subarray(-16))].join(".");
}
