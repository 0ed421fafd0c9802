package client

import (
	"context"
	"errors"
	"net/http"

	syncing "satchel/sync"
	"satchel/sync/replica"
)

// roundsMax is how many requests one Sync makes at most. What is left then waits for the next one.
const roundsMax = 200

// Sync brings a replica and the server together: it sends what waits and reads on until there is nothing more to say. now is the
// device's wall clock, ms since 1970 UTC. What it could not do is still there the next time.
func (c *Client) Sync(ctx context.Context, db *replica.Replica, now func() int64, records ...syncing.RecordID) error {
	for range roundsMax {
		x, err := db.Request(now(), records...)
		if err != nil {
			return err
		}
		if len(x.Request.Records) == 0 {
			return nil
		}
		var answer syncing.Response
		if err := c.Do(ctx, http.MethodPost, "/v1/sync", x.Request, &answer); err != nil {
			return err
		}
		if err := db.Apply(x, &answer, now()); err != nil {
			return err
		}
		if !wants(db, now(), records) {
			return nil
		}
	}
	return errors.New("there was more to say than one sync may; the rest waits for the next")
}

func wants(db *replica.Replica, now int64, records []syncing.RecordID) bool {
	if len(records) == 0 {
		records = db.Records()
	}
	for _, record := range records {
		if db.Wants(record, now) {
			return true
		}
	}
	return false
}
