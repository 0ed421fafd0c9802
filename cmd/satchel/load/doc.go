// Package load puts the work of phones on a server and measures what comes of it: how many sync rounds a second, how long one takes, what it costs the
// server in processor time, commits and bytes. Every phone is a real one (sync/replica) that was enrolled as people are, with a code of its care team, and
// speaks the real protocol over TCP with its own signed tokens; what was acknowledged is looked for when the work is over.
//
// The server is a process of its own, so that what it costs is measured apart from the phones. What a phone asks in the same words again and again (nothing
// new, everything for a new phone) is worked out by a replica once, before the clock starts, and its answer taken in by a replica once: two processors are
// shared by both, and the measure is the server. A round is the replica's own work each time; what the phones cost stands beside it.
//
// options.go says what may be asked, run.go is the order of things, child.go the server's process, enrol.go the people and their phones, phone.go and
// scenario.go what a phone does, line.go the bytes, cell.go one measurement, found.go whether what was acknowledged is there, process.go, disk.go and
// metric.go what else is measured, report.go the table.
//
// The tests hold counts. bench_test.go measures it beside its parts (parts_test.go) and beside other products (peers_test.go, testdata/peers), and says which
// goals are met (goals_test.go).
//
// prepare.go fills an installation with people, as many as a million, and growth.go measures what it costs then: to start, to be synced with, to be looked
// through by a nurse, to be left alone, backed up and verified; chart.go draws it.
//
// Everybody in it is invented. What it makes stays on the server, so it takes only one whose rules are drafts: none that people in care are served by.
package load
