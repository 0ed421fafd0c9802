// Package ward runs the real rules of a ward through bad years: the engine with care's document types, identity's consents, teams,
// invitations and tokens, and real replicas, on the bad network and the bad disk of sync/sim. Everything is drawn from one seed.
//
// sync/sim proves the protocol with a small schema and grants of its own; here is asked what the rooms come to together: nothing
// is ever delivered outside of what somebody may see, nothing that was acknowledged is lost or doubled, no rule fails, and all
// phones agree when it is quiet. Read run.go and steps.go for what can happen, consent.go for who decides what, writing.go and
// writing_care.go for what people write, and the files named oracle_*.go for what must hold: they know neither identity nor care.
package ward
