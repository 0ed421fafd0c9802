/** @import { Storage } from './types.js' */

/** Keeps the parts in memory alone: for tests, and for a copy that is not to outlive the page. @param {Map<string, string>} [parts] @returns {Storage} */
export function memoryStorage(parts = new Map()) {
  return {
    load: async () => new Map(parts),
    save: async (put, gone) => {
      for (const name of gone) parts.delete(name);
      for (const [name, text] of put) parts.set(name, text);
    },
  };
}
