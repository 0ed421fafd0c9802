package notify

import (
	"context"
	"log/slog"
	"strconv"
	"time"

	syncing "satchel/sync"
)

// Kind is what a push says. The words are the wire's: append, never rename.
type Kind string

const (
	// Sync says: there is something to pull. A phone pulls, and rings for nobody.
	Sync Kind = "sync"
	// Action says: pull, and somebody asks something of you. A phone may ring, with words that name nobody and nothing.
	Action Kind = "action"
)

// Kinds are all of them.
var Kinds = []Kind{Sync, Action}

// Title stands above the words where a device asks for a title, until the person chooses another: it says nothing of health.
const Title = "Reminder"

// Words are what a device shows that cannot find better ones by itself; "" if it shows nothing.
func (k Kind) Words() string {
	if k == Action {
		return "Please open the app."
	}
	return ""
}

// Push is one message to one device. It has no room for a word about anybody.
type Push struct {
	Token string
	Kind  Kind
	// ID names what rings: a device that has shown it shows it no second time, whichever way it came. Zero for Sync.
	ID syncing.UUID
	// At is since when it rings (ms); 0 for Sync.
	At int64
}

// Payload is all of a push that a device is handed: {"k": "sync"}, or {"k": "action", "id": "…", "ts": "…"}.
func (p Push) Payload() map[string]string {
	if p.ID.IsZero() {
		return map[string]string{"k": string(p.Kind)}
	}
	return map[string]string{"k": string(p.Kind), "id": p.ID.String(), "ts": strconv.FormatInt(p.At, 10)}
}

// Result is what became of one push.
type Result string

// The results. They are values of a metric's label: append, never rename.
const (
	Sent    Result = "sent"
	Gone    Result = "gone"    // the service will never deliver to this token again: it is to be forgotten
	Refused Result = "refused" // the service did not take it, for reasons that waiting does not mend; the token is kept
	Waiting Result = "waiting" // it may be tried again
)

// Report says what became of the pushes of one Send.
type Report struct {
	Results []Result // one for each push, in their order
	// RetryAfter is how long the service wants to be left alone; 0: it did not say.
	RetryAfter time.Duration
}

// All is a report of n pushes of which the same became.
func All(result Result, n int) Report {
	results := make([]Result, n)
	for i := range results {
		results[i] = result
	}
	return Report{Results: results}
}

// Count says how many pushes came to a result.
func (r Report) Count(result Result) (n int) {
	for _, one := range r.Results {
		if one == result {
			n++
		}
	}
	return n
}

// Add puts the report of further pushes behind this one.
func (r *Report) Add(other Report) {
	r.Results = append(r.Results, other.Results...)
	r.RetryAfter = max(r.RetryAfter, other.RetryAfter)
}

// Log is the sender of an installation without a push service: it counts, and sends nothing.
type Log struct{ Logger *slog.Logger }

// Send implements what server asks of a sender. It has no fault.
func (l Log) Send(_ context.Context, pushes []Push) (Report, error) {
	for _, kind := range Kinds {
		devices := 0
		for _, p := range pushes {
			if p.Kind == kind {
				devices++
			}
		}
		if devices > 0 {
			l.Logger.Debug("push", slog.String("k", string(kind)), slog.Int("devices", devices))
		}
	}
	return All(Sent, len(pushes)), nil
}
