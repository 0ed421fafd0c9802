package client

import (
	"context"

	"satchel/internal/care"
	syncing "satchel/sync"
	"satchel/sync/replica"
)

// Papers are the documents of a record as a device shows them now, with or without a network.
func Papers(db *replica.Replica, record syncing.RecordID) care.Binder {
	return func(kind string) ([]care.Paper, error) {
		var list []care.Paper
		for _, d := range db.View(record) {
			if d.ID.Type() == kind {
				list = append(list, care.WirePaper(d.ID, d.Rev, d.Fields))
			}
		}
		return list, nil
	}
}

// Deliver says of the messages that have come to this device that they have, and sends that. It is called after a Sync; who is the
// device's person, as they stand in the record.
func (c *Client) Deliver(ctx context.Context, db *replica.Replica, now func() int64, who care.Onlooker) error {
	list, err := care.Delivered(who, Papers(db, who.Record))
	if err != nil || len(list) == 0 {
		return err
	}
	for _, p := range list {
		if _, err := db.Mutate(who.Record, replica.Change{Doc: p.Doc, Set: p.Set}, now()); err != nil {
			return err
		}
	}
	return c.Sync(ctx, db, now, who.Record)
}
