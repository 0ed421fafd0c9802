// Package web holds what browsers are handed by this program: plain files, which they run as a person reads them, with no build step between. Comments
// that stand on lines of their own stay here (bare.go). What the companion needs with no network is what its page reaches (kept.go);
// what it begins with is named in its page (preload.go), and the rest is loaded when somebody opens it.
// It knows nobody and imports nothing; server hands the files to mobile-api, which serves them.
//
//   - app: the companion of patients and caregivers, at /app. It opens with no network from its second visit (decision 0139). Its emergency card needs
//     none at either end (decision 0147).
//   - board: the nurses' desk, at /board.
//   - session: who is signed in on a device, and requests of theirs; for both.
//   - ui: what pages are drawn with: colours by their meaning, buttons, fields, notices.
//   - words: every text that a person reads, a file a language and area, and dates by Intl.
//   - vendor: what others wrote, as published.
//   - worker.js: the service worker of every page of ours that wants to be rung (decision 0132). It shows that something waits, never what; and it
//     keeps the companion's files.
//   - demo: how a link of the demo signs somebody in. No other server hands it out.
//   - sdk: the client side of the sync protocol, a room of its own, served under /web/sdk (docs/sdk.md).
package web
