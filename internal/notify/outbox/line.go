package outbox

import (
	"time"

	"satchel/internal/notify"
)

// line is what this process knows of a channel. It is not stored: after a start a channel is tried once more than it needs.
type line struct {
	notBefore int64 // ms; until then it is left alone
	troubles  int   // batches in a row of which the service took nothing
	minute    int64 // which minute `spent` is of
	spent     int
}

// allowance is how many rows may be sent now. A service that was away is asked with one.
func (l *line) allowance(now int64, perMinute int) int {
	if now < l.notBefore {
		return 0
	}
	if minute := now / time.Minute.Milliseconds(); minute != l.minute {
		l.minute, l.spent = minute, 0
	}
	most := batchMax
	if l.troubles > 0 {
		most = 1
	}
	return max(0, min(most, perMinute-l.spent))
}

// learn notes what became of a batch.
func (l *line) learn(now int64, sent, waiting int, wait time.Duration, chance float64) {
	l.spent += sent
	switch {
	case waiting == 0:
		l.troubles = 0
	case waiting == sent:
		l.troubles++
		l.notBefore = now + max(notify.Again(l.troubles, againMin, lineAgainMax, chance), wait).Milliseconds()
	case wait > 0:
		l.notBefore = now + wait.Milliseconds()
	}
}
