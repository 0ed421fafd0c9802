package syncing

import (
	"encoding/binary"
	"errors"
	"math"

	"satchel/internal/fault"
)

// intake takes in one replica's mutations for one record, in order of n.
type intake struct {
	replica   ReplicaID
	who       Principal
	by        Scope
	row       *replicaRow
	continues []Continued
	skew      int64 // server now - the device's now, ms
	outcomes  map[uint64]*nameRow
	stopped   ErrorCode // gap or fork, or busy for a request that brings too much: nothing behind it is read
	refused   uint64    // the number at which it stopped
}

// aheadRows is how many rows are fetched ahead at once.
const aheadRows = 64

// errStandings says that a transaction needs to know more accounts than it was given.
var errStandings = errors.New("the standing of an author must be read first")

// take reads the mutations in order of n. What was answered once is answered again.
func (w *work) take(in *intake, brings *offered) error {
	if err := w.fetch(in, brings); err != nil {
		return err
	}
	spent := 0 // on what was new here
	for i, raw := range brings.raw {
		if raw.N > in.row.last && spent > 0 && spent+workOf(raw) > brings.share {
			in.stopped = Busy
			break
		}
		var err error
		m := brings.mutation(i)
		switch {
		case m.N <= in.row.last:
			err = w.again(in, m)
		case m.N > in.row.last+1:
			in.stopped = Gap
		default:
			in.row.last = m.N
			err = w.first(in, m)
			spent += workOf(raw)
			if doc := w.docs[m.Doc]; doc != nil && doc.doc != nil {
				spent += fieldWork * len(doc.doc.Fields)
			}
		}
		if err != nil {
			return err
		}
		if in.stopped != "" {
			in.refused = m.N
			break
		}
	}
	return nil
}

// fetch tells which documents will be asked for: those of mutations that are new here, as far as they were read.
func (w *work) fetch(in *intake, brings *offered) error {
	var keys [][]byte
	for _, m := range brings.read[:min(len(brings.read), aheadRows)] {
		if m != nil && m.N > in.row.last && m.Doc != "" {
			keys = append(keys, []byte(m.Doc))
		}
	}
	return w.tx.Ahead(TableDocuments, keys)
}

// again answers a number that is here.
func (w *work) again(in *intake, m *Mutation) error {
	row := in.outcomes[m.N]
	if row == nil {
		var err error
		if row, err = loadName(w.tx, in.replica, m.N); err != nil {
			return err
		}
		if row == nil {
			return corrupt("syncing.again", errRow)
		}
	}
	switch {
	case row.hash == m.hash, m.skip != "":
		in.outcomes[m.N] = row
	case row.skipped:
		return w.instead(in, m, row)
	default:
		in.stopped = Fork
	}
	return nil
}

// first takes in a number that is new here.
func (w *work) first(in *intake, m *Mutation) error {
	var err error
	if m.names, err = w.own(m.names, in.who.Account); err != nil {
		return err
	}
	row, err := w.earlier(in, m)
	if err != nil {
		return err
	}
	if row != nil {
		copied := *row
		copied.outcome.N = m.N
		row = &copied
	} else if row, err = w.try(in, m); err != nil {
		return err
	}
	return w.name(in, m, row)
}

// name keeps a mutation's outcome under all its names.
func (w *work) name(in *intake, m *Mutation, row *nameRow) error {
	if err := w.spare(in, m); err != nil {
		return err
	}
	row.hash = m.hash
	in.outcomes[m.N] = row
	if err := w.tx.Put(TableNames, nameKey(in.replica, m.N), row.encode()); err != nil {
		return err
	}
	return w.alias(m, row, in.who.Account)
}

// try places a mutation that never came before, or holds it.
func (w *work) try(in *intake, m *Mutation) (*nameRow, error) {
	cov, err := w.coverageOf(in, m)
	if err != nil {
		return nil, err
	}
	a := &attempt{
		m: m, by: in.by, cov: cov, kind: entryMutation, device: in.who.Device, continues: in.continues,
		origin: Origin{Replica: in.replica, N: m.N, By: in.who.Account, At: m.At, Effective: in.effective(m, w.now), Was: m.was, Continues: in.continues},
	}
	in.row.effective = a.origin.Effective
	refusal := &Refusal{m.skip, "The phone can no longer send this change."}
	if m.skip == "" {
		if refusal, err = w.applyAs(a); err != nil {
			return nil, err
		}
	}
	if refusal == nil {
		rev := a.origin.Rev
		return &nameRow{doc: m.Doc, at: journalKey{rev: rev}, outcome: Outcome{N: m.N, Status: Applied, Rev: rev}}, nil
	}
	return w.hold(in.row, a, refusal)
}

// coverageOf is what the author of a mutation had seen, and what counts as his own.
func (w *work) coverageOf(in *intake, m *Mutation) (coverage, error) {
	cov, err := baseCoverage(w.tx, w.head, in.who.Account, m.Base)
	cov.own = append([]Continued{{in.replica, m.N - 1}}, in.continues...)
	return cov, err
}

// effective is when the person wrote by the server's clock. The server's now has the last word, so a clock that is wrong by
// years costs nothing.
func (in *intake) effective(m *Mutation, now int64) int64 {
	effective := max(saturate(m.At, in.skew), saturate(m.After, 1), in.row.effective)
	return min(effective, now)
}

func saturate(a, b int64) int64 {
	if b > 0 && a > math.MaxInt64-b {
		return math.MaxInt64
	}
	if b < 0 && a < math.MinInt64-b {
		return math.MinInt64
	}
	return a + b
}

// replicaIndex is the index that says whose a replica is, across records.
const replicaIndex = "sync.replica"

// replicaOwner reads whose a replica is; known is false if it never wrote anywhere, or only in a record that was erased.
func replicaOwner(tx ReadTx, replica ReplicaID) (owner AccountID, known bool, err error) {
	entry, ok, err := tx.Lookup(replicaIndex, replica.UUID[:])
	if fault.Is(err, fault.NotFound) {
		return owner, false, nil
	}
	if err != nil || !ok || len(entry.Value) != 16 {
		return owner, false, err
	}
	copy(owner.UUID[:], entry.Value)
	return owner, true, nil
}

// belongs reports whether the account may use the replica: it is his, or nobody's yet.
func belongs(tx ReadTx, row *replicaRow, replica ReplicaID, account AccountID) (bool, error) {
	if row != nil {
		return row.account == account, nil
	}
	owner, known, err := replicaOwner(tx, replica)
	return !known || owner == account, err
}

// claim gives a replica that is nobody's to the account, for all records.
func claim(tx Tx, replica ReplicaID, account AccountID) error {
	_, known, err := replicaOwner(tx, replica)
	if err != nil || known {
		return err
	}
	err = tx.PutIndex(replicaIndex, replica.UUID[:], account.UUID[:])
	if fault.Is(err, fault.Conflict) {
		return nil // the claim lies in a record that was erased, where nobody can read or renew it
	}
	return err
}

// waitingKey places a held mutation among those that wait for a document, in the order of their arrival.
func waitingKey(named string, at journalKey) []byte {
	return append(append([]byte(named), 0), at.bytes()...)
}

func decodeNameKey(key []byte) (replica ReplicaID, n uint64) {
	copy(replica.UUID[:], key)
	return replica, binary.BigEndian.Uint64(key[16:24])
}
