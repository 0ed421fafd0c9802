package server

import (
	"sync"

	syncing "satchel/sync"
)

// changedMax bounds how many records wait to be announced. One more is not announced: a wake-up is a hint, and a phone that hears
// none pulls when it is opened.
const changedMax = 100_000

// announcer collects the records that changed until somebody takes them: a record that changed a hundred times is announced once.
type announcer struct {
	mu      sync.Mutex
	records map[syncing.RecordID]struct{}
	some    chan struct{} // holds one token while there is something to take
}

func newAnnouncer() *announcer {
	return &announcer{records: map[syncing.RecordID]struct{}{}, some: make(chan struct{}, 1)}
}

// note never blocks.
func (a *announcer) note(record syncing.RecordID) {
	a.mu.Lock()
	if len(a.records) < changedMax {
		a.records[record] = struct{}{}
	}
	a.mu.Unlock()
	select {
	case a.some <- struct{}{}:
	default:
	}
}

// take gives what has changed since the last time.
func (a *announcer) take() []syncing.RecordID {
	a.mu.Lock()
	defer a.mu.Unlock()
	list := make([]syncing.RecordID, 0, len(a.records))
	for record := range a.records {
		list = append(list, record)
	}
	a.records = map[syncing.RecordID]struct{}{}
	return list
}
