import { SealedError } from "./error.js";
import { randomBytes, toBytes, toText } from "./keys.js";

/** @import { Bytes } from './keys.js' */

/** What a new passkey way is asked with: base64. */
export const newPasskeySalt = () => toText(randomBytes(32));

/**
 * Asks a passkey of this site for the 32 bytes that it gives for a salt (the `prf` extension of WebAuthn): always the same, known to nobody
 * else, and given only after the person has shown the authenticator that it is them. No network, no server: nobody signs in by this.
 * @param {{ credential: string, salt: string }} way one of `ways`, or a new one; the credential's id in base64 or base64url
 * @returns {Promise<{ credential: string, salt: string, key: Bytes }>} what `unlock`, `create` and `add` take
 * @throws {SealedError} `refused`: the person said no, or the authenticator has no prf
 */
export async function passkeySecret({ credential, salt }) {
  /** @type {any} */
  let found;
  try {
    found = await navigator.credentials.get({
      publicKey: {
        challenge: randomBytes(32),
        allowCredentials: [{ type: "public-key", id: toBytes(credential.replaceAll("-", "+").replaceAll("_", "/")) }],
        userVerification: "required",
        extensions: { prf: { eval: { first: toBytes(salt) } } },
      },
    });
  } catch {
    throw new SealedError("refused");
  }
  const first = found?.getClientExtensionResults().prf?.results?.first;
  if (!first) throw new SealedError("refused");
  return { credential, salt, key: new Uint8Array(first) };
}
