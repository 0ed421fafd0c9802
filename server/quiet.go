package server

import (
	"context"

	"satchel/internal/care"
	"satchel/internal/fault"
	"satchel/internal/identity"
	syncing "satchel/sync"
)

// quietBatch is how many accounts are looked at before others get a turn.
const quietBatch = 256

// followSilence looks after people of whom no device has been heard for days. identity knows when a device was here and not what is due, care
// what is due and not that; they meet here.
func (s *Server) followSilence(ctx context.Context) error {
	for {
		more, err := s.identity.FollowSilence(ctx, care.SilentAfter(), care.SilentAgain(), quietBatch, s.silence)
		if err != nil || !more || ctx.Err() != nil {
			return err
		}
	}
}

func (s *Server) silence(ctx context.Context, x identity.Silence) error {
	err := s.engine.Follow(ctx, x.Record, func(r syncing.Reader, now int64) ([]syncing.Patch, error) {
		return care.SilencePatches(r, x.Record, x.Silent, x.Since, now)
	})
	if fault.Is(err, fault.NotFound) { // erased meanwhile
		return nil
	}
	return err
}
