/** @import { Rec } from './record.js' */

const utf8 = new TextEncoder();

/**
 * What one document adds to the digest: the first 8 bytes of SHA-256 of `type/id@rev`, as 16 hex digits.
 * @param {string} doc
 * @param {number} rev
 */
export async function share(doc, rev) {
  const hash = await crypto.subtle.digest("SHA-256", utf8.encode(`${doc}@${rev}`));
  return hex(new DataView(hash).getBigUint64(0));
}

/** The sum modulo 2^64 of shares, as 16 hex digits. @param {Iterable<string>} shares */
export function sum(shares) {
  let total = 0n;
  for (const s of shares) total += BigInt("0x" + s);
  return hex(BigInt.asUintN(64, total));
}

/** @param {bigint} n */
const hex = n => n.toString(16).padStart(16, "0");

/** The digest of what is here of a record. @param {Rec} rec */
export const digest = rec => sum([...rec.docs.values()].map(d => d.hash));
