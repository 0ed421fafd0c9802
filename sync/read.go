package syncing

import (
	"context"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// RecordHead is what GET /v1/records and GET /v1/live say of a record.
type RecordHead struct {
	Scope Scope
	Head  Rev // the highest rev among what the scope sees
	Loud  Rev // the same without what is quiet, and without what went away into it
	// Digest is what an answer without more would say: who has it of their own documents has them all as they are.
	Digest string
}

// Head reads a record's head as an account sees it; ok is false if it has no access now.
func (e *Engine) Head(ctx context.Context, who Principal, record RecordID) (rh RecordHead, ok bool, err error) {
	err = e.store.View(ctx, record, func(tx ReadTx) error {
		h, scope, err := e.reading(tx, who)
		if err != nil || h == nil {
			return err
		}
		rh, ok = RecordHead{scope, h.headOf(scope), h.loudOf(scope, e.opts.Quiet), h.digestText(scope)}, true
		return nil
	})
	return rh, ok, err
}

// reading loads head and scope; a nil head means that the account has no access.
func (e *Engine) reading(tx ReadTx, who Principal) (*head, Scope, error) {
	scope, err := e.access.Scope(tx, who)
	if err != nil || !scope.active {
		return nil, scope, err
	}
	h, err := loadHead(tx, e.opts.Epoch, e.opts.Epochs...)
	return h, scope, err
}

// Read runs fn on what an account sees of a record, as one consistent state. Fault: NotFound.
func (e *Engine) Read(ctx context.Context, who Principal, record RecordID, fn func(Scope, Reader) error) error {
	return e.store.View(ctx, record, func(tx ReadTx) error {
		h, scope, err := e.reading(tx, who)
		if err != nil {
			return err
		}
		if h == nil {
			return errNoRecord
		}
		return fn(scope, &sight{tx: tx, scope: scope})
	})
}

// Judge is Read for a decision about an account that hangs on more than it sees: stands reads everything, as rules of care do, and nothing
// of that may reach the account but the decision. Fault: NotFound.
func (e *Engine) Judge(ctx context.Context, who Principal, record RecordID, fn func(scope Scope, sees, stands Reader) error) error {
	return e.store.View(ctx, record, func(tx ReadTx) error {
		h, scope, err := e.reading(tx, who)
		if err != nil {
			return err
		}
		if h == nil {
			return errNoRecord
		}
		return fn(scope, &sight{tx: tx, scope: scope}, &sight{tx: tx, all: true})
	})
}

// sight reads what a scope sees, or all.
type sight struct {
	tx    ReadTx
	scope Scope
	all   bool
}

func (s *sight) sees(doc *Document) bool { return s.all || s.scope.sees(doc.audience()) }

// Document implements Reader: what is not seen is not there.
func (s *sight) Document(id DocID) (Snapshot, error) {
	doc, err := loadDocument(s.tx, id)
	if err != nil || doc == nil || !s.sees(doc) {
		return Snapshot{}, err
	}
	return SnapshotOf(doc), nil
}

// Documents implements Reader.
func (s *sight) Documents(kind string) ([]Snapshot, error) {
	var list []Snapshot
	err := s.tx.Scan(TableDocuments, []byte(kind+"/"), []byte(kind+"0"), func(_, value []byte) (bool, error) {
		doc, err := decodeDocument(value)
		if err != nil {
			return false, corrupt("syncing.Documents", err)
		}
		if !doc.Deleted() && s.sees(doc) {
			list = append(list, SnapshotOf(doc))
		}
		return true, nil
	})
	return list, err
}

// HeldItem is one held mutation in GET /v1/records/{record}/held.
type HeldItem struct {
	Doc       DocID          `json:"doc"` // held/...
	Status    string         `json:"status"`
	Reason    Reason         `json:"reason"`
	Detail    string         `json:"detail"`
	For       string         `json:"for"` // the document it was meant for, as it was named
	By        string         `json:"by"`
	Replica   string         `json:"replica"`
	N         uint64         `json:"n"`
	At        int64          `json:"at"`
	Rev       Rev            `json:"rev"`
	Mutation  jsontext.Value `json:"mutation,omitzero"`
	MaySettle bool           `json:"maySettle"`
}

// HeldList is the answer of GET /v1/records/{record}/held.
type HeldList struct {
	Items []HeldItem `json:"items"` // open ones first, then by rev, the latest first
	// Unlisted counts open held mutations of the caller's own replicas that are journaled and not listed yet.
	Unlisted uint64 `json:"unlisted"`
}

// heldPageMax bounds one answer of Held.
const heldPageMax = 1000

// Held lists the held mutations that an account may see, open ones first. Fault: NotFound.
func (e *Engine) Held(ctx context.Context, who Principal, record RecordID) (HeldList, error) {
	list := HeldList{Items: []HeldItem{}}
	err := e.store.View(ctx, record, func(tx ReadTx) error {
		h, scope, err := e.reading(tx, who)
		if err != nil {
			return err
		}
		if h == nil {
			return errNoRecord
		}
		docs, err := (&sight{tx: tx, scope: scope}).Documents(HeldType)
		if err != nil {
			return err
		}
		slices.SortFunc(docs, func(a, b Snapshot) int {
			if openA, openB := a.Text("status") == heldOpen, b.Text("status") == heldOpen; openA != openB {
				return b2i(openB) - b2i(openA)
			}
			return int(int64(b.Rev()) - int64(a.Rev()))
		})
		for _, doc := range docs[:min(len(docs), heldPageMax)] {
			item, err := heldItem(tx, doc, scope)
			if err != nil {
				return err
			}
			list.Items = append(list.Items, item)
		}
		list.Unlisted, err = unlistedOf(tx, who.Account)
		return err
	})
	return list, err
}

func heldItem(tx ReadTx, doc Snapshot, scope Scope) (HeldItem, error) {
	n, _ := doc.Int("n")
	at, _ := doc.Int("at")
	item := HeldItem{
		Doc: doc.ID(), Status: doc.Text("status"), Reason: Reason(doc.Text("reason")), Detail: doc.Text("detail"),
		For: doc.Text("doc"), By: doc.Text("by"), Replica: doc.Text("replica"), N: uint64(n), At: at, Rev: doc.Rev(),
		Mutation: doc.Value("mutation"), MaySettle: doc.Author() == scope.account || scope.settles(),
	}
	if item.Mutation != nil {
		return item, nil
	}
	replica, number, err := heldName(doc)
	if err != nil {
		return item, err
	}
	name, err := loadName(tx, replica, number)
	if err != nil || name == nil {
		return item, err
	}
	entry, err := loadEntry(tx, name.at)
	if err != nil || entry == nil {
		return item, err
	}
	if m := (&Mutation{raw: entry.raw}); m.readable() {
		item.Mutation = entry.raw
	}
	return item, nil
}

// unlistedOf counts what an account's own replicas have open beyond the list.
func unlistedOf(tx ReadTx, account AccountID) (uint64, error) {
	var sum uint64
	err := tx.Scan(TableReplicas, nil, nil, func(_, value []byte) (bool, error) {
		row, err := decodeReplica(value)
		if err != nil {
			return false, corrupt("syncing.unlistedOf", err)
		}
		if row.account == account {
			sum += row.unlisted
		}
		return true, nil
	})
	return sum, err
}

// HistoryEntry is one value of one field: who, when, on which device, and what it won against or lost to, by which rule.
type HistoryEntry struct {
	Field     string         `json:"field,omitzero"`
	Element   jsontext.Value `json:"element,omitzero"` // of a set
	Value     jsontext.Value `json:"value,omitzero"`
	Result    string         `json:"result"` // won, lost, covered, removed, expired
	Rule      Rule           `json:"rule,omitzero"`
	Against   []Rev          `json:"against,omitzero"`
	Rev       Rev            `json:"rev"`
	By        AccountID      `json:"by"`
	Role      Role           `json:"role"`          // in which it was written: a role, system, or unknown
	Team      TeamID         `json:"team,omitzero"` // for which it was written
	Device    string         `json:"device,omitzero"`
	Replica   ReplicaID      `json:"replica"`
	N         uint64         `json:"n"`
	At        int64          `json:"at"`        // device wall clock, ms
	Effective int64          `json:"effective"` // by the server's clock, ms
	Received  int64          `json:"received"`  // by the server's clock, ms
}

// History lists each value that each field of a document ever had, oldest first. Fault: NotFound, for a document that is
// not here and for one that the account does not see alike.
func (e *Engine) History(ctx context.Context, who Principal, record RecordID, id DocID) ([]HistoryEntry, error) {
	list := []HistoryEntry{}
	err := e.store.View(ctx, record, func(tx ReadTx) error {
		h, scope, err := e.reading(tx, who)
		if err != nil {
			return err
		}
		doc, err := loadDocument(tx, id)
		if err != nil {
			return err
		}
		if h == nil || doc == nil || !scope.sees(doc.audience()) {
			return errNoRecord
		}
		return tx.Scan(TableJournal, revKey(doc.Created), nil, func(_, row []byte) (bool, error) {
			entry, err := splitEntry(row)
			if err != nil {
				return false, err
			}
			if entry.doc == id && entry.outcome.Status == Applied {
				list = append(list, historyOf(entry)...)
			}
			return true, nil
		})
	})
	return list, err
}

func historyOf(entry *journalEntry) []HistoryEntry {
	var list []HistoryEntry
	role := entry.role
	switch {
	case entry.by.IsZero():
		role = systemRole
	case role == "":
		role = unknownRole
	}
	for _, f := range entry.effects {
		item := HistoryEntry{
			Field: f.Field, Value: f.Value, Result: f.Result, Rule: f.Rule, Against: f.Against, Rev: entry.outcome.Rev,
			By: entry.by, Role: role, Team: entry.team, Replica: entry.replica, N: entry.n, At: entry.at, Effective: entry.effective, Received: entry.received,
		}
		if f.Elem != "" {
			item.Element, item.Value = jsontext.Value(strings.Clone(f.Elem)), nil
		} else if item.Value == nil && f.Field != "" {
			item.Value = jsonNull
		}
		if !entry.device.IsZero() {
			item.Device = entry.device.String()
		}
		list = append(list, item)
	}
	return list
}
