// Package sim runs the engine and its replicas through bad years: a network that loses, doubles, delays, reorders and cuts,
// clocks that are wrong, servers that are put back to older backups, phones that are copied or lost, and access that comes and
// goes. Everything is drawn from one seed, so a run can be repeated exactly.
//
// After every step the engine is compared with an oracle: a second, slow implementation of PROTOCOL.md that keeps every write
// ever made and asks its own books, never a cursor, what each author had seen. Read run.go for a run, steps.go for what can
// happen, oracle.go and the files named oracle_*.go for what must hold. cmd/satchel/ward plays the
// real rules of care and identity on the same network and disk.
package sim
