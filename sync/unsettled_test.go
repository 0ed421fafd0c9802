package syncing_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
)

var teamOfNurses = syncing.TeamID{UUID: syncing.DerivedUUID("team")}

// waits is what a phone's account finds to settle, and whether its team finds the record by it.
func (p *phone) waits() (waits syncing.Unsettled, listedSince int64) {
	p.w.t.Helper()
	err := p.w.engine.Unsettled(p.w.t.Context(), syncing.Principal{Account: p.account}, p.w.record, func(_ syncing.Scope, _ syncing.Reader, found syncing.Unsettled) error {
		waits = found
		return nil
	})
	require.NoError(p.w.t, err)
	return waits, p.w.listedSince(teamOfNurses)
}

// listedSince is where the record stands in a team's list; 0: it does not.
func (w *world) listedSince(team syncing.TeamID) (since int64) {
	w.t.Helper()
	from, to := syncing.UnsettledRange(team)
	seen := 0
	require.NoError(w.t, w.store.Scan(w.t.Context(), syncing.UnsettledIndex, from, to, 10, func(e syncing.IndexEntry) bool {
		require.Equal(w.t, w.record, e.Record)
		since = int64(binary.BigEndian.Uint64(e.Key[16:24]))
		seen++
		return true
	}))
	require.LessOrEqual(w.t, seen, 1, "a record stands once in the list of a team")
	return since
}

// inLine says that what is listed is what the documents say.
func (w *world) inLine() {
	w.t.Helper()
	changed, err := w.engine.Relist(w.t.Context(), w.record)
	require.NoError(w.t, err)
	require.False(w.t, changed, "what waits is kept with the documents")
	require.NoError(w.t, w.check())
}

func TestWhatCouldNotBeUsedAndWhatDiffersWaitsUntilItIsSettled(t *testing.T) {
	t.Parallel()
	w, a, b, doc := apart(t)
	waits, since := b.waits()
	require.Equal(t, syncing.Unsettled{}, waits)
	require.Zero(t, since)

	a.send(a.mutation(doc, set("note", "A")), a.mutation(doc, set("pain", 3)))
	began := w.now
	b.send(b.mutation(doc, set("note", "B")), b.mutation(doc, set("pain", 5)), b.mutation(doc, set("gone", 1)))
	waits, since = b.waits()
	require.Equal(t, 1, waits.Differing, "the higher pain is no question to anybody")
	require.Equal(t, 1, waits.Held)
	require.Equal(t, waits.Since, since)
	require.GreaterOrEqual(t, since, began-1)
	w.inLine()

	b.send()
	require.Equal(t, "applied", b.do(doc, set("note", "both"))["status"])
	waits, since = b.waits()
	require.Equal(t, 0, waits.Differing)
	require.Equal(t, 1, waits.Held)
	require.Equal(t, waits.Since, since)
	for held := range b.held() {
		require.Equal(t, "applied", b.do(syncing.DocID(held), object{"set": object{"status": "discarded", "discardReason": "no use"}})["status"])
	}
	waits, since = b.waits()
	require.False(t, waits.Any())
	require.Zero(t, since, "a record in which nothing waits is in nobody's list")
	w.inLine()
}

func TestARecordStandsWhereTheOldestWaitsThatTheTeamMaySettle(t *testing.T) {
	t.Parallel()
	w, a, b, doc := apart(t)
	b.send(b.mutation(doc, set("gone", 1)))
	_, first := b.waits()
	w.now += 1_000_000
	b.send(b.mutation(doc, set("gone", 2)))
	_, since := b.waits()
	require.Equal(t, first, since)
	held := b.held()
	for id, values := range held {
		if values["n"] == float64(1) {
			b.do(syncing.DocID(id), object{"set": object{"status": "discarded", "discardReason": "no use"}})
		}
	}
	waits, since := b.waits()
	require.Equal(t, 1, waits.Held)
	require.GreaterOrEqual(t, since, first+1_000_000)

	// what only the person may choose is no team's
	memo := w.id("memo")
	a.send(a.mutation(memo, set("text", "x")))
	a.send(a.mutation(w.id("nothing"), set("x", 1)))
	waitsOfA, _ := a.waits()
	waits, _ = b.waits()
	require.Equal(t, 2, waitsOfA.Held)
	require.Equal(t, 1, waits.Held, "what was meant for no document is the owner's")
	w.inLine()
}

func TestMoreThanIsCountedIsSaidToBeMore(t *testing.T) {
	t.Parallel()
	const countedMax = 100
	w, _, b, doc := apart(t)
	for range countedMax {
		b.send(b.mutation(doc, set("gone", 1)))
	}
	waits, _ := b.waits()
	require.Equal(t, countedMax, waits.Held)
	require.False(t, waits.More)
	b.send(b.mutation(doc, set("gone", 1)))
	waits, _ = b.waits()
	require.Equal(t, countedMax, waits.Held)
	require.True(t, waits.More)
	w.inLine()
}

