package seal

import "errors"

// CopySecrets puts the secrets of records where other keys of the same folder keep theirs, each in its slot, and gives their number. What is erased stays
// erased. Nothing else may make, erase or rotate meanwhile.
func CopySecrets(from, to *Keys) (count int, err error) {
	const op = "seal.CopySecrets"
	to.making.Lock()
	defer to.making.Unlock()
	if err := to.hold(op); err != nil {
		return 0, err
	}
	err = from.slots.each(func(n Slot, b []byte) error {
		count++
		return to.slots.adopt(n, b)
	})
	if err = errors.Join(err, to.slots.settle()); err != nil {
		return count, internal(op, err)
	}
	to.Forget(0)
	return count, nil
}
