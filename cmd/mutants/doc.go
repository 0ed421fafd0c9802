// Command mutants asks whether the tests would notice a mistake: it plants one small fault after the other into a copy of one
// source file, runs the tests that stand near it, and says which test found it. A fault that no test finds is printed, and the
// command ends with status 1. The tree itself is never touched: the changed file is handed to the go command as an overlay.
//
//	go run ./cmd/mutants                # every planted fault, and two hundred mechanical ones
//	go run ./cmd/mutants -only X        # those whose file and name match the regular expression X
//	go run ./cmd/mutants -part 3/10     # every tenth, from the third on, so that a long run can be had in pieces
//
// Planted faults stand in planted.txt: mistakes that somebody could make in merge, cursor, access, journal, replay, identity, seal, reminders, pushes,
// calendars or the spelling of a token.
// Mechanical ones are drawn, always the same from the same tree: a condition turned round, a statement left out, a bound off by one.
// One that changes nothing that anybody can see needs a sentence in survivors.txt that says why.
package main