// The list of a team says what its members would find, whatever is written, settled, shared and ended, in any order.
func TestTheListOfATeamIsWhatItsMembersWouldFind(t *testing.T) {
	t.Parallel()
	var came atomic.Int64
	t.Cleanup(func() { require.Greater(t, came.Load(), int64(20), "it comes to what this is about") })
	for seed := range uint64(40) {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			t.Parallel()
			rnd := rand.New(rand.NewPCG(seed, 0))
			w, a, b, doc := apart(t)
			memo, private, form := w.id("memo"), w.id("private"), w.id("form")
			writes := []struct {
				doc   syncing.DocID
				field string
				value any
			}{
				{doc, "note", "x"},
				{doc, "draft", "x"},
				{doc, "gone", "x"},
				{doc, "dose", "x"},
				{memo, "text", "x"},
				{private, "text", "x"},
				{private, "open", true},
				{private, "open", false},
				{form, "status", "draft"},
				{form, "answers.x", 1},
				{form, "answers.x", 2},
				{form, "status", "completed"},
				{w.id("thing"), "note", "x"},
			}
			differed, held := 0, 0
			for i := range 80 {
				p := []*phone{a, b}[rnd.IntN(2)]
				if !w.grants.held[p.account].Active {
					p = a
				}
				switch rnd.IntN(8) {
				case 0:
					p.send()
				case 1:
					for _, id := range slices.Sorted(maps.Keys(p.held())) {
						to := []string{"released", "discarded"}[rnd.IntN(2)]
						p.do(syncing.DocID(id), object{"set": object{"status": to, "discardReason": "no use"}})
						break
					}
				case 2:
					p.do(memo, object{"delete": true})
				case 3:
					w.regrant(b, rnd)
				case 4:
					w.now += rnd.Int64N(40 * 24 * 3600 * 1000)
					_, _, err := w.engine.Due(t.Context())
					require.NoError(t, err)
				default:
					one := writes[rnd.IntN(len(writes))]
					if one.value == "x" {
						one.value = fmt.Sprint("words ", i)
					}
					p.post(object{"record": w.record, "cursor": p.cursor, "mutations": []object{p.mutation(one.doc, set(one.field, one.value))}}) // and reads later
				}
				if !w.grants.held[b.account].Active {
					require.Zero(t, w.listedSince(teamOfNurses), "who has no access has no line")
					continue
				}
				w.asTeam(b, func() {
					waits, since := b.waits()
					require.Equal(t, waits.Since, since)
					differed, held = max(differed, waits.Differing), max(held, waits.Held)
				})
				w.inLine()
			}
			came.Add(int64(min(differed, 1) * min(held, 1)))
		})
	}
}

// regrant gives the team other categories or none, as identity does: with its records in which something waits.
func (w *world) regrant(b *phone, rnd *rand.Rand) {
	before := w.grants.held[b.account]
	now := before
	now.Active, now.Known = rnd.IntN(3) > 0, true
	now.Categories = []string{"schedule", "concerns"}[:1+rnd.IntN(2)]
	require.NoError(w.t, w.store.Update(w.t.Context(), w.record, func(tx syncing.Tx) error {
		before.Account, now.Account = syncing.AccountID{}, syncing.AccountID{}
		return syncing.Regranted(tx, teamOfNurses, syncing.NewScope(before), syncing.NewScope(now))
	}))
	w.grants.held[b.account] = now
}

// asTeam lets a member look who wrote nothing themselves.
func (w *world) asTeam(b *phone, do func()) {
	account := b.account
	b.account = syncing.AccountID{UUID: syncing.DerivedUUID("account", "colleague")}
	w.grants.held[b.account] = w.grants.held[account]
	do()
	delete(w.grants.held, b.account)
	b.account = account
}

func TestARecordFromBeforeIsListedByAPass(t *testing.T) {
	t.Parallel()
	w, a, b, doc := apart(t)
	a.send(a.mutation(doc, set("note", "A")))
	b.send(b.mutation(doc, set("note", "B")), b.mutation(doc, set("gone", 1)))
	waits, since := b.waits()
	require.NoError(t, w.store.Update(t.Context(), w.record, func(tx syncing.Tx) error { // as an older version left it
		var keys [][]byte
		if err := tx.Scan(syncing.TableUnsettled, nil, nil, func(key, _ []byte) (bool, error) {
			keys = append(keys, key)
			return true, nil
		}); err != nil {
			return err
		}
		for _, key := range keys {
			if err := tx.Delete(syncing.TableUnsettled, key); err != nil {
				return err
			}
		}
		from, _ := syncing.UnsettledRange(teamOfNurses)
		return tx.DeleteIndex(syncing.UnsettledIndex, append(binary.BigEndian.AppendUint64(from, uint64(since)), w.record.UUID[:]...))
	}))
	none, unlisted := b.waits()
	require.False(t, none.Any())
	require.Zero(t, unlisted)
	require.NoError(t, w.check(), "a record from before is no damage")
	changed, err := w.engine.Relist(context.Background(), w.record)
	require.NoError(t, err)
	require.True(t, changed)
	again, listed := b.waits()
	require.Equal(t, waits, again)
	require.Equal(t, since, listed)
	w.inLine()
}

func TestWhatIsFrozenTakesNoChoiceAndWaitsForNone(t *testing.T) {
	t.Parallel()
	w, a, b := pair(t)
	form := w.id("form")
	a.send(a.mutation(form, set("status", "draft")))
	b.send()
	a.send(a.mutation(form, set("answers.x", 1)))
	b.send(b.mutation(form, set("answers.x", 2)))
	waits, _ := b.waits()
	require.Equal(t, 1, waits.Differing)
	stale := a.mutation(form, set("status", "completed"))
	a.send(stale)
	require.Equal(t, "completed", a.shown(form, "status"))
	waits, since := b.waits()
	require.False(t, waits.Any())
	require.Zero(t, since)
	w.inLine()
}
