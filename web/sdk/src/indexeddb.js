import { openDB } from "../vendor/idb.js";

/** @import { Storage } from './types.js' */

const parts = "parts";

/**
 * Keeps the parts in IndexedDB: one row each. A step that was kept survives a power cut, as far as the browser keeps its word
 * (`durability: 'strict'`).
 * @param {string} name of the database: one for each account
 * @returns {Promise<Storage & { close: () => void, erase: () => Promise<void> }>}
 */
export async function indexedDBStorage(name) {
  const db = await openDB(name, 1, {
    upgrade: fresh => void fresh.createObjectStore(parts),
    blocking: () => db.close(), // a newer app, or erasing, does not wait for this page
  });
  return {
    async load() {
      const tx = db.transaction(parts);
      const [names, texts] = await Promise.all([tx.store.getAllKeys(), tx.store.getAll()]);
      return new Map(names.map((key, i) => [String(key), texts[i]]));
    },
    async save(put, gone) {
      const tx = db.transaction(parts, "readwrite", { durability: "strict" });
      for (const key of gone) void tx.store.delete(key);
      for (const [key, text] of put) void tx.store.put(text, key);
      await tx.done;
    },
    close: () => db.close(),
    async erase() {
      const tx = db.transaction(parts, "readwrite", { durability: "strict" });
      void tx.store.clear();
      await tx.done;
    },
  };
}
