// Package sdk holds satchel-sdk, the client of the sync protocol in plain JavaScript: no build step, no dependency but idb (vendored),
// types by JSDoc. Its tests run node's own test runner and the TypeScript compiler; `satchel conformance` holds it against the protocol.
//
//   - src/replica.js: one local database: mutate, request, apply, view. record.js keeps it in parts, request.js and answer.js are one
//     round, putback.js is section 7 of the protocol, view.js and status.js what a person sees.
//   - src/client.js: carries requests and answers, with pauses when that fails; live.js listens for hints.
//   - src/tabs.js: one tab of a browser leads (src/leader.js), the others ask it, also to lock and unlock. src/indexeddb.js keeps a database there.
//   - src/instrument: questionnaires and red-flag rules, opened as signed and judged as on the server. src/calendar: civil time, recurrences, tests
//     and reminders (from a record's documents). Both have entry points of their own and run Go's vectors; ids and signatures are counted by libraries (vendor/noble).
//   - src/push.js: a browser is subscribed to be rung, and the server told; src/passkeys.js: signing in by a touch.
//   - src/sealed: a storage that keeps nothing readable, unlocked by a PIN or a passkey (decision 0137).
//   - src/emergency: what an emergency department must know, from a record's documents: internal/care's card and internal/fhir's document, word for word.
//   - src/merge: what the server makes of a write, for whoever explains it; a phone needs none of it.
//   - conformance/lines.js: the SDK speaking the line protocol of docs/conformance.md; reminders.js syncs one record and prints its reminders; card.js says
//     what stands on emergency cards.
package sdk
