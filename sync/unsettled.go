package syncing

import (
	"bytes"
	"context"
	"encoding/binary"
	"slices"

	"satchel/internal/fault"
)

// What waits in a record for somebody to settle it is kept beside its documents, in the transaction that writes them, the longest waiting
// first: a team with thousands of records finds the few in which something waits by what waits, and reads no others.

// UnsettledIndex lists for each team the records in which something waits that the team may settle, the longest waiting first: team (16),
// since (8), record (16). Where a record stands says since when the oldest of it waits.
const UnsettledIndex = "sync.unsettled"

// unsettledMax is up to how many things that wait in a record are counted for one answer.
const unsettledMax = 100

// UnsettledRange is where the records of a team lie in UnsettledIndex.
func UnsettledRange(team TeamID) (from, to []byte) {
	return slices.Clone(team.UUID[:]), behindAll(team.UUID)
}

func unsettledKey(team TeamID, since int64, record RecordID) []byte {
	key := binary.BigEndian.AppendUint64(slices.Clone(team.UUID[:]), uint64(since))
	return append(key, record.UUID[:]...)
}

// behindAll is the end of what begins with an id; nil: there is none.
func behindAll(id UUID) []byte {
	end := slices.Clone(id[:])
	for i := len(end) - 1; i >= 0; i-- {
		if end[i]++; end[i] != 0 {
			return end
		}
	}
	return nil
}

const unsettledVersion = 1

// unsettled is one thing that waits: a held mutation, or a field in which several wrote different things.
type unsettled struct {
	since    int64 // ms, by the server's clock
	doc      DocID
	field    string // "": a held mutation
	audience string // of the document
	writers  []Role // of the field: each of them may choose
}

func (u *unsettled) held() bool { return u.field == "" }

// by reports whether a scope may settle it.
func (u *unsettled) by(s Scope) bool { return s.sees(u.audience) && (u.held() || s.Has(u.writers...)) }

func (u *unsettled) key() []byte {
	key := binary.BigEndian.AppendUint64(nil, uint64(u.since))
	return append(append(append(key, u.doc...), 0), u.field...)
}

func (u *unsettled) value() []byte {
	p := make(packer, 0, 80)
	p.byte(unsettledVersion)
	p.string(u.audience)
	p.uint(uint64(len(u.writers)))
	for _, role := range u.writers {
		p.string(string(role))
	}
	return p
}

// row is all of it: a key ends with the name of a field, and the byte between is in neither.
func (u *unsettled) row() string { return string(u.key()) + "\x00" + string(u.value()) }

func decodeUnsettled(key, value []byte) (u unsettled, err error) {
	row := &unpacker{rest: value}
	version := row.byte()
	u.audience = row.string()
	u.writers = make([]Role, row.count(1))
	for i := range u.writers {
		u.writers[i] = Role(row.string())
	}
	if len(key) < 8 || version != unsettledVersion || row.done() != nil {
		return u, corrupt("syncing.decodeUnsettled", errRow)
	}
	doc, field, ok := bytes.Cut(key[8:], []byte{0})
	if !ok {
		return u, corrupt("syncing.decodeUnsettled", errRow)
	}
	u.since, u.doc, u.field = int64(binary.BigEndian.Uint64(key)), DocID(doc), string(field)
	return u, nil
}

// unsettledIn lists what waits in a document. What stands beside the shown value of a `max` field is no question to anybody, and a frozen
// document takes no choice.
func unsettledIn(d *Document, t *Type) (list []unsettled) {
	if d == nil || t == nil || d.Deleted() || d.Sealing != nil {
		return nil
	}
	if t.Name == HeldType {
		s := SnapshotOf(d)
		_, since, _ := s.Written("status")
		if s.Text("status") == heldOpen {
			list = append(list, unsettled{since: max(since, 0), doc: d.ID, audience: d.audience()})
		}
		return list
	}
	for i := range d.Fields {
		f := &d.Fields[i]
		if f.Elem != "" || len(f.Writes) < 2 {
			continue
		}
		if spec := t.Field(f.Name); spec != nil && (spec.Rule == MV || spec.Rule == LWW) {
			list = append(list, unsettled{since: f.second(), doc: d.ID, field: f.Name, audience: d.audience(), writers: spec.Writers})
		}
	}
	return list
}

