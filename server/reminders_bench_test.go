package server

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"satchel/internal/care"
	"satchel/internal/identity"
	syncing "satchel/sync"
)

// waiting writes so many entries of reminders that are not due, all of one record: a turn must not read them.
func waiting(tb testing.TB, s *Server, record syncing.RecordID, from, to int) {
	tb.Helper()
	const batch = 10_000
	for i := from; i < to; i += batch {
		require.NoError(tb, s.store.Update(context.Background(), record, func(tx syncing.Tx) error {
			for n := i; n < min(i+batch, to); n++ {
				doc := syncing.NewDocID(care.ReminderClockType, syncing.DerivedUUID("waits", fmt.Sprint(n)))
				key := slices.Concat(care.DueKey(4_000_000_000_000+int64(n)), record.UUID[:], []byte(doc))
				if err := tx.PutIndex(care.DueIndex, key, []byte(doc)); err != nil {
					return err
				}
			}
			return nil
		}))
	}
}

// BenchmarkReminders prints what a turn of the follower takes that finds 200 records due, with a thousand reminders stored and then with a
// million, in one run.
func BenchmarkReminders(b *testing.B) {
	h := newBenchHouse(b, 1)
	s, ctx := h.server, context.Background()
	record, err := syncing.ParseUUID(h.phones[0].record)
	require.NoError(b, err)
	house, err := s.identity.Seed().Organisation(ctx, "cancer-centre", "Bench centre")
	require.NoError(b, err)
	team, err := s.identity.Seed().Team(ctx, house.ID, identity.TeamOncology, "reminders")
	require.NoError(b, err)
	nurse, err := s.identity.Seed().Staff(ctx, identity.Staff{Kind: identity.KindClinician, Name: "Nurse", SignInName: "nurse", Password: "a synthetic passphrase"}, team.ID)
	require.NoError(b, err)
	who := syncing.Principal{Account: nurse, Teams: []syncing.Membership{{Team: team.ID, Role: identity.RoleOncology}}}
	turn := func(round int) time.Duration {
		for i := range 200 {
			require.NoError(b, s.benchRow(ctx, who, team, round*200+i))
			one := syncing.RecordID{UUID: syncing.DerivedUUID("bench row", team.ID.String(), fmt.Sprint(round*200+i))}
			require.NoError(b, s.engine.System(ctx, one, []syncing.Patch{{Doc: care.ReminderClockID(one), Set: map[string]jsontext.Value{"changedAt": syncing.IntValue(1)}}}))
		}
		begin := time.Now()
		require.NoError(b, s.followCare(ctx))
		return time.Since(begin)
	}
	waiting(b, s, syncing.RecordID{UUID: record}, 0, 1000)
	turn(0)
	few := turn(1)
	waiting(b, s, syncing.RecordID{UUID: record}, 1000, 1_000_000)
	many := turn(2)
	for b.Loop() { // the two numbers are the result
	}
	b.ReportMetric(float64(few.Microseconds()), "µs/turn-of-1000")
	b.ReportMetric(float64(many.Microseconds()), "µs/turn-of-1000000")
	b.ReportMetric(float64(many)/float64(few), "ratio")
}
