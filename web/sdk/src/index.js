// satchel-sdk: a client of Satchel's sync protocol for browsers, Node and whatever else has `fetch` and WebCrypto. `Tab` is an app in a
// browser; `Client` is one device of another kind, with a storage of its own; `Replica` is the database alone.
export { Tab } from "./tabs.js";
export { Client } from "./client.js";
export { Replica } from "./replica.js";
export { indexedDBStorage } from "./indexeddb.js";
export { memoryStorage } from "./memory.js";
export { newDocument } from "./ids.js";
export { replay } from "./view.js";
export { share, sum } from "./digest.js";
export { canonical } from "./json.js";

/** @typedef {import('./types.js').Change} Change */
/** @typedef {import('./types.js').Document} Document */
/** @typedef {import('./types.js').Json} Json */
/** @typedef {import('./types.js').Name} Name */
/** @typedef {import('./types.js').Sibling} Sibling */
/** @typedef {import('./types.js').State} State */
/** @typedef {import('./types.js').Status} Status */
/** @typedef {import('./types.js').Storage} Storage */
/** @typedef {import('./types.js').Trouble} Trouble */
