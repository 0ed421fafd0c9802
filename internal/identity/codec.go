package identity

import (
	"encoding/binary"
	"errors"
	"math"

	"github.com/go-json-experiment/json"

	"satchel/internal/fault"
	"satchel/sync"
)

// rowVersion is the first byte of every row of this room. Old versions are read, never written.
const rowVersion = 1

var errRowVersion = errors.New("a row of an unknown version")

func encodeRow(v any) ([]byte, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return nil, internal(err, "identity.encodeRow")
	}
	return append([]byte{rowVersion}, body...), nil
}

func decodeRow(row []byte, v any) error {
	err := errRowVersion
	if len(row) > 0 && row[0] == rowVersion {
		err = json.Unmarshal(row[1:], v)
	}
	return fault.Wrap(err, fault.Corrupt, "identity.decodeRow", "What is stored here cannot be read. Your team has been told.")
}

// readRow decodes one row of TableIdentity into v; found is false if there is none.
func readRow(tx syncing.ReadTx, table syncing.Table, key []byte, v any) (found bool, err error) {
	row, err := tx.Get(table, key)
	if err != nil || row == nil {
		return false, err
	}
	return true, decodeRow(row, v)
}

func writeRow(tx syncing.Tx, table syncing.Table, key []byte, v any) error {
	row, err := encodeRow(v)
	if err != nil {
		return err
	}
	return tx.Put(table, key, row)
}

// scanRows calls fn with each row under a prefix, decoded into a fresh T.
func scanRows[T any](tx syncing.ReadTx, table syncing.Table, prefix []byte, fn func(key []byte, v T) (more bool)) error {
	return tx.Scan(table, prefix, after(prefix), func(key, value []byte) (bool, error) {
		var v T
		if err := decodeRow(value, &v); err != nil {
			return false, err
		}
		return fn(key, v), nil
	})
}

// after is the least key that is greater than every key with this prefix; nil if there is none.
func after(prefix []byte) []byte {
	end := append([]byte(nil), prefix...)
	for len(end) > 0 {
		if end[len(end)-1] < 0xff {
			end[len(end)-1]++
			return end
		}
		end = end[:len(end)-1]
	}
	return nil
}

func rowKey(prefix string, id syncing.UUID) []byte { return append([]byte(prefix), id[:]...) }

// newestFirst makes keys that sort the latest time first; tail keeps two of one millisecond apart.
func newestFirst(prefix string, ms int64, tail []byte) []byte {
	return append(binary.BigEndian.AppendUint64([]byte(prefix), uint64(math.MaxInt64-ms)), tail...)
}
