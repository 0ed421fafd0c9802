package outbox

import (
	"context"
	"errors"

	"satchel/internal/notify"
	syncing "satchel/sync"
)

// Target is a device of somebody for whom an event rings.
type Target struct {
	Account syncing.AccountID
	Device  syncing.UUID
	Channel notify.Channel
	// NotBefore is when it may ring there, ms; 0: now. What is put off to the same time on one device rings there as one.
	NotBefore int64
	Listed    bool // somebody else reads that this account was called
}

// Call is for whom an event rings, and since when (ms).
type Call struct {
	At      int64
	Targets []Target
	Listed  []syncing.AccountID // accounts of whom somebody else reads that they were called, also without a device
}

// takeUp makes rows of the events that nobody has taken up, oldest first. While the outbox is full they wait where they are: an event is a
// document, and loses nothing by waiting.
func (o *Outbox) takeUp(ctx context.Context) (failed error) {
	var from []byte
	for o.Rows() < o.cfg.RowsMax && ctx.Err() == nil {
		var events []syncing.IndexEntry
		err := o.cfg.Store.Scan(ctx, o.cfg.Events, from, nil, takeMax, func(e syncing.IndexEntry) bool {
			events = append(events, e)
			return true
		})
		if err != nil {
			return errors.Join(failed, err)
		}
		for _, e := range events {
			if o.Rows() >= o.cfg.RowsMax {
				return failed
			}
			failed = errors.Join(failed, o.take(ctx, e)) // one that cannot be taken up stands in nobody's way
		}
		if len(events) < takeMax {
			return failed
		}
		from = append(events[len(events)-1].Key, 0)
	}
	return failed
}

// take makes the rows of an event and takes its entry out, in one transaction. Whoever gets a device after the event was taken up finds
// it when that device pulls.
func (o *Outbox) take(ctx context.Context, e syncing.IndexEntry) error {
	event := syncing.DocID(e.Value)
	call, err := o.cfg.House.Called(ctx, e.Record, event)
	if err != nil {
		return err
	}
	if len(call.Listed) > 0 {
		if err := o.cfg.House.Listed(ctx, e.Record, event, call); err != nil {
			return err
		}
	}
	now, made := o.cfg.Now(), 0
	err = o.cfg.Store.Update(ctx, e.Record, func(tx syncing.Tx) error {
		made = 0
		if _, waits, err := tx.Lookup(o.cfg.Events, e.Key); err != nil || !waits {
			return err // somebody took it up meanwhile
		}
		for _, target := range call.Targets {
			if o.lines[target.Channel] == nil {
				continue // nobody sends there
			}
			r := row{called: called{event, call.At}, Account: target.Account, Device: target.Device, Listed: target.Listed}
			joined, err := put{target.Channel, max(now, target.NotBefore), r, target.NotBefore > now}.write(tx)
			if err != nil {
				return err
			}
			if !joined {
				made++
			}
		}
		return tx.DeleteIndex(o.cfg.Events, e.Key)
	})
	if err != nil {
		return err
	}
	o.rows.Add(int64(made))
	o.cfg.Count("taken", made)
	return nil
}
