package care

import syncing "satchel/sync"

// Lengths of texts, in characters.
const (
	lineMax    = 120  // a name, a title
	noteMax    = 500  // a note on one thing
	pageMax    = 2000 // free text
	messageMax = 4000 // a message
)

type option func(*syncing.FieldSpec)

// field declares a field; what else there is to say about it follows as options.
func field(name string, kind syncing.Kind, rule syncing.Rule, writers []syncing.Role, doc string, more ...option) syncing.FieldSpec {
	spec := syncing.FieldSpec{Name: name, Kind: kind, Rule: rule, Writers: writers, Doc: doc}
	if rule == syncing.Set {
		spec.Kind, spec.Of = syncing.SetOf, kind
	}
	for _, apply := range more {
		apply(&spec)
	}
	return spec
}

// member declares a member of an object, which is merged with it as one value.
func member(name string, kind syncing.Kind, doc string, more ...option) syncing.FieldSpec {
	spec := syncing.FieldSpec{Name: name, Kind: kind, Doc: doc}
	for _, apply := range more {
		apply(&spec)
	}
	return spec
}

func required(spec *syncing.FieldSpec) { spec.Required = true }

func upTo(characters int) option { return func(spec *syncing.FieldSpec) { spec.Max = characters } }

func unit(ucum string) option { return func(spec *syncing.FieldSpec) { spec.Unit = ucum } }

func codes(list ...string) option { return func(spec *syncing.FieldSpec) { spec.Codes = list } }

// listOf makes a member a list of values of a kind.
func listOf(kind syncing.Kind) option {
	return func(spec *syncing.FieldSpec) { spec.Kind, spec.Of = syncing.SetOf, kind }
}

func members(list ...syncing.FieldSpec) option {
	return func(spec *syncing.FieldSpec) { spec.Fields = list }
}

// moves declares the states of an fsm field, in the order in which they are named first, and the ways between them.
func moves(first []string, list ...move) option {
	return func(spec *syncing.FieldSpec) {
		spec.Moves = map[string][]string{"": first}
		for _, m := range list {
			spec.Moves[m.from] = m.to
			spec.Codes = append(spec.Codes, m.from)
		}
	}
}

type move struct {
	from string
	to   []string
}

// from declares where a state leads; a final state leads nowhere, and is named all the same.
func from(state string, to ...string) move { return move{state, to} }

func first(states ...string) []string { return states }
