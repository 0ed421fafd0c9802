package scenario

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"satchel/server"
	syncing "satchel/sync"
	"satchel/sync/storetest/counted"
)

// counter counts what an answer costs: each call of the store, by table or index, each row that a walk visits, and each hash. The
// store under it is the real one.
type counter struct {
	mu sync.Mutex
	of map[string]int
}

// idHashes are worked out beside requests too, at any time: the sender of wake-ups blinds the ids of index entries, which are counted
// themselves, and the sender of e-mails works out the code and the name of a letter.
var idHashes = []string{"team", "account", "mail code", "mail id"}

// counts is an option of newHouse.
func (c *counter) counts(config *server.Config) {
	config.Between = func(store syncing.Store) syncing.Store { return counted.Store{Store: store, Note: c.note} }
	config.Hashed = func(purpose string) {
		if !slices.Contains(idHashes, purpose) {
			c.note("hash of " + purpose)
		}
	}
}

func (c *counter) note(what string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.of == nil {
		c.of = map[string]int{}
	}
	c.of[what]++
}

// taken gives what was counted since the last time, a line each.
func (c *counter) taken() string {
	if c == nil { // nobody counts
		return ""
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	var b strings.Builder
	for _, what := range slices.Sorted(maps.Keys(c.of)) {
		fmt.Fprintf(&b, "%4d %s\n", c.of[what], what)
	}
	c.of = nil
	return b.String()
}

// besideRequests marks what the server does for nobody's request, so that it is not counted as the work of one.
func besideRequests(ctx context.Context) context.Context { return counted.Besides(ctx) }
