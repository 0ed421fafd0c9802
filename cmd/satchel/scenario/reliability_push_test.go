package scenario

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"satchel/internal/care"
	"satchel/internal/notify"
	"satchel/server"
	syncing "satchel/sync"
	"satchel/sync/replica"
)

// drain is a push service that takes everything and delivers nothing.
type drain struct{ taken atomic.Int64 }

// Send implements server.Sender.
func (d *drain) Send(_ context.Context, pushes []notify.Push) (notify.Report, error) {
	d.taken.Add(int64(len(pushes)))
	return notify.All(notify.Sent, len(pushes)), nil
}

// R18: nothing relies on a push. A red concern that nobody saw climbs its ladder by the server's clock alone, and every device has everything
// at its next sync.
func TestReliability_R18_WithEveryPushLostARedConcernEscalatesAndPhonesHaveEverything(t *testing.T) {
	t.Parallel()
	lost := &drain{}
	h := newHouse(t, func(c *server.Config) { c.Sender = lost })
	f := h.family()
	devices := []*actor{f.ada, f.carla, h.olive, h.pia, h.nils}
	for _, a := range devices {
		a.listens("of " + a.name)
	}
	f.ada.reports(f.record, set{"phy.breath": 8, "m.breathrest": false}, nil)
	h.eventually(func() bool { return lost.taken.Load() > 0 }, "somebody was rung for, and heard nothing")
	row := h.olive.rowOf(h.oncology, f.record)
	require.Equal(t, "red", row.Level)
	steps := func() (list []string) {
		for _, x := range h.olive.rowOf(h.oncology, f.record).Escalated {
			list = append(list, x.To)
		}
		return list
	}
	h.later(59 * time.Minute)
	require.Empty(t, steps())
	h.later(2 * time.Minute)
	require.Equal(t, []string{"backup"}, steps())
	h.later(30 * time.Minute)
	require.Equal(t, []string{"backup", "lead"}, steps())

	h.shifts()
	h.olive.books(f, appointing(h.oncology, "Clinic", "2026-11-25T10:00", nil))
	h.orders(f, h.primary, nil)
	h.later(day)
	h.shifts()
	for _, a := range devices {
		h.done(a.sync(f.record))
		require.Equal(t, a.fresh().everything(f.record), a.everything(f.record), a.name)
	}
	require.NotNil(t, h.olive.shows(f.record, care.TriageID(f.record, h.oncology.ID.String(), false)))
}

// fresh is another device of the same account that has nothing yet.
func (a *actor) fresh() *actor {
	a.h.t.Helper()
	db, err := replica.Open(replica.Options{Schema: care.SchemaVersion, NewID: func() syncing.UUID { return syncing.UUID(uuid.New()) }})
	a.h.done(err)
	other := *a
	other.db = db
	return &other
}

// everything is what a device holds after a sync.
func (a *actor) everything(record syncing.RecordID) map[syncing.DocID]syncing.Rev {
	a.h.t.Helper()
	a.h.done(a.sync(record))
	all := map[syncing.DocID]syncing.Rev{}
	for _, d := range a.db.View(record) {
		all[d.ID] = d.Rev
	}
	require.NotEmpty(a.h.t, all)
	return all
}

// What the person says of harm to themselves, or of not being safe, rings at the teams and at nobody else: not when it comes in, not when nobody
// answers it for days, and no notice of it is for a caregiver, whatever the person shares with them.
func TestHazard_H26_NoPushAndNoNoticeOfItReachesACaregiver(t *testing.T) {
	t.Parallel()
	for _, item := range []string{"emo.selfharm", "rel.unsafe"} {
		t.Run(item, func(t *testing.T) {
			t.Parallel()
			rings := &bell{rung: map[string][]notify.Kind{}}
			h := newHouse(t, withBell(rings))
			f := h.family()
			h.done(f.ada.put("/v1/records/"+f.record.UUID.String()+"/caregivers/"+f.carla.Tokens().Account.String(), set{"categories": []string{
				"schedule", "plan", "team", "person", "assessments", "concerns.physical", "concerns.emotional", "concerns.practical", "triage", "messages", "results", "medication",
			}}, nil))
			h.done(f.carla.sync(f.record))
			before := f.carla.everything(f.record)
			for _, a := range []*actor{f.ada, f.carla, h.pia} {
				a.listens("of " + a.name)
			}
			all := func(token string) int { return rings.count(token, notify.Sync) + rings.count(token, notify.Action) }
			f.ada.reports(f.record, set{item: true}, nil)
			h.eventually(func() bool { return all("of pia") > 0 }, "the practice is rung")
			for range 4 {
				h.later(day)
			}
			h.shifts()
			require.Zero(t, all("of carla")+all("of ada"))
			require.Equal(t, before, f.carla.everything(f.record), "nothing new is on her phone")
			require.NotEmpty(t, h.pia.rowOf(h.primary, f.record).Escalated, "those who must act were told again")
			h.olive.books(f, appointing(h.oncology, "Clinic", "2026-12-01T10:00", nil))
			h.eventually(func() bool { return all("of carla") == 1 }, "what is hers rings, once")
		})
	}
}
