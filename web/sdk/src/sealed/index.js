// A storage that keeps nothing readable: it wraps another, seals every part under a random key, and keeps that key wrapped by what unlocks
// it: a PIN, passkeys, or both. What that is worth against somebody who has a copy of the device's files stands in decision 0137.
export { Sealed } from "./storage.js";
export { SealedError } from "./error.js";
export { newPasskeySalt, passkeySecret } from "./passkey.js";

/** @typedef {import('./ways.js').Secret} Secret */
/** @typedef {import('./error.js').SealedCode} SealedCode */
