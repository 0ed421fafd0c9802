package server

import (
	"context"
	"errors"
	"slices"
	"time"

	"satchel/internal/care"
	"satchel/internal/fault"
	syncing "satchel/sync"
)

const (
	// dueBatch is how many due documents are looked at before others get a turn.
	dueBatch = 256
	// tendEvery is how often identity looks after its keys.
	tendEvery = time.Hour
)

// every runs do at once and then again and again until the context ends. What fails is said and tried again at its next turn:
// followers may die anywhere and begin again without doubling or skipping.
//
// Of several nodes one does it at a time.
func (s *Server) every(ctx context.Context, period time.Duration, name string, do func(context.Context) error) {
	s.forever(ctx, period, name, func(ctx context.Context) error { return s.turn(ctx, name, do) })
}

// forever is every for what each node does for itself.
func (s *Server) forever(ctx context.Context, period time.Duration, name string, do func(context.Context) error) {
	for {
		if err := do(ctx); err != nil && ctx.Err() == nil {
			s.config.Log.Warn("a follower could not do its work and will try again", "follower", name, "code", string(fault.CodeOf(err)))
		}
		if !pause(ctx, period) {
			return
		}
	}
}

// followSync lets the engine do what time asks of documents: old siblings leave, old deletions are no longer told.
func (s *Server) followSync(ctx context.Context) error {
	for {
		changed, more, err := s.engine.Due(ctx)
		s.metrics.due.WithLabelValues("sync").Add(float64(changed))
		if err != nil || !more {
			return err
		}
	}
}

// Follow does once, and now, what the followers of a running server do again and again: what follows from time. For tests and
// for the demo, whose time does not pass by itself.
func (s *Server) Follow(ctx context.Context) error {
	return errors.Join(
		s.followSync(ctx), s.followPasses(ctx), s.followCare(ctx), s.followCards(ctx), s.followAccess(ctx), s.followSilence(ctx), s.followRings(ctx), s.followMail(ctx),
	)
}

// followAccess writes down the accesses that have ended by themselves, and lets streams look anew.
func (s *Server) followAccess(ctx context.Context) error {
	records, err := s.identity.EndExpired(ctx)
	for _, record := range records {
		s.live.Changed(record)
		s.elsewhere(lineChanged, record.String())
	}
	return err
}

// followCare looks at each document whose time has come. It is judged again inside the transaction: somebody may have changed
// it meanwhile.
func (s *Server) followCare(ctx context.Context) error {
	var from []byte
	for {
		due, err := s.dueNow(ctx, from)
		if err != nil {
			return err
		}
		for _, entry := range due {
			if err := s.doDue(ctx, entry); err != nil {
				return err
			}
		}
		if len(due) < dueBatch {
			return nil
		}
		from = append(due[len(due)-1].Key, 0)
	}
}

func (s *Server) dueNow(ctx context.Context, from []byte) (due []syncing.IndexEntry, err error) {
	err = s.store.Scan(ctx, care.DueIndex, from, care.DueKey(s.config.nowMs()+1), dueBatch, func(e syncing.IndexEntry) bool {
		due = append(due, e)
		return true
	})
	return due, err
}

func (s *Server) doDue(ctx context.Context, entry syncing.IndexEntry) error {
	patched := 0
	told, err := s.identity.CaregiversSeeing(ctx, entry.Record, care.CategorySchedule)
	if err != nil {
		return err
	}
	err = s.engine.Follow(ctx, entry.Record, func(r syncing.Reader, now int64) ([]syncing.Patch, error) {
		patches, err := s.clock.Due(entry.Record, r, syncing.DocID(entry.Value), now)
		if told == 0 { // no caregiver would hear it, and the person must not read that one did
			patches = slices.DeleteFunc(patches, func(p syncing.Patch) bool {
				category, caregivers := care.CaregiversOf(p)
				return caregivers && category == care.CategorySchedule
			})
		}
		patched = len(patches)
		return patches, err
	})
	if err == nil {
		s.metrics.due.WithLabelValues("care").Add(float64(patched))
	}
	return err
}
