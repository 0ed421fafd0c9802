// Package replica is the client side of the sync protocol in Go: one local database of one account, with its documents as the
// server gave them, its outbox, and what became of each mutation. It is what a phone does, and the pattern for other clients.
//
// It has no clock, disk, chance or network: times and ids are arguments, a Storage keeps its bytes, and the caller carries
// requests and answers. Each exported step is one local transaction: it is saved whole before it returns, or the replica
// refuses every further step until it is opened again, so a crash between any two steps loses nothing.
//
// Read outbox.go for how a mutation is written, request.go and answer.go for one round, view.go for what the person sees. The
// files named putback_*.go are section 7 of the protocol; the ordinary path reads without them.
package replica
