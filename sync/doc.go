// Package syncing is the sync core: mutation, merge, cursor, clock, engine and journal of PROTOCOL.md. It declares Store, the
// seam behind which bytes are kept.
//
// The core has no disk, no network, no clock and no chance: they are handed to it. That is what lets a simulation run years
// of bad networks in a minute. Document types are handed to it too, as a Schema: it knows no medicine.
//
// Read merge.go for how a field is decided, apply.go for what becomes of a mutation, engine.go for one round, and pull.go for
// what goes back. The files named putback_*.go are section 7 of the protocol (restored servers, copied phones); the ordinary
// path reads without them.
package syncing
