// Checking an Ed25519 signature (RFC 8032). WebCrypto does it where the browser has it (Safari 17, Chrome 137); before that it is
// counted here, from the formulas of the RFC. Nothing is secret in a check, so the time that it takes tells nobody anything.

/** @typedef {[bigint, bigint, bigint, bigint]} Point x, y, z and x*y/z */

const p = 2n ** 255n - 19n;
const order = 2n ** 252n + 27742317777372353535851937790883648493n;

/** @param {bigint} n */
const mod = n => ((n % p) + p) % p;

/** @param {bigint} base @param {bigint} by */
function power(base, by) {
  let result = 1n;
  for (; by > 0n; by >>= 1n, base = mod(base * base)) if (by & 1n) result = mod(result * base);
  return result;
}

const d = mod(-121665n * power(121666n, p - 2n));
const root = power(2n, (p - 1n) / 4n); // of -1

/** @param {Point} a @param {Point} b @returns {Point} */
function add([x1, y1, z1, t1], [x2, y2, z2, t2]) {
  const [a, b, c, e] = [mod((y1 - x1) * (y2 - x2)), mod((y1 + x1) * (y2 + x2)), mod(2n * t1 * t2 * d), mod(2n * z1 * z2)];
  const [h, i, j, k] = [b - a, e - c, e + c, b + a];
  return [mod(h * i), mod(j * k), mod(i * j), mod(h * k)];
}

/** @param {Point} at @param {bigint} by @returns {Point} */
function times(at, by) {
  /** @type {Point} */
  let result = [0n, 1n, 1n, 0n];
  for (; by > 0n; by >>= 1n, at = add(at, at)) if (by & 1n) result = add(result, at);
  return result;
}

/** @param {Uint8Array} bytes the lowest first */
const little = bytes => bytes.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);

/** @param {Uint8Array} bytes @returns {Point | null} */
function point(bytes) {
  const number = little(bytes);
  const [y, odd] = [number & (2n ** 255n - 1n), number >> 255n];
  const [u, v] = [mod(y * y - 1n), mod(d * y * y + 1n)];
  let x = mod(u * v ** 3n * power(mod(u * v ** 7n), (p - 5n) / 8n));
  if (mod(v * x * x) === mod(-u)) x = mod(x * root);
  if (y >= p || mod(v * x * x) !== u || (x === 0n && odd === 1n)) return null;
  if ((x & 1n) !== odd) x = p - x;
  return [x, y, 1n, mod(x * y)];
}

const base = /** @type {Point} */ (point(Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 0x58 : 0x66))));

/**
 * Counts a check by itself.
 * @param {Uint8Array<ArrayBuffer>} key
 * @param {Uint8Array<ArrayBuffer>} message
 * @param {Uint8Array<ArrayBuffer>} signature
 */
export async function verifyByHand(key, message, signature) {
  const [a, r, s] = [point(key), point(signature.slice(0, 32)), little(signature.slice(32))];
  if (!a || !r || s >= order) return false;
  const hash = await crypto.subtle.digest("SHA-512", new Uint8Array([...signature.slice(0, 32), ...key, ...message]));
  const [left, right] = [times(base, s), add(r, times(a, little(new Uint8Array(hash)) % order))];
  return mod(left[0] * right[2]) === mod(right[0] * left[2]) && mod(left[1] * right[2]) === mod(right[1] * left[2]);
}

/**
 * @param {Uint8Array<ArrayBuffer>} key 32 bytes
 * @param {Uint8Array<ArrayBuffer>} message
 * @param {Uint8Array<ArrayBuffer>} signature 64 bytes
 * @returns {Promise<boolean>}
 */
export async function verify(key, message, signature) {
  if (key.length !== 32 || signature.length !== 64) return false;
  let imported;
  try {
    imported = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
  } catch {
    return verifyByHand(key, message, signature); // the browser does not know it, or this is no point
  }
  return crypto.subtle.verify("Ed25519", imported, signature, message);
}
