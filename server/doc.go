// Package server is the process: it opens a store, puts the rooms together, serves them, runs the followers, and stops cleanly.
//
// An installation is two folders. The data folder holds the store (internal/bolt). The key folder, which must not lie inside of
// it and is not in its backups, holds the keys (internal/seal), the ledger and the witness:
//
//   - ledger.go: what was ended (access, devices, records) and which lives the store had, one line each, chained by hashes. A
//     revocation is answered only when it lies there; a restore reads it before it opens.
//   - witness.go: how far the store and the ledger had come. A store that is behind it is not served.
//
// With Config.Store the rows, the secrets of records and the ledger lie in a PostgreSQL instead (ground.go), and each node has a copy of the key folder with what is
// left: wrapping keys, blind key, rules, witness. docs/postgresql.md says what is done to it by its own tools. nodes.go is
// what several nodes do together.
//
// quiet.go looks after people of whom no device is heard any more.
//
// open.go puts an installation together, run.go serves it until its context ends, follow.go does what follows from time,
// given.go tells open streams which records they have been given, wake.go tells phones that there is something to pull, ring.go rings on them when something is asked of somebody, mail.go
// writes to staff what waits at their desks, control.go takes orders of the operator on a socket in the data folder.
//
// The process ends at the first write that could not be made durable: what the disk then holds is unknown.
package server
