// Package conformance holds a client that somebody else wrote against the sync protocol. It drives the client through a small line
// protocol (docs/conformance.md), serves it the real engine behind a network that loses, doubles, delays and cuts, puts the server
// back and copies the client's state, and says in a sentence each what the client gets wrong.
//
// line.go is the line protocol, speaker.go the Go client of sync/replica speaking it, world.go and door.go the server, watch.go what
// every request must keep, checks_*.go the stories, chance.go the seeded ones, vectors.go the single rules.
package conformance
