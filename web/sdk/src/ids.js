/**
 * A new document's name, with an id that sorts by time (UUIDv7, RFC 9562).
 * @param {string} type
 * @param {number} [now] ms since 1970 UTC
 */
export function newDocument(type, now = Date.now()) {
  const b = crypto.getRandomValues(new Uint8Array(16));
  new DataView(b.buffer).setBigUint64(0, (BigInt(Math.max(0, Math.trunc(now))) << 16n) | 0x7000n | BigInt(((b[6] & 15) << 8) | b[7]));
  b[8] = (b[8] & 0x3f) | 0x80;
  const hex = Array.from(b, n => n.toString(16).padStart(2, "0")).join("");
  return `${type}/${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
