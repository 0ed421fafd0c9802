package syncing

import "sync"

// resetsRemembered bounds the memory of resets in a row; past it the memory begins anew.
const resetsRemembered = 4096

// resetCounter notices a replica that is reset again and again for one cause: a bug of the server, whoever causes it.
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
}

// count notes one pull. A client that asks with a null cursor asks for its reset, and is not counted.
func (e *Engine) count(replica ReplicaID, record RecordID, cause string) {
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
	if row.cause != cause {
		row = resetRow{cause: cause}
	}
	row.times++
	c.row[key] = row
	if row.times >= 3 {
		e.opts.ResetLoop(cause)
	}
}
