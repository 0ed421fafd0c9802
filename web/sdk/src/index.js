// satchel-sdk: a client of the sync protocol for browsers, Node and whatever else has `fetch` and WebCrypto.
export { Replica } from './replica.js'
export { memoryStorage } from './memory.js'
export { replay } from './view.js'
export { share, sum } from './digest.js'
export { canonical } from './json.js'
