package load

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/go-json-experiment/json"

	"satchel/internal/fault"
	syncing "satchel/sync"
)

// found looks for everything that was acknowledged, after the server was started anew if it is our own: a new phone of each person reads the whole record, and each
// phone asks how much of its own is there. It counts the mutations; one that is not there is an error.
func (w *world) found(ctx context.Context) (int, error) {
	var sum atomic.Int64
	err := w.each(ctx, func(l *line, h *home) error {
		n, err := h.found(ctx, l)
		sum.Add(int64(n))
		return err
	})
	return int(sum.Load()), err
}

func (h *home) found(ctx context.Context, l *line) (int, error) {
	db, err := newReplica()
	if err != nil {
		return 0, err
	}
	reader := *h.phones[0]
	reader.db = db
	if _, err := reader.sync(ctx, l, h); err != nil {
		return 0, err
	}
	given := db.Given(h.record)
	for doc, text := range h.acknowledged {
		d := given[doc]
		if d == nil || string(d.Fields["text"]) != string(syncing.TextValue(text)) {
			return 0, fault.New(fault.Corrupt, "load.found", fmt.Sprintf("A change was acknowledged and is not there: the document %s.", doc))
		}
	}
	count := 0
	for _, p := range h.phones {
		last, err := p.last(ctx, l)
		if err != nil {
			return 0, err
		}
		if last != uint64(p.count) {
			return 0, fault.New(fault.Corrupt, "load.found", fmt.Sprintf("A phone had %d changes acknowledged, and the server has %d of them.", p.count, last))
		}
		count += p.count
	}
	return count, nil
}

// last is how many mutations of a phone the server says are durable.
func (p *phone) last(ctx context.Context, l *line) (uint64, error) {
	x, err := p.db.Request(now(), p.record)
	if err != nil {
		return 0, err
	}
	body, err := json.Marshal(x.Request)
	if err != nil {
		return 0, err
	}
	answer, err := p.post(ctx, l, body)
	if err != nil {
		return 0, err
	}
	var response syncing.Response
	if err := json.Unmarshal(answer, &response); err != nil {
		return 0, err
	}
	if len(response.Records) != 1 {
		return 0, fault.New(fault.Internal, "load.last", "A phone asked about one record and was answered about another number of them.")
	}
	return response.Records[0].Last, nil
}
