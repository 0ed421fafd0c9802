// SHA-256 (FIPS 180-4) that answers at once. WebCrypto's answers later, and a list of reminders would need thousands of promises for its ids.

/** The highest 32 bits behind the point of a root. @param {number} n */
const fraction = n => ((n - Math.floor(n)) * 2 ** 32) | 0;

/** @type {number[]} */
const primes = [];
for (let n = 2; primes.length < 64; n++) if (primes.every(p => n % p !== 0)) primes.push(n);
const start = primes.slice(0, 8).map(p => fraction(Math.sqrt(p)));
const rounds = primes.map(p => fraction(Math.cbrt(p)));

/** @param {number} x @param {number} by */
const turn = (x, by) => (x >>> by) | (x << (32 - by));

/** @param {Uint8Array} message @returns {Uint8Array} */
export function sha256(message) {
  const padded = new DataView(new ArrayBuffer(Math.ceil((message.length + 9) / 64) * 64));
  new Uint8Array(padded.buffer).set(message);
  padded.setUint8(message.length, 0x80);
  padded.setUint32(padded.byteLength - 4, message.length * 8); // messages here are far from 512 MiB
  const hash = [...start];
  const w = new Int32Array(64);
  for (let block = 0; block < padded.byteLength; block += 64) {
    for (let i = 0; i < 64; i++) {
      if (i < 16) w[i] = padded.getInt32(block + i * 4);
      else {
        const [a, b] = [w[i - 15], w[i - 2]];
        w[i] = (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10)) + w[i - 7] + w[i - 16];
      }
    }
    let [a, b, c, d, e, f, g, h] = hash;
    for (let i = 0; i < 64; i++) {
      const t1 = h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + rounds[i] + w[i];
      const t2 = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
    }
    for (const [i, x] of [a, b, c, d, e, f, g, h].entries()) hash[i] = (hash[i] + x) | 0;
  }
  const out = new DataView(new ArrayBuffer(32));
  for (const [i, x] of hash.entries()) out.setInt32(i * 4, x);
  return new Uint8Array(out.buffer);
}

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
