package load

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/go-json-experiment/json/jsontext"

	"satchel/internal/care"
	"satchel/internal/identity"
	"satchel/server"
	syncing "satchel/sync"
)

const (
	// filling is how many people are made at once: their commits are written together.
	filling = 128
	// preparedDocs are the documents of a person who is there beside those whose phones are measured: who they are, and five notes. With the text of
	// preparedBytes each they are about 2.5 KB, as a phone sends them.
	preparedDocs  = 6
	preparedBytes = 335
	// waitsEvery is of how many people one waits in the queue of the team.
	waitsEvery = 100
	tellEvery  = 1000
)

// prepare fills an installation that nobody serves with people, from a number of them up to another: each is a record of its own, made by the engine as
// every record is, with its journal, sealed; one of a hundred waits in the team's queue. Those of one filling come in the order of their ids, so that the
// pages that a commit changes lie together; the next filling comes between them. done is told how far it is, between 0 and 1.
func prepare(ctx context.Context, config server.Config, in installed, from, to int, done func(float64)) (err error) {
	s, err := server.Open(ctx, config)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return s.WithHeads(ctx, func() error { return fill(ctx, s, in, from, to, done) })
}

func fill(ctx context.Context, s *server.Server, in installed, from, to int, done func(float64)) error {
	var group sync.WaitGroup
	var first firstError
	var next, made atomic.Int64
	who := inOrder(from, to)
	for range filling {
		group.Go(func() {
			for first.get() == nil && ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(who) {
					return
				}
				first.keep(begin(ctx, s, in, who[i]))
				if n := made.Add(1); n%tellEvery == 0 {
					done(float64(n) / float64(to-from))
				}
			}
		})
	}
	group.Wait()
	if err := errors.Join(first.get(), ctx.Err()); err != nil {
		return err
	}
	return s.Follow(ctx) // what follows from it is not left to whoever is measured
}

// inOrder are the numbers of people, in the order of their records' ids.
func inOrder(from, to int) []int {
	type person struct {
		id syncing.UUID
		i  int
	}
	people := make([]person, 0, to-from)
	for i := from; i < to; i++ {
		people = append(people, person{recordOf(i).UUID, i})
	}
	slices.SortFunc(people, func(a, b person) int { return bytes.Compare(a.id[:], b.id[:]) })
	numbers := make([]int, len(people))
	for n, p := range people {
		numbers[n] = p.i
	}
	return numbers
}

func recordOf(i int) syncing.RecordID {
	return syncing.RecordID{UUID: syncing.DerivedUUID("satchel load", fmt.Sprint(i))}
}

// begin makes one person.
func begin(ctx context.Context, s *server.Server, in installed, i int) error {
	record := recordOf(i)
	who := syncing.Principal{Account: in.nurse, Teams: []syncing.Membership{{Team: in.team.ID, Role: identity.RoleOncology}}}
	grant := func(tx syncing.Tx) error { return s.Identity().GrantTeam(tx, who, in.team.ID, nil) }
	person := syncing.Patch{Doc: care.PersonID(record), Set: map[string]jsontext.Value{
		"name": syncing.TextValue(fmt.Sprintf("Person %d (synthetic)", i)), "birthDate": syncing.TextValue(bornAll), "status": syncing.TextValue("active"),
	}}
	if err := s.Engine().Create(ctx, who, record, "load", grant, []syncing.Patch{person}); err != nil {
		return err
	}
	var patches []syncing.Patch
	for n := range preparedDocs - 1 {
		doc := syncing.NewDocID("note", syncing.DerivedUUID("satchel load", fmt.Sprint(i), fmt.Sprint(n)))
		patches = append(patches, syncing.Patch{Doc: doc, Set: map[string]jsontext.Value{"text": syncing.TextValue(words(i*preparedDocs+n, preparedBytes))}})
	}
	if i%waitsEvery == 0 {
		patches = append(patches, waits(record, in.team.ID, now()))
	}
	if err := s.Engine().System(ctx, record, patches); err != nil { // as a phone of theirs would have written it, without their thousands of sign-ins
		return err
	}
	return s.Card(ctx, record, in.team.ID) // as for each record that a nurse begins
}

// waits is a row of the team's queue, as a report would put it there.
func waits(record syncing.RecordID, team syncing.TeamID, at int64) syncing.Patch {
	return syncing.Patch{
		Doc: care.TriageID(record, team.String(), false),
		Set: map[string]jsontext.Value{"team": syncing.TextValue(team.String()), "private": syncing.BoolValue(false), "status": syncing.TextValue("new")},
		Add: map[string][]jsontext.Value{"waiting": {jsontext.Value(fmt.Sprintf(
			`{"assessment":"assessment/%s","concerns":[],"late":false,"level":"amber","receivedAt":%d,"reportedAt":%d}`, record, at, at))}},
	}
}
