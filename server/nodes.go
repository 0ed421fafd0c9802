package server

import (
	"context"
	"encoding/hex"
	"strconv"
	"strings"
	"sync"
	"time"

	"satchel/internal/identity"
	"satchel/internal/postgres"
	"satchel/internal/seal"
	syncing "satchel/sync"
)

// What nodes of one database do together: they tell each other what their streams must hear, and share the work that follows from time, each piece of it
// done by one of them.

const (
	// leaseLasts is how long a node that was killed keeps others from its work.
	leaseLasts = 10 * time.Second
	// leaseAsks is how long a node waits for the answer whether a lease is its own.
	leaseAsks = 4 * time.Second
	// leaseRenewals is how often a lease is made longer while its work takes its time.
	leaseRenewals = 3
	// listenMost is how long a node waits at its start until it hears the others.
	listenMost = 5 * time.Second
)

// The kinds of lines that nodes tell each other.
const (
	lineChanged = "c" // a record
	lineGiven   = "g" // a holder and a record
	lineMoved   = "m" // a holder
	lineErased  = "k" // the slot of a secret
)

// elsewhere tells the other nodes, if there may be any.
func (s *Server) elsewhere(words ...string) {
	if s.shared != nil {
		s.shared.Tell(strings.Join(words, " "))
	}
}

func holderWord(h identity.Holder) string { return hex.EncodeToString([]byte(h)) }

// heard does here what another node tells.
func (s *Server) heard(line string) {
	words := strings.Split(line, " ")
	switch {
	case words[0] == lineChanged && len(words) == 2:
		if id, err := syncing.ParseUUID(words[1]); err == nil {
			s.live.Changed(syncing.RecordID{UUID: id})
		}
	case words[0] == lineGiven && len(words) == 3:
		holder, bad := hex.DecodeString(words[1])
		if id, err := syncing.ParseUUID(words[2]); err == nil && bad == nil {
			s.live.Given(identity.Holder(holder), syncing.RecordID{UUID: id})
		}
	case words[0] == lineMoved && len(words) == 2:
		if holder, err := hex.DecodeString(words[1]); err == nil {
			s.live.Moved(identity.Holder(holder))
		}
	case words[0] == lineErased && len(words) == 2:
		if slot, err := strconv.ParseUint(words[1], 10, 64); err == nil {
			s.keys.Forget(seal.Slot(slot))
		}
	}
}

// relay hears what other nodes tell. It returns when it listens, or could not in listenMost: then it goes on trying.
func (s *Server) relay(ctx context.Context, group *sync.WaitGroup) {
	begun := make(chan struct{})
	once := sync.OnceFunc(func() { close(begun) })
	group.Go(func() {
		s.shared.Relay(ctx, s.heard, func() {
			s.missed()
			once()
		})
	})
	select {
	case <-begun:
	case <-ctx.Done():
	case <-time.After(listenMost):
	}
}

// missed makes up for lines that were not heard: streams begin anew, and keys are read again.
func (s *Server) missed() {
	s.live.Renew()
	s.keys.Forget(0)
}

// turn does a piece of work now, if no other node does. It ends when another may have begun.
func (s *Server) turn(ctx context.Context, name string, do func(context.Context) error) error {
	if s.shared == nil {
		return do(ctx)
	}
	lease, err := s.lease(ctx, name)
	if err != nil || lease == nil {
		return err
	}
	work, stop := context.WithCancel(postgres.Under(ctx, lease))
	var renewing sync.WaitGroup
	defer renewing.Wait()
	defer stop()
	renewing.Go(func() { s.renew(work, stop, name) })
	return do(work)
}

// lease asks for a lease and waits for the answer, also while the node stops: a question that nobody waits for any more may be answered after letGo, and
// then keeps others out for nothing.
func (s *Server) lease(ctx context.Context, name string) (*postgres.Lease, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaseAsks)
	defer cancel()
	return s.shared.Lease(ctx, name, s.config.LeaseLasts)
}

// renew keeps a lease while its work is done.
func (s *Server) renew(work context.Context, stop func(), name string) {
	for until := time.Now().Add(s.config.LeaseLasts); pause(work, s.config.LeaseLasts/leaseRenewals); {
		lease, err := s.lease(work, name)
		switch {
		case err == nil && lease != nil:
			until = time.Now().Add(s.config.LeaseLasts)
		case err == nil || time.Now().After(until):
			stop()
			return
		}
	}
}

// letGo lets others go on at once with what this node did.
func (s *Server) letGo() {
	if s.shared == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), headsAtStop)
	defer cancel()
	if err := s.shared.LetGo(ctx); err != nil {
		s.config.Log.Warn("other nodes wait for this one's work until its leases end")
	}
}
