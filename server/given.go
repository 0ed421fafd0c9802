package server

import (
	"context"

	"satchel/internal/identity"
	"satchel/mobile-api"
	syncing "satchel/sync"
)

// given tells the streams of whoever was given a record, or has lost one, once that is durable: by whatever way it came, so that no
// screen waits for its stream to be opened anew.
type given struct {
	syncing.Store
	live      *mobileapi.Live
	elsewhere func(words ...string) // tells other nodes
}

// Update implements syncing.Store.
func (s given) Update(ctx context.Context, record syncing.RecordID, fn func(syncing.Tx) error) error {
	var tx *givenTx
	err := s.Store.Update(ctx, record, func(inner syncing.Tx) error {
		tx = &givenTx{Tx: inner} // another for each time it is tried
		return fn(tx)
	})
	if err != nil || tx == nil {
		return err
	}
	for _, tell := range tx.tell {
		tell(s)
	}
	return nil
}

type givenTx struct {
	syncing.Tx
	tell []func(given)
}

// PutIndex implements syncing.Tx.
func (t *givenTx) PutIndex(index string, key, value []byte) error {
	t.note(index, key)
	return t.Tx.PutIndex(index, key, value)
}

// DeleteIndex implements syncing.Tx.
func (t *givenTx) DeleteIndex(index string, key []byte) error {
	t.note(index, key)
	return t.Tx.DeleteIndex(index, key)
}

func (t *givenTx) note(index string, key []byte) {
	holder, all, ok := identity.HolderOf(index, key)
	record := t.Record()
	switch {
	case ok && all:
		t.tell = append(t.tell, func(s given) {
			s.live.Moved(holder)
			s.elsewhere(lineMoved, holderWord(holder))
		})
	case ok:
		t.tell = append(t.tell, func(s given) {
			s.live.Given(holder, record)
			s.elsewhere(lineGiven, holderWord(holder), record.String())
		})
	}
}
