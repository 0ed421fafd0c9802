package seal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tink-crypto/tink-go/v2/tink"
)

// sharedWait is how long a secret may be waited for: it is read inside of transactions.
const sharedWait = 10 * time.Second

// sharedPage is how many secrets are read at a time when all are.
const sharedPage = 1000

// Secrets is where several nodes keep the wrapped secrets of records. Whoever has it and no key folder has nothing to read; copies of it decide what an
// erasure reaches.
type Secrets interface {
	// Reserve gives numbers, from 1, that nobody was ever given.
	Reserve(ctx context.Context, count int) ([]uint64, error)
	// Put keeps new ones; they are durable when it returns nil.
	Put(ctx context.Context, numbers []uint64, wrapped [][]byte) error
	// Get gives one; nil if there is none.
	Get(ctx context.Context, number uint64) ([]byte, error)
	// Replace changes one from what it was; one that is otherwise by now is left alone.
	Replace(ctx context.Context, number uint64, was, wrapped []byte) error
	// Skip lets Reserve give no number up to this one.
	Skip(ctx context.Context, number uint64) error
	// After gives the numbers behind one, in their order.
	After(ctx context.Context, number uint64, limit int) ([]uint64, error)
}

// sharedSlots are slots in Secrets.
type sharedSlots struct{ secrets Secrets }

func sharedContext() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), sharedWait)
}

func (s sharedSlots) bytes(n Slot) ([]byte, error) {
	ctx, cancel := sharedContext()
	defer cancel()
	b, err := s.secrets.Get(ctx, uint64(n))
	if err == nil && len(b) != slotBytes {
		err = corrupt(fmt.Errorf("slot %d has %d bytes where all nodes keep them: the key folder is not its own", n, len(b)))
	}
	return b, err
}

func (s sharedSlots) extend(by tink.AEAD) ([]Slot, error) {
	ctx, cancel := sharedContext()
	defer cancel()
	numbers, err := s.secrets.Reserve(ctx, slotBlock)
	if err != nil {
		return nil, err
	}
	var made []Slot
	var wrapped [][]byte
	for _, n := range numbers {
		b, err := freshSlot(by, Slot(n))
		if err != nil {
			return nil, err
		}
		made, wrapped = append(made, Slot(n)), append(wrapped, b)
	}
	return made, s.secrets.Put(ctx, numbers, wrapped)
}

func (s sharedSlots) has(n Slot) (bool, error) {
	ctx, cancel := sharedContext()
	defer cancel()
	b, err := s.secrets.Get(ctx, uint64(n))
	return b != nil, err
}

func (s sharedSlots) erase(n Slot) error {
	for {
		b, err := s.bytes(n)
		if err != nil || bytes.Equal(b, make([]byte, slotBytes)) {
			return err
		}
		if err := s.replace(n, b, make([]byte, slotBytes)); err != nil {
			return err
		}
	}
}

func (s sharedSlots) replace(n Slot, was, b []byte) error {
	ctx, cancel := sharedContext()
	defer cancel()
	return s.secrets.Replace(ctx, uint64(n), was, b)
}

func (s sharedSlots) rewrap(by tink.AEAD) (slots, error) {
	return s, s.each(func(n Slot, b []byte) error {
		fresh, err := rewrapped(by, n, b)
		if err != nil || bytes.Equal(fresh, b) {
			return err
		}
		return s.replace(n, b, fresh)
	})
}

func (s sharedSlots) each(do func(n Slot, b []byte) error) error {
	for from := uint64(0); ; {
		numbers, err := s.page(from)
		if err != nil || len(numbers) == 0 {
			return err
		}
		for _, n := range numbers {
			b, err := s.bytes(Slot(n))
			if err == nil {
				err = do(Slot(n), b)
			}
			if err != nil {
				return err
			}
			from = n
		}
	}
}

func (s sharedSlots) page(from uint64) ([]uint64, error) {
	ctx, cancel := sharedContext()
	defer cancel()
	return s.secrets.After(ctx, from, sharedPage)
}

func (s sharedSlots) adopt(n Slot, b []byte) error {
	ctx, cancel := sharedContext()
	defer cancel()
	was, err := s.secrets.Get(ctx, uint64(n))
	switch {
	case err != nil || bytes.Equal(was, b):
		return err
	case was != nil:
		return s.secrets.Replace(ctx, uint64(n), was, b)
	}
	return errors.Join(s.secrets.Skip(ctx, uint64(n)), s.secrets.Put(ctx, []uint64{uint64(n)}, [][]byte{b}))
}

func (s sharedSlots) settle() error { return nil }

func (s sharedSlots) close() error { return nil }
