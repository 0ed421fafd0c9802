package server

import (
	"context"
	"log/slog"
	"time"

	"satchel/internal/fault"
	"satchel/internal/identity"
	syncing "satchel/sync"
)

const (
	// wakeCollapse is how long changes of a record are collected into one wake-up.
	wakeCollapse = 500 * time.Millisecond
	// wakeTime is how long one record's wake-ups may take.
	wakeTime = 30 * time.Second
	// toldMax bounds what is remembered of who was told what; past it the memory begins anew, and a phone may be woken once
	// more than needed.
	toldMax = 200_000
)

// Sender hands wake-ups to a push service. A wake-up is {"k":"sync"} and nothing else: whoever reads it on its way learns nothing.
type Sender interface {
	// Wake sends a wake-up to each target. It returns the tokens that the service says are gone for good; an error means that
	// some may not have been sent, which costs nothing but time.
	Wake(ctx context.Context, targets []identity.PushTarget) (gone []string, err error)
}

// LogSender writes to the log how many wake-ups there would have been, for installations without a push service.
type LogSender struct{ Log *slog.Logger }

// Wake implements Sender.
func (l LogSender) Wake(_ context.Context, targets []identity.PushTarget) ([]string, error) {
	l.Log.Debug("wake-up", "k", "sync", "devices", len(targets))
	return nil, nil
}

// waker tells phones that there is something to pull. It reads who may see a change when it sends, not when the change was made,
// and lets an account know only of changes that it sees.
type waker struct {
	identity *identity.Service
	engine   *syncing.Engine
	changed  *announcer
	sender   Sender
	metrics  *metrics
	log      *slog.Logger
	told     map[toldKey]syncing.Rev
}

type toldKey struct {
	account syncing.AccountID
	record  syncing.RecordID
}

// run wakes until the context ends.
func (w *waker) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.changed.some:
		}
		if !pause(ctx, wakeCollapse) {
			return
		}
		for _, record := range w.changed.take() {
			if err := w.wake(ctx, record); err != nil && ctx.Err() == nil {
				w.log.Warn("a wake-up was not sent", "code", string(fault.CodeOf(err)))
			}
		}
	}
}

// pause waits; false if the context ended.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// wake sends for one record.
func (w *waker) wake(ctx context.Context, record syncing.RecordID) error {
	ctx, cancel := context.WithTimeout(ctx, wakeTime)
	defer cancel()
	accounts, err := w.identity.AccountsOf(ctx, record)
	if err != nil {
		return err
	}
	seen, top, err := w.heads(ctx, record, accounts)
	if err != nil {
		return err
	}
	var targets []identity.PushTarget
	for account, head := range seen {
		if !w.news(toldKey{account, record}, head, top) {
			continue
		}
		mine, err := w.identity.PushTargets(ctx, account)
		if err != nil {
			return err
		}
		targets = append(targets, mine...)
	}
	return w.send(ctx, targets)
}

// heads reads how far each account that may see the record now sees it, and the highest of them.
func (w *waker) heads(ctx context.Context, record syncing.RecordID, accounts []syncing.AccountID) (map[syncing.AccountID]syncing.Rev, syncing.Rev, error) {
	seen, top := map[syncing.AccountID]syncing.Rev{}, syncing.Rev(0)
	for _, account := range accounts {
		who, ok, err := w.identity.Principal(ctx, account)
		if err != nil {
			return nil, 0, err
		}
		if !ok {
			continue
		}
		head, ok, err := w.engine.Head(ctx, who, record)
		if err != nil {
			return nil, 0, err
		}
		if ok {
			seen[account], top = head.Head, max(top, head.Head)
		}
	}
	return seen, top, nil
}

// news reports whether an account sees something that it was not told of. Of an account that this process never told anything
// it cannot know; then the latest change is news for those who see it, and for nobody else.
func (w *waker) news(key toldKey, head, top syncing.Rev) bool {
	before, known := w.told[key]
	if w.told == nil || len(w.told) >= toldMax {
		w.told = map[toldKey]syncing.Rev{}
	}
	w.told[key] = head
	if !known {
		return head == top && head > 0
	}
	return head > before
}

func (w *waker) send(ctx context.Context, targets []identity.PushTarget) error {
	if len(targets) == 0 {
		return nil
	}
	gone, err := w.sender.Wake(ctx, targets)
	result := "sent"
	if err != nil {
		result = "failed"
	}
	w.metrics.wakes.WithLabelValues("gone").Add(float64(len(gone)))
	w.metrics.wakes.WithLabelValues(result).Add(float64(len(targets) - len(gone)))
	for _, token := range gone {
		if err := w.identity.DropPush(ctx, token); err != nil {
			return err
		}
	}
	return err
}