// second is since when a field has had more than one answer.
func (f *Field) second() int64 {
	var at []int64
	for _, w := range f.Writes {
		at = append(at, max(w.Origin.Effective, 0))
	}
	slices.Sort(at)
	return at[1]
}

// without lists what of one is not in the other.
func without(list, other []unsettled) []unsettled {
	if len(list) == 0 {
		return nil
	}
	has := make(map[string]bool, len(other))
	for i := range other {
		has[other[i].row()] = true
	}
	return slices.DeleteFunc(slices.Clone(list), func(u unsettled) bool { return has[u.row()] })
}

// resettle brings what waits in line with the touched documents.
func (w *work) resettle() error {
	var gone, come []unsettled
	for _, id := range w.order {
		held, t := w.docs[id], w.engine.schema.Type(id.Type())
		before, after := unsettledIn(held.stored, t), unsettledIn(held.doc, t)
		gone, come = append(gone, without(before, after)...), append(come, without(after, before)...)
	}
	return w.engine.moveUnsettled(w.tx, gone, come)
}

// moveUnsettled writes what has come to wait and what waits no more, and for each team where the record stands now.
func (e *Engine) moveUnsettled(tx Tx, gone, come []unsettled) error {
	if len(gone)+len(come) == 0 {
		return nil
	}
	teams, err := e.access.TeamScopes(tx)
	if err != nil {
		return err
	}
	before, err := oldestFor(tx, teams)
	if err != nil {
		return err
	}
	for _, u := range gone {
		if err := tx.Delete(TableUnsettled, u.key()); err != nil {
			return err
		}
	}
	for _, u := range come {
		if err := tx.Put(TableUnsettled, u.key(), u.value()); err != nil {
			return err
		}
	}
	after, err := oldestFor(tx, teams)
	if err != nil {
		return err
	}
	for i, scope := range teams {
		if err := moveTeam(tx, scope.teams[0], before[i], after[i]); err != nil {
			return err
		}
	}
	return nil
}

// nothingWaits stands for the time since when something does.
const nothingWaits = -1

// oldestFor finds for each scope since when the oldest waits that it may settle.
func oldestFor(tx ReadTx, scopes []Scope) (since []int64, err error) {
	since = slices.Repeat([]int64{nothingWaits}, len(scopes))
	open := len(scopes)
	err = tx.Scan(TableUnsettled, nil, nil, func(key, value []byte) (bool, error) {
		u, err := decodeUnsettled(key, value)
		if err != nil {
			return false, err
		}
		for i, scope := range scopes {
			if since[i] == nothingWaits && u.by(scope) {
				since[i] = u.since
				open--
			}
		}
		return open > 0, nil
	})
	return since, err
}

func moveTeam(tx Tx, team TeamID, before, after int64) error {
	if before == after {
		return nil
	}
	if before != nothingWaits {
		if err := tx.DeleteIndex(UnsettledIndex, unsettledKey(team, before, tx.Record())); err != nil {
			return err
		}
	}
	if after == nothingWaits {
		return nil
	}
	return tx.PutIndex(UnsettledIndex, unsettledKey(team, after, tx.Record()), []byte{unsettledVersion})
}

// Regranted brings what a team finds in UnsettledIndex in line with what it sees of the record of this transaction: whoever gives, changes
// or ends its access calls it there, with the scope before and now.
func Regranted(tx Tx, team TeamID, before, now Scope) error {
	since, err := oldestFor(tx, []Scope{before, now})
	if err != nil {
		return err
	}
	return moveTeam(tx, team, since[0], since[1])
}

