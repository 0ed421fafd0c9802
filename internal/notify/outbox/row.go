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

// rowVersion is the first byte of every row. Old versions are read, never written: 1 knew neither `held` nor `also`.
const rowVersion = 2

// alsoMax is how many events wait with another one at most; one more waits for itself, and rings for itself.
const alsoMax = 100

// called is an event, and since when it rings (ms).
type called struct {
	Event syncing.DocID `json:"event"`
	At    int64         `json:"at"`
}

// row is an event on its way to a device, with those that ring there with it.
type row struct {
	called
	Account syncing.AccountID `json:"account"`
	Device  syncing.UUID      `json:"device"`
	Tries   int               `json:"tries,omitzero"`
	Held    int64             `json:"held,omitzero"` // until when it was put off, ms; it does not get old meanwhile
	Also    []called          `json:"also,omitzero"`
	Listed  bool              `json:"listed,omitzero"` // somebody else reads that this account was called
}

// id is the same for the same event and device, so that it waits once.
func (r row) id() syncing.UUID {
	return syncing.DerivedUUID("delivery", string(r.Event), r.Device.String())
}

// heldID is the same for all of a record that was put off to the same time on a device, so that it rings once.
func (r row) heldID(record syncing.RecordID) syncing.UUID {
	return syncing.DerivedUUID("held", record.String(), r.Account.String(), r.Device.String())
}

// events are all of a row.
func (r row) events() []called { return append([]called{r.called}, r.Also...) }

// of is the row with other events; there is at least one.
func (r row) of(events []called) row {
	r.called, r.Also = events[0], events[1:]
	return r
}

// since is from when on a row gets old.
func (r row) since() int64 { return max(r.At, r.Held) }

// put is where a row waits from now on. One that is put off joins what waits for its device until the same time.
type put struct {
	channel notify.Channel
	next    int64 // ms
	row     row
	holds   bool
}

// write puts a row in its place. joined: it is one with a row that was there.
func (p put) write(tx syncing.Tx) (joined bool, err error) {
	at := key(p.channel, p.next, p.row.id())
	if p.holds {
		p.row.Held = p.next
		at = key(p.channel, p.next, p.row.heldID(tx.Record()))
		entry, waits, err := tx.Lookup(Index, at)
		if err != nil {
			return false, err
		}
		if waits {
			there, err := decodeRow(entry.Value)
			switch {
			case err != nil || len(there.Also)+len(p.row.Also)+1 > alsoMax:
				at = key(p.channel, p.next, p.row.id())
			default:
				p.row, joined = there.of(append(there.events(), p.row.events()...)), true
			}
		}
	}
	value, err := p.row.encode()
	if err != nil {
		return false, err
	}
	return joined, tx.PutIndex(Index, at, value)
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
	if len(value) > 0 && (value[0] == rowVersion || value[0] == 1) {
		err = json.Unmarshal(value[1:], &r)
	}
	return r, fault.Wrap(err, fault.Corrupt, "outbox.decodeRow", "A row of what rings cannot be read.")
}
