// Package traces asks whether the stores are one and the same to whoever stands upon them: random traces of sync/sim and of cmd/satchel/ward are played on
// bbolt and on a real PostgreSQL, sealed as where people are served, with the model beside each. Every row that a store hands out is compared with the
// model's, opened, and the answers to all phones must be those of the model alone. Chance and clock come from the seed. The transcripts of sync/testdata and the checks of
// cmd/satchel/conformance are told upon them, too.
//
// `make traces` plays 10,000; `make test` some of them.
package traces
