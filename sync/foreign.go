package syncing

import (
	"context"
	"encoding/binary"
	"slices"
)

// What is handed in for a record that was never the account's is kept with the account, never in the record: no one of that
// record sees it or is counted by it. The answer is the same as for a record that is not here.

const foreignVersion = 1

// foreignTotals is what an account has handed in for records that were never its own.
type foreignTotals struct {
	mutations uint64
	bytes     uint64
}

var foreignTotalsKey = []byte{0}

// foreignKey places a mutation: record, replica, n. The state of a replica has n = 0.
func foreignKey(record RecordID, replica ReplicaID, n uint64) []byte {
	key := append([]byte{1}, record.UUID[:]...)
	return binary.BigEndian.AppendUint64(append(key, replica.UUID[:]...), n)
}

// foreign answers for a record that was never the account's.
func (e *Engine) foreign(ctx context.Context, r *round) error {
	home := e.access.AccountRecord(r.who.Account)
	r.resp = RecordResponse{Record: r.part.Record, Outcomes: []Outcome{}}
	if len(r.brings.raw) == 0 {
		return e.store.View(ctx, home, func(tx ReadTx) error { return r.readForeign(tx) })
	}
	return e.store.Update(ctx, home, func(tx Tx) error {
		r.resp = RecordResponse{Record: r.part.Record, Outcomes: []Outcome{}}
		return r.takeForeign(tx)
	})
}

func (r *round) readForeign(tx ReadTx) error {
	ended := endedError
	r.resp.Error = &ended
	r.resp.Epoch = r.engine.opts.Epoch // the same as for a record that is here
	last, err := foreignLast(tx, r.part.Record, r.req.Replica)
	if err != nil {
		return err
	}
	r.resp.Last = last
	from := max(r.part.Acked, last-min(last, outcomesMax))
	for n := from + 1; n <= last; n++ {
		r.resp.Outcomes = append(r.resp.Outcomes, Outcome{N: n, Status: Held})
	}
	return nil
}

func foreignLast(tx ReadTx, record RecordID, replica ReplicaID) (uint64, error) {
	row, err := tx.Get(TableForeign, foreignKey(record, replica, 0))
	if err != nil || row == nil {
		return 0, err
	}
	u := &unpacker{rest: row}
	if u.byte() != foreignVersion {
		return 0, corrupt("syncing.foreignLast", errRow)
	}
	last := u.uint()
	if u.done() != nil {
		return 0, corrupt("syncing.foreignLast", errRow)
	}
	return last, nil
}

func (r *round) takeForeign(tx Tx) error {
	mine, err := belongs(tx, nil, r.req.Replica, r.who.Account)
	if err != nil {
		return err
	}
	if !mine {
		r.resp.Error = &RecordError{Code: OtherAccount, Detail: "This app's database belongs to somebody else's account. Nothing was taken in."}
		return nil
	}
	if err := claim(tx, r.req.Replica, r.who.Account); err != nil {
		return err
	}
	last, err := foreignLast(tx, r.part.Record, r.req.Replica)
	if err != nil {
		return err
	}
	totals, err := loadForeignTotals(tx)
	if err != nil {
		return err
	}
	code, refused := Ended, uint64(0)
	before := last
	if r.part.Acked > last { // it was told more than is here, as for a record that is
		return r.answerForeign(tx, Gap, 0)
	}
	for i := range r.brings.raw {
		m := r.brings.mutation(i)
		if code, err = r.oneForeign(tx, m, &last, &totals); err != nil {
			return err
		}
		if code != Ended {
			refused = m.N
			break
		}
	}
	if last != before {
		if err := saveForeign(tx, r.part.Record, r.req.Replica, last, totals); err != nil {
			return err
		}
	}
	return r.answerForeign(tx, code, refused)
}

// oneForeign keeps one mutation, or says why it stops here.
func (r *round) oneForeign(tx Tx, m *Mutation, last *uint64, totals *foreignTotals) (ErrorCode, error) {
	switch {
	case m.N > *last+1:
		return Gap, nil
	case m.N <= *last:
		row, err := tx.Get(TableForeign, foreignKey(r.part.Record, r.req.Replica, m.N))
		if err != nil {
			return "", err
		}
		if len(row) < 33 || [32]byte(row[1:33]) != m.hash && m.skip == "" {
			return Fork, nil
		}
		return Ended, nil
	case totals.mutations >= foreignMutationsMax || totals.bytes+uint64(len(m.raw)) > foreignBytesMax:
		return Busy, nil
	}
	row := append(append([]byte{foreignVersion}, m.hash[:]...), m.raw...)
	totals.mutations++
	totals.bytes += uint64(len(m.raw))
	*last = m.N
	return Ended, tx.Put(TableForeign, foreignKey(r.part.Record, r.req.Replica, m.N), row)
}

func (r *round) answerForeign(tx ReadTx, code ErrorCode, refused uint64) error {
	if err := r.readForeign(tx); err != nil {
		return err
	}
	switch code {
	case Gap:
		r.resp.Error = &RecordError{Code: Gap, Detail: "A change before these is missing. Send again from the first that has no outcome."}
	case Fork: // what lies from there on under this name is a copy's
		r.resp.Outcomes = slices.DeleteFunc(r.resp.Outcomes, func(o Outcome) bool { return o.N >= refused })
		r.resp.Error = &RecordError{Code: Fork, Detail: "Another change came under this number. This database was copied: begin a new replica."}
	case Busy:
		r.resp.Error = &RecordError{Code: Busy, Detail: "No more is kept for records without access. Keep it on the phone.", RetryAfterMs: busyRetry.Milliseconds()}
	}
	return nil
}

func loadForeignTotals(tx ReadTx) (foreignTotals, error) {
	row, err := tx.Get(TableForeign, foreignTotalsKey)
	if err != nil || row == nil {
		return foreignTotals{}, err
	}
	u := &unpacker{rest: row}
	if u.byte() != foreignVersion {
		return foreignTotals{}, corrupt("syncing.loadForeignTotals", errRow)
	}
	totals := foreignTotals{u.uint(), u.uint()}
	if u.done() != nil {
		return foreignTotals{}, corrupt("syncing.loadForeignTotals", errRow)
	}
	return totals, nil
}

func saveForeign(tx Tx, record RecordID, replica ReplicaID, last uint64, totals foreignTotals) error {
	state := packer{foreignVersion}
	state.uint(last)
	if err := tx.Put(TableForeign, foreignKey(record, replica, 0), state); err != nil {
		return err
	}
	sum := packer{foreignVersion}
	sum.uint(totals.mutations)
	sum.uint(totals.bytes)
	return tx.Put(TableForeign, foreignTotalsKey, sum)
}
