package identity

import (
	"context"

	"satchel/sync"
)

// needed is the store as this room writes to it: that somebody gets in, stays in or is kept out is taken in also when the disk is
// almost full.
type needed struct{ syncing.Store }

func (n needed) Update(ctx context.Context, record syncing.RecordID, fn func(syncing.Tx) error) error {
	return n.Store.Update(syncing.Needed(ctx), record, fn)
}
