package notify

import (
	"context"
	"log/slog"
	"time"
)

// Kind is what a push says. The words are the wire's: append, never rename.
type Kind string

const (
	// Sync says: there is something to pull. A phone pulls, and rings for nobody.
	Sync Kind = "sync"
	// Action says: pull, and somebody asks something of you. A phone may ring, with words that name nobody and nothing.
	Action Kind = "action"
)

// Payload is all that leaves for a push service: {"k": "sync"}, or {"k": "action"}.
func (k Kind) Payload() map[string]string { return map[string]string{"k": string(k)} }

// Report says what became of the tokens of one Send.
type Report struct {
	Sent int
	// Gone are tokens that the service will never deliver to again: they are to be forgotten.
	Gone []string
	// Refused counts tokens that the service did not take, for reasons that waiting does not mend. They are kept.
	Refused int
	// Waiting counts tokens that may be tried again after RetryAfter; 0: the service did not say when.
	Waiting    int
	RetryAfter time.Duration
}

// Add counts another report into this one.
func (r *Report) Add(other Report) {
	r.Sent += other.Sent
	r.Gone = append(r.Gone, other.Gone...)
	r.Refused += other.Refused
	r.Waiting += other.Waiting
	r.RetryAfter = max(r.RetryAfter, other.RetryAfter)
}

// Log is the sender of an installation without a push service: it counts, and sends nothing.
type Log struct{ Logger *slog.Logger }

// Send implements what server asks of a sender. It has no fault.
func (l Log) Send(_ context.Context, kind Kind, tokens []string) (Report, error) {
	l.Logger.Debug("push", slog.String("k", string(kind)), slog.Int("devices", len(tokens)))
	return Report{Sent: len(tokens)}, nil
}
