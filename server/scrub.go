package server

import (
	"context"
	"time"

	"satchel/internal/fault"
)

// scrubEvery is how often a running server reads its whole store again. The start has looked at each page once, or leaves that to the first scrub where the file
// is large; a disk may forget later, and what it forgot is best found while the last good backup is still there.
const scrubEvery = 24 * time.Hour

// scrubFirst is when a store is read that was not read before it was served: when those who waited for the start have been answered.
const scrubFirst = 5 * time.Minute

// scrubNowAndThen begins a day after a start that has just read everything, and else soon.
func (s *Server) scrubNowAndThen(ctx context.Context) {
	first := scrubEvery
	if s.file.Unread() {
		first = scrubFirst
	}
	if pause(ctx, first) {
		s.every(ctx, scrubEvery, "scrub", s.scrub)
	}
}

// scrub compares each page in use with its sum. Damage does not stop the server: values that it touches do not open, all
// others are good, and phones go on holding what they wrote. It is said loudly, again at each turn.
func (s *Server) scrub(ctx context.Context) error {
	err := s.file.Scrub(ctx)
	result := "whole"
	switch {
	case ctx.Err() != nil:
		return err
	case fault.Is(err, fault.Corrupt):
		result = "damaged"
		s.config.Log.Error("the store is damaged on the disk: keep the last backup, run `satchel verify` on a copy, and restore into a new folder", "cause", err.Error())
	case err != nil:
		result = "failed"
	}
	s.metrics.scrubs.WithLabelValues(result).Inc()
	return err
}
