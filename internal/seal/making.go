package seal

import (
	"errors"

	"satchel/internal/fault"
)

// claim gives a slot that is on disk and was never anybody's. Only the first new record after a start waits for the disk.
func (k *Keys) claim() (Slot, error) {
	for {
		if slot, ok := k.takeReady(); ok {
			return slot, nil
		}
		if err := k.fill(1); err != nil {
			return 0, err
		}
	}
}

func (k *Keys) takeReady() (Slot, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	n := len(k.ready)
	if n == 0 {
		return 0, false
	}
	slot := k.ready[n-1]
	k.ready = k.ready[:n-1]
	if n <= slotsLow && !k.filling {
		k.filling = true
		k.wait.Go(func() { _ = k.fill(slotsLow) }) // whoever finds none left hears of the error
	}
	return slot, true
}

// giveBack returns a slot under which nothing was stored.
func (k *Keys) giveBack(slot Slot) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.ready = append(k.ready, slot)
}

// fill makes a block of slots if fewer than want are ready.
func (k *Keys) fill(want int) error {
	k.making.Lock()
	defer k.making.Unlock()
	k.mu.Lock()
	k.filling = false
	enough := len(k.ready) >= want
	k.mu.Unlock()
	if enough { // somebody else was faster
		return nil
	}
	if err := k.hold("seal.claim"); err != nil {
		return err
	}
	made, err := k.slots.extend(k.ring.aead) // both change only under making
	if err != nil {
		return k.failed("seal.claim", err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.ready = append(k.ready, made...)
	return nil
}

// failed keeps a writing error: what the disk holds is unknown from then on, so nothing more is written.
func (k *Keys) failed(op string, err error) error {
	if !k.shared { // a database says what it has
		k.broken = err
	}
	return internal(op, err)
}

// Erase destroys the secret in a slot. When it returns nil no value of the record that had it can be read again by anybody:
// not here, and not in any backup of the data folder. Erasing twice is no error.
func (k *Keys) Erase(slot Slot) error {
	const op = "seal.Erase"
	k.making.Lock()
	defer k.making.Unlock()
	if err := k.hold(op); err != nil {
		return err
	}
	if there, err := k.slots.has(slot); err != nil {
		return internal(op, err)
	} else if !there {
		return fault.New(fault.NotFound, op, "There is no such record key.")
	}
	k.reading.Lock() // nobody reads half of it
	err := k.slots.erase(slot)
	k.reading.Unlock()
	if err != nil {
		return k.failed(op, err)
	}
	k.Forget(slot)
	return nil
}

// Forget lets go of an opened key whose secret may have been erased, here or by another node; 0: of all of them.
func (k *Keys) Forget(slot Slot) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.forgot++ // who has read the slot already does not keep what it opened
	if slot == 0 {
		k.opened.forget()
	} else {
		k.opened.drop(slot)
	}
}

// Rotate puts a new wrapping key in the place of the old one and wraps every secret anew. Records stay readable throughout and
// after an interruption at any step: old keys are dropped only when nothing on disk needs them. Run again, it finishes.
func (k *Keys) Rotate() error {
	const op = "seal.Rotate"
	k.making.Lock()
	defer k.making.Unlock()
	if err := k.hold(op); err != nil {
		return err
	}
	for _, step := range k.rotation() {
		if err := step(); err != nil {
			return k.failed(op, err)
		}
	}
	return nil
}

// rotation is the order that makes an interruption harmless: after each step the folder opens and every secret unwraps.
func (k *Keys) rotation() []func() error {
	return []func() error{
		func() error { return k.changeRing(keyring.withNewPrimary) },
		k.rewrapSlots,
		k.rewrapBlind,
		func() error { return k.changeRing(keyring.primaryOnly) },
	}
}

func (k *Keys) changeRing(change func(keyring) (keyring, error)) error {
	ring, err := change(k.ring)
	if err != nil {
		return err
	}
	if err := ring.save(k.dir); err != nil {
		return err
	}
	k.reading.Lock()
	defer k.reading.Unlock()
	k.ring = ring
	return nil
}

// rewrapSlots puts the same secrets, wrapped anew, in the place of those that are there. Meanwhile they are read.
func (k *Keys) rewrapSlots() error {
	fresh, err := k.slots.rewrap(k.ring.aead)
	if err != nil {
		return err
	}
	k.reading.Lock() // whoever reads the old ones is done
	defer k.reading.Unlock()
	old := k.slots
	k.slots = fresh
	if old == fresh {
		return nil
	}
	return old.close()
}

func (k *Keys) rewrapBlind() error {
	wrapped, err := k.ring.aead.Encrypt(k.blind, blindPlace)
	if err != nil {
		return err
	}
	return replace(k.dir, blindName, wrapped)
}

// Check reads every slot and returns how many hold a secret and how many were erased; an error names the first that is damaged.
func (k *Keys) Check() (live, gone int, err error) {
	k.making.Lock()
	defer k.making.Unlock()
	err = k.slots.each(func(n Slot, b []byte) error {
		switch _, err := unwrapSlot(k.ring.aead, n, b); {
		case err == nil:
			live++
		case errors.Is(err, ErrErased):
			gone++
		default:
			return err
		}
		return nil
	})
	return live, gone, err
}