// Unsettled is what waits in a record for an account to settle it.
type Unsettled struct {
	Held      int   // mutations that could not be used as they are
	Differing int   // fields in which several wrote different things
	More      bool  // more waits than is counted
	Since     int64 // ms, since when the oldest of it waits, by the server's clock
}

// Any reports whether anything waits.
func (u Unsettled) Any() bool { return u.Held+u.Differing > 0 }

// Unsettled is Read with what waits in the record for the account to settle it. It costs what waits. Fault: NotFound.
func (e *Engine) Unsettled(ctx context.Context, who Principal, record RecordID, fn func(Scope, Reader, Unsettled) error) error {
	return e.store.View(ctx, record, func(tx ReadTx) error {
		h, scope, err := e.reading(tx, who)
		if err != nil {
			return err
		}
		if h == nil {
			return errNoRecord
		}
		waits, err := countUnsettled(tx, scope)
		if err != nil {
			return err
		}
		return fn(scope, &sight{tx: tx, scope: scope}, waits)
	})
}

func countUnsettled(tx ReadTx, scope Scope) (waits Unsettled, err error) {
	err = tx.Scan(TableUnsettled, nil, nil, func(key, value []byte) (bool, error) {
		u, err := decodeUnsettled(key, value)
		if err != nil || !u.by(scope) {
			return err == nil, err
		}
		if waits.Held+waits.Differing == unsettledMax {
			waits.More = true
			return false, nil
		}
		if !waits.Any() {
			waits.Since = u.since
		}
		if u.held() {
			waits.Held++
		} else {
			waits.Differing++
		}
		return true, nil
	})
	return waits, err
}

// Relist brings what waits in a record in line with its documents, for records from before it was kept; changed says that it was not. What
// is in line is read and costs no commit.
func (e *Engine) Relist(ctx context.Context, record RecordID) (changed bool, err error) {
	err = e.store.View(ctx, record, func(tx ReadTx) error {
		gone, come, err := e.amiss(tx)
		changed = len(gone)+len(come) > 0
		return err
	})
	if fault.Is(err, fault.NotFound) || err == nil && !changed {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, e.store.Update(ctx, record, func(tx Tx) error {
		gone, come, err := e.amiss(tx)
		if err != nil {
			return err
		}
		return e.moveUnsettled(tx, gone, come)
	})
}

// amiss compares what is listed as waiting with the documents.
func (e *Engine) amiss(tx ReadTx) (gone, come []unsettled, err error) {
	var listed, there []unsettled
	err = tx.Scan(TableUnsettled, nil, nil, func(key, value []byte) (bool, error) {
		u, err := decodeUnsettled(key, value)
		listed = append(listed, u)
		return true, err
	})
	if err != nil {
		return nil, nil, err
	}
	err = tx.Scan(TableDocuments, nil, nil, func(_, value []byte) (bool, error) {
		doc, err := decodeDocument(value)
		if err != nil {
			return false, corrupt("syncing.amiss", err)
		}
		there = append(there, unsettledIn(doc, e.schema.Type(doc.Type()))...)
		return true, nil
	})
	return without(listed, there), without(there, listed), err
}

// checkUnsettled looks for what is listed as waiting and does not. What waits and is not listed is from before lists were kept: see Relist.
func checkUnsettled(tx ReadTx, _ *head) error {
	return tx.Scan(TableUnsettled, nil, nil, func(key, value []byte) (bool, error) {
		u, err := decodeUnsettled(key, value)
		if err != nil {
			return false, err
		}
		doc, err := loadDocument(tx, u.doc)
		if err != nil {
			return false, err
		}
		s := SnapshotOf(doc)
		open := s.Exists() && doc.audience() == u.audience
		if u.held() {
			open = open && s.Text("status") == heldOpen
		} else if open {
			f := doc.field(u.field, "")
			open = f != nil && len(f.Writes) > 1
		}
		if !open {
			return false, mismatch("something is listed as waiting that does not")
		}
		return true, nil
	})
}
