package server

import (
	"context"
	"log/slog"
	"maps"
	"sync"
	"time"

	"satchel/internal/fault"
	"satchel/internal/identity"
	"satchel/internal/notify"
	syncing "satchel/sync"
)

const (
	// wakeCollapse is how long changes of a record are collected into one wake-up.
	wakeCollapse = 500 * time.Millisecond
	// wakeTime is how long one record's wake-ups may take.
	wakeTime = 30 * time.Second
	// wakeAgainMin and wakeAgainMax bound how long a push service is left alone that asked for it or is away.
	wakeAgainMin, wakeAgainMax = 5 * time.Second, 10 * time.Minute
	// toldMax bounds what is remembered of who was told what; past it the memory begins anew, and a phone may be woken once
	// more than needed.
	toldMax = 200_000
)

// Sender hands wake-ups to a push service: internal/notify has them.
type Sender interface {
	// Send sends each push. The report is good also when there is a fault.
	Send(ctx context.Context, pushes []notify.Push) (notify.Report, error)
}

// waker tells phones that there is something to pull. It reads who may see a change when it sends, not when the change was made,
// and lets an account know only of changes that it sees. It is a hint and not stored; what rings goes through the outbox (ring.go).
type waker struct {
	identity *identity.Service
	engine   *syncing.Engine
	changed  *announcer
	sender   Sender
	metrics  *metrics
	log      *slog.Logger
	told     map[toldKey]syncing.Rev
	again    sync.WaitGroup // wake-ups that wait for a push service
}

type toldKey struct {
	account syncing.AccountID
	record  syncing.RecordID
}

// run wakes until the context ends.
func (w *waker) run(ctx context.Context) {
	defer w.again.Wait()
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.changed.some:
		}
		if !pause(ctx, wakeCollapse) {
			return
		}
		w.wakeAll(ctx, w.changed.take())
	}
}

// wakeAll reads nothing of the records if there is no phone at all to be woken.
func (w *waker) wakeAll(ctx context.Context, records []syncing.RecordID) {
	some, err := w.identity.AnyPush(ctx)
	if !some {
		w.untold(ctx, err)
		return
	}
	for _, record := range records {
		w.untold(ctx, w.wake(ctx, record))
	}
}

// untold notes that a hint was not given.
func (w *waker) untold(ctx context.Context, err error) {
	if err != nil && ctx.Err() == nil {
		w.log.Warn("a wake-up was not sent", "code", string(fault.CodeOf(err)))
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

// wake sends for one record. What could not be sent is announced again later: whoever has pulled meanwhile is not woken.
func (w *waker) wake(ctx context.Context, record syncing.RecordID) error {
	sending, cancel := context.WithTimeout(ctx, wakeTime)
	defer cancel()
	accounts, err := w.identity.AccountsOf(sending, record)
	if err != nil {
		return err
	}
	phones, err := w.phones(sending, accounts)
	if err != nil || len(phones) == 0 {
		return err
	}
	seen, top, err := w.heads(sending, record, accounts)
	if err != nil {
		return err
	}
	return w.sendAll(ctx, sending, record, phones, seen, top)
}

// phones are the tokens of those who have a phone that can be woken.
func (w *waker) phones(ctx context.Context, accounts []syncing.AccountID) (map[syncing.AccountID][]string, error) {
	phones := map[syncing.AccountID][]string{}
	for _, account := range accounts {
		targets, err := w.identity.PushTargets(ctx, account)
		if err != nil {
			return nil, err
		}
		for _, target := range targets {
			if notify.ChannelOf(target.Platform) == notify.Phones {
				phones[account] = append(phones[account], target.Token)
			}
		}
	}
	return phones, nil
}

// sendAll wakes those who see something that they were not told of, and notes who was told. Those whom a push service did not take are
// told later.
func (w *waker) sendAll(ctx, sending context.Context, record syncing.RecordID, phones map[syncing.AccountID][]string, seen map[syncing.AccountID]syncing.Rev, top syncing.Rev) error {
	told := maps.Clone(seen)
	var tokens []string
	var woken []syncing.AccountID
	for account, head := range seen {
		if !w.news(toldKey{account, record}, head, top) {
			continue
		}
		tokens = append(tokens, phones[account]...)
		woken = append(woken, account)
	}
	wait, err := w.send(sending, tokens)
	if wait > 0 {
		w.later(ctx, record, wait)
		for _, account := range woken {
			delete(told, account)
		}
	}
	w.tell(record, told)
	return err
}

// later announces a record again, when the push service wants to be asked again.
func (w *waker) later(ctx context.Context, record syncing.RecordID, wait time.Duration) {
	w.again.Go(func() {
		if pause(ctx, min(max(wait, wakeAgainMin), wakeAgainMax)) {
			w.changed.note(record)
		}
	})
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
			seen[account], top = rings(head), max(top, head.Head)
		}
	}
	return seen, top, nil
}

// rings is how far an account is told. The phone of a person or a caregiver may lie on a table beside the one whom a report is about:
// what is sensitive wakes only those who work in a team (hazard H19).
func rings(head syncing.RecordHead) syncing.Rev {
	if len(head.Scope.Teams()) > 0 {
		return head.Head
	}
	return head.Loud
}

// news reports whether an account sees something that it was not told of. Of an account that this process never told anything
// it cannot know; then the latest change is news for those who see it, and for nobody else.
func (w *waker) news(key toldKey, head, top syncing.Rev) bool {
	if before, known := w.told[key]; known {
		return head > before
	}
	return head == top && head > 0
}

// tell notes how far accounts were told.
func (w *waker) tell(record syncing.RecordID, seen map[syncing.AccountID]syncing.Rev) {
	if w.told == nil || len(w.told) >= toldMax {
		w.told = map[toldKey]syncing.Rev{}
	}
	for account, head := range seen {
		w.told[toldKey{account, record}] = head
	}
}

// send sends, forgets the tokens that are gone, and says how long to wait before the rest is tried again; 0: there is no rest.
func (w *waker) send(ctx context.Context, tokens []string) (wait time.Duration, err error) {
	if len(tokens) == 0 {
		return 0, nil
	}
	pushes := make([]notify.Push, len(tokens))
	for i, token := range tokens {
		pushes[i] = notify.Push{Token: token, Kind: notify.Sync}
	}
	report, err := w.sender.Send(ctx, pushes)
	for i, result := range report.Results {
		w.metrics.wakes.WithLabelValues(string(result)).Inc()
		switch result {
		case notify.Gone:
			if err := w.identity.DropPush(ctx, tokens[i]); err != nil {
				return 0, err
			}
		case notify.Waiting:
			wait = max(report.RetryAfter, wakeAgainMin)
		}
	}
	return wait, err
}
