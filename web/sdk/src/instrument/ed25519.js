import { verifyAsync } from "../../vendor/noble/ed25519.js";

/**
 * Checks an Ed25519 signature (RFC 8032) with a library: WebCrypto has it only since Safari 17 and Chrome 137, and phones grow old.
 * @param {Uint8Array<ArrayBuffer>} key 32 bytes
 * @param {Uint8Array<ArrayBuffer>} message
 * @param {Uint8Array<ArrayBuffer>} signature 64 bytes
 * @returns {Promise<boolean>}
 */
export async function verify(key, message, signature) {
  if (key.length !== 32 || signature.length !== 64) return false;
  try {
    return await verifyAsync(signature, message, key, { zip215: false });
  } catch {
    return false; // no point of the curve
  }
}
