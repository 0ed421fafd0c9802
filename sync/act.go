package syncing

import (
	"context"
	"crypto/sha256"

	"github.com/go-json-experiment/json/jsontext"

	"satchel/internal/fault"
)

// An action needs a connection: it is a mutation of a server replica through the same engine, upon what stands now. It is
// applied or refused; a refused action leaves nothing behind, for the person is still there to be asked.

// Action is one action of one person.
type Action struct {
	Key   string // the caller's idempotency key; the same key and content have one effect
	Patch Patch
	// Base is what the author had seen, as the base of a mutation says it. "": he writes upon what stands now.
	Base string
}

// actionReplica names the server replica that stands for an account's actions in a record.
func actionReplica(record RecordID, account AccountID) ReplicaID {
	return ReplicaID{DerivedUUID("actions", record.String(), account.String())}
}

func actionKey(replica ReplicaID, key string) []byte {
	sum := sha256.Sum256([]byte(key))
	return append(append(replica.UUID[:len(replica.UUID):len(replica.UUID)], 0xff), sum[:]...)
}

// Act applies an action, or answers what the same action had answered before. Faults: NotFound (no access to the record),
// Forbidden, Conflict (somebody decided meanwhile, or the key came with other content), Refused (a rule of care, or an
// action that means nothing here).
func (e *Engine) Act(ctx context.Context, who Principal, record RecordID, action Action) (Outcome, error) {
	m := mutationOf(action.Patch)
	m.hash = sha256.Sum256(m.raw)
	m.Base = action.Base
	m.checkShape()
	var outcome Outcome
	err := e.update(ctx, record, func(tx Tx, standings map[AccountID]Principal) ([]AccountID, error) {
		scope, err := e.access.Scope(tx, who)
		if err != nil {
			return nil, err
		}
		h, err := loadHead(tx, e.opts.Epoch, e.opts.Epochs...)
		if err != nil {
			return nil, err
		}
		if h == nil || !scope.active {
			return nil, errNoRecord
		}
		w := newWork(e, tx, h, e.opts.Now())
		w.standings = standings
		if outcome, err = w.act(who, scope, action.Key, m); err != nil {
			return w.needed, err
		}
		return nil, w.flush()
	})
	if err != nil {
		return Outcome{}, err
	}
	e.opts.Committed(record)
	return outcome, nil
}

var errNoRecord = fault.New(fault.NotFound, "syncing.Act", "There is no such record, or you have no access to it.")

func (w *work) act(who Principal, by Scope, key string, m *Mutation) (Outcome, error) {
	replica := actionReplica(w.tx.Record(), who.Account)
	row, err := w.replica(replica)
	if err != nil {
		return Outcome{}, err
	}
	if row == nil {
		row = &replicaRow{account: who.Account}
		w.replicas[replica] = row
	}
	known, err := w.tx.Get(TableNames, actionKey(replica, key))
	if err != nil {
		return Outcome{}, err
	}
	if known != nil {
		return repeatAction(known, m)
	}
	cov := coverage{all: true}
	if m.Base != "" {
		if cov, err = baseCoverage(w.tx, w.head, who.Account, m.Base); err != nil {
			return Outcome{}, err
		}
		cov.own = []Continued{{replica, row.last}}
	}
	row.last++
	m.N = row.last
	a := &attempt{
		m: m, by: by, cov: cov, kind: entryMutation, device: who.Device, online: true,
		origin: Origin{Replica: replica, N: m.N, By: who.Account, At: w.now, Effective: w.now},
	}
	refusal, err := w.applyAs(a)
	if err != nil {
		return Outcome{}, err
	}
	if refusal != nil {
		return Outcome{}, refusalFault(refusal)
	}
	done := &nameRow{hash: m.hash, doc: m.Doc, at: journalKey{rev: a.origin.Rev}, outcome: Outcome{N: m.N, Status: Applied, Rev: a.origin.Rev}}
	for _, place := range [][]byte{nameKey(replica, m.N), actionKey(replica, key)} {
		if err := w.tx.Put(TableNames, place, done.encode()); err != nil {
			return Outcome{}, err
		}
	}
	return done.outcome, nil
}

func repeatAction(row []byte, m *Mutation) (Outcome, error) {
	done, err := decodeName(row)
	if err != nil {
		return Outcome{}, corrupt("syncing.Act", err)
	}
	if done.hash != m.hash {
		return Outcome{}, fault.New(fault.Conflict, "syncing.Act", "This idempotency key was used for another action. Use a new one.")
	}
	return done.outcome, nil
}

// refusalFault says a refusal to somebody who is still there.
func refusalFault(r *Refusal) error {
	code := fault.Refused
	switch r.Reason {
	case Forbidden:
		code = fault.Forbidden
	case Stale, Transition, SealedDoc:
		code = fault.Conflict
	}
	return fault.New(code, "syncing.Act", r.Detail)
}

// Create begins a record: grant gives access inside the same transaction, then the patches are applied as the creator's
// first actions. The same record and key again changes nothing. Faults: Conflict (the record is there and was begun
// otherwise), and those of Act.
func (e *Engine) Create(ctx context.Context, who Principal, record RecordID, key string, grant func(Tx) error, patches []Patch) error {
	err := e.update(ctx, record, func(tx Tx, standings map[AccountID]Principal) ([]AccountID, error) {
		h, err := loadHead(tx, e.opts.Epoch, e.opts.Epochs...)
		if err != nil {
			return nil, err
		}
		if h != nil {
			known, err := tx.Get(TableNames, actionKey(actionReplica(record, who.Account), createKey(key, 0)))
			if err == nil && known == nil {
				err = fault.New(fault.Conflict, "syncing.Create", "This record is there already.")
			}
			return nil, err
		}
		if err := grant(tx); err != nil {
			return nil, err
		}
		w := newWork(e, tx, newHead(e.opts.Epoch), e.opts.Now())
		w.standings = standings
		scope, err := e.access.Scope(tx, who)
		if err != nil {
			return nil, err
		}
		for i, p := range patches {
			m := mutationOf(p)
			m.hash = sha256.Sum256(m.raw)
			if _, err := w.act(who, scope, createKey(key, i), m); err != nil {
				return w.needed, err
			}
		}
		return nil, w.flush()
	})
	if err == nil {
		e.opts.Committed(record)
	}
	return err
}

func createKey(key string, i int) string { return "create " + string(IntValue(int64(i))) + " " + key }

// PatchOf reads the members set, add and remove of a JSON object as a patch of the document, for callers that hold JSON.
func PatchOf(doc DocID, v jsontext.Value) (Patch, error) {
	m := readMutation(RawMutation{N: 1, Raw: v})
	p := Patch{Doc: doc}
	if m.problem != nil && m.named != "" {
		return p, refusalFault(m.problem)
	}
	for _, s := range m.Sets {
		p.set(s.name, nullable(s.value))
	}
	for _, e := range m.Adds {
		if p.Add == nil {
			p.Add = map[string][]jsontext.Value{}
		}
		p.Add[e.name] = append(p.Add[e.name], jsontext.Value(e.elem))
	}
	for _, e := range m.Drops {
		if p.Remove == nil {
			p.Remove = map[string][]jsontext.Value{}
		}
		p.Remove[e.name] = append(p.Remove[e.name], jsontext.Value(e.elem))
	}
	return p, nil
}
