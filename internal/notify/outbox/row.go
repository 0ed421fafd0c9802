package outbox

import (
	"encoding/binary"
	"errors"
	"slices"

	"github.com/go-json-experiment/json"

	"satchel/internal/fault"
	"satchel/internal/notify"
	syncing "satchel/sync"
)

// Index holds the rows: channel (1 byte), when to try next (8, ms), id (16) -> row.
const Index = "outbox.rows"

// rowVersion is the first byte of every row. Old versions are read, never written.
const rowVersion = 1

// row is an event on its way to a device.
type row struct {
	Event   syncing.DocID     `json:"event"`
	Account syncing.AccountID `json:"account"`
	Device  syncing.UUID      `json:"device"`
	At      int64             `json:"at"` // since when it rings, ms
	Tries   int               `json:"tries,omitzero"`
	Listed  bool              `json:"listed,omitzero"` // somebody else reads that this account was called
}

// id is the same for the same event and device, so that it waits once.
func (r row) id() syncing.UUID {
	return syncing.DerivedUUID("delivery", string(r.Event), r.Device.String())
}

func key(channel notify.Channel, next int64, id syncing.UUID) []byte {
	return slices.Concat(bound(channel, next), id[:])
}

// bound is where the rows of a channel begin that are to be tried at `next` (ms) or later.
func bound(channel notify.Channel, next int64) []byte {
	return binary.BigEndian.AppendUint64([]byte{byte(channel)}, uint64(max(next, 0)))
}

func (r row) encode() ([]byte, error) {
	body, err := json.Marshal(r)
	return append([]byte{rowVersion}, body...), fault.Wrap(err, fault.Internal, "outbox.encode", "What rings could not be written down.")
}

var errRowVersion = errors.New("a row of an unknown version")

func decodeRow(value []byte) (r row, err error) {
	err = errRowVersion
	if len(value) > 0 && value[0] == rowVersion {
		err = json.Unmarshal(value[1:], &r)
	}
	return r, fault.Wrap(err, fault.Corrupt, "outbox.decodeRow", "A row of what rings cannot be read.")
}
