package identity

import (
	"bytes"

	"satchel/sync"
)

// codeLike is a row of a code that somebody was handed: for a phone, or for a clinician from outside. Its key is a prefix and
// the code's blinded form, by which an index finds it too.
type codeLike interface {
	waiting(now int64) bool
	name() (id syncing.UUID, made int64)
}

// tidyHandedOut forgets codes that were over long ago, and counts those that wait.
func tidyHandedOut[T codeLike](tx syncing.Tx, prefix string, index string, now int64) (waiting int, err error) {
	var over [][]byte
	err = scanRows(tx, syncing.TableIdentity, []byte(prefix), func(key []byte, row T) bool {
		if row.waiting(now) {
			waiting++
		} else if _, made := row.name(); now > made+codeKept.Milliseconds() {
			over = append(over, bytes.Clone(key))
		}
		return true
	})
	for _, key := range over {
		if err == nil {
			err = tx.Delete(syncing.TableIdentity, key)
		}
		if err == nil {
			err = tx.DeleteIndex(index, key[len(prefix):])
		}
	}
	return waiting, err
}

// handedOut finds a code by its id; the key is nil if there is none.
func handedOut[T codeLike](tx syncing.ReadTx, prefix string, id syncing.UUID) (key []byte, row T, err error) {
	err = scanRows(tx, syncing.TableIdentity, []byte(prefix), func(k []byte, r T) bool {
		if is, _ := r.name(); is == id {
			key, row = bytes.Clone(k), r
		}
		return key == nil
	})
	return key, row, err
}
