package syncing

import "sync"

// resetsRemembered bounds the memory of resets in a row; past it the memory begins anew.
const resetsRemembered = 4096

// resetCounter notices a replica that is reset again and again for one cause: a bug of the server, whoever causes it. In a row are
// resets of which each begins with the cursor that the one before gave: a phone that was never answered asks with its old cursor
// again, and copies of one phone ask under one name each with a cursor of its own.
type resetCounter struct {
	mu  sync.Mutex
	row map[resetKey]resetRow
}

type resetKey struct {
	replica ReplicaID
	record  RecordID
}

type resetRow struct {
	cause string
	times int
	gave  string // the cursor that the last reset gave
}

// count notes one pull, from the cursor that was asked with to the one that is given. A client that asks with a null cursor asks for its reset, and is not counted.
func (e *Engine) count(replica ReplicaID, record RecordID, cause, asked, gave string) {
	c := &e.resets
	c.mu.Lock()
	defer c.mu.Unlock()
	key := resetKey{replica, record}
	if cause == "" || cause == causeNull {
		delete(c.row, key)
		return
	}
	if c.row == nil || len(c.row) >= resetsRemembered {
		c.row = map[resetKey]resetRow{}
	}
	row := c.row[key]
	if row.cause != cause || row.gave != asked {
		row = resetRow{cause: cause}
	}
	row.times, row.gave = row.times+1, gave
	c.row[key] = row
	if row.times >= 3 {
		e.opts.ResetLoop(cause)
	}
}
