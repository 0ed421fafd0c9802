// Package web holds what browsers are handed by this program: plain files, which they run as a person reads them, with no build step between.
// It knows nobody and imports nothing; server hands the files to mobile-api, which serves them.
//
//   - worker.js: the service worker of every page of ours that wants to be rung (decision 0132). It shows that something waits, never what.
package web
