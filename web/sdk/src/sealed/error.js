/**
 * Why a sealed storage did not do what it was asked to. `locked`: unlock it first; `wrong`: this unlocks nothing, and `left` is how many tries
 * the PIN has left (none: it is of no use any more, another way is); `destroyed`: those were all tries, and everything is gone; `unknown`:
 * nobody set up this way; `weak`: this PIN is too short; `unreadable`: what lies here is not what was sealed; `newer`: a newer app sealed it;
 * `refused`: the browser's passkey gave nothing.
 * @typedef {'locked' | 'wrong' | 'destroyed' | 'unknown' | 'weak' | 'unreadable' | 'newer' | 'refused'} SealedCode
 */

/** @type {Record<SealedCode, string>} */
const sentences = {
  locked: "This is locked. Unlock it first.",
  wrong: "This does not unlock it.",
  destroyed: "These were too many tries. What was kept on this device is deleted.",
  unknown: "It cannot be unlocked in this way on this device.",
  weak: "This PIN is too short.",
  unreadable: "What this app kept on this device cannot be read.",
  newer: "This device holds data of a newer app. Please update the app.",
  refused: "This passkey cannot unlock it.",
};

export class SealedError extends Error {
  name = "SealedError";

  /** @param {SealedCode} code @param {number} [left] tries */
  constructor(code, left) {
    super(sentences[code]);
    this.code = code;
    this.left = left;
  }
}
