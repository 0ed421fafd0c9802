import { sha256 } from "../../vendor/noble/sha2.js";

// The library's SHA-256 answers at once. WebCrypto's answers later, and a list of reminders would need thousands of promises for its ids.

const utf8 = new TextEncoder();

/** A UUID (RFC 9562, version 8) derived from texts, each with its length before it: the same texts give the same name everywhere. @param {string[]} parts */
export function derivedUUID(...parts) {
  const bytes = parts.flatMap(part => {
    const text = utf8.encode(part);
    return [text.length >>> 24, text.length >>> 16, text.length >>> 8, text.length, ...text];
  });
  const id = sha256(Uint8Array.from(bytes)).slice(0, 16);
  id[6] = (id[6] & 0x0f) | 0x80;
  id[8] = (id[8] & 0x3f) | 0x80;
  const hex = [...id].map(b => b.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
