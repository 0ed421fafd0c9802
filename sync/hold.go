package syncing

import (
	"cmp"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// hold keeps a mutation that was not applied: in the journal always, and as a document while fewer than heldListedMax of its
// replica are open. What is held of a mutation to a held document is an outcome and a journal entry, never another document.
func (w *work) hold(row *replicaRow, a *attempt, refusal *Refusal) (*nameRow, error) {
	outcome := Outcome{N: a.m.N, Status: Held, Reason: refusal.Reason, Detail: refusal.Detail}
	held := *a
	held.kind = entryHeld
	at, err := w.journal(&held, outcome, nil)
	if err != nil {
		return nil, err
	}
	name := &nameRow{hash: a.m.hash, doc: a.m.Doc, at: at, outcome: outcome, skipped: a.m.skip != ""}
	if a.m.Doc.Type() == HeldType {
		name.listed = true
		return name, nil
	}
	if refusal.Reason == Missing {
		if err := w.tx.Put(TableWaiting, waitingKey(string(a.m.Doc), at), nameKey(a.origin.Replica, a.m.N)); err != nil {
			return nil, err
		}
	}
	if row.open >= heldListedMax {
		row.unlisted++
		return name, nil
	}
	row.open++
	name.listed = true
	return name, w.list(a.origin, a.m, outcome)
}

// list makes, or brings up to date, the document of a held mutation, written by system as the mutation's own.
func (w *work) list(o Origin, m *Mutation, outcome Outcome) error {
	audience, err := w.heldAudience(m, o.By)
	if err != nil {
		return err
	}
	p := Patch{Doc: heldDocID(o.Replica, o.N), Set: map[string]jsontext.Value{
		"status": TextValue(heldOpen), "reason": TextValue(string(outcome.Reason)), "detail": TextValue(outcome.Detail),
		"doc": TextValue(m.named), "replica": TextValue(o.Replica.String()), "n": IntValue(int64(o.N)),
		"by": TextValue(o.By.String()), "at": IntValue(m.At),
	}}
	if len(m.raw) <= fieldBytesMax && m.readable() {
		p.Set["mutation"] = m.raw
	}
	before, err := w.document(p.Doc)
	if err != nil {
		return err
	}
	a := &attempt{m: mutationOf(p), system: true, cov: coverage{all: true}, origin: o, kind: entrySystem}
	a.origin.By, a.origin.Rev = AccountID{}, 0
	d := &draft{spec: w.engine.schema.Type(HeldType), before: before, after: before.clone()}
	if before == nil {
		d.after = &Document{ID: p.Doc, Author: o.By, Audiences: []AudienceMark{{Audience: audience}}}
	} else if status := d.after.field("status", ""); status != nil { // what was settled was a skip: nobody has looked at these words
		status.Writes = nil
	}
	if refusal := d.write(a); refusal != nil {
		return corrupt("syncing.list", errRow)
	}
	return w.commit(a, d)
}

// readable reports whether the bytes are JSON that others can read too.
func (m *Mutation) readable() bool {
	_, err := canonicalMutation(m.raw)
	return err == nil
}

// heldAudience is that of the document the mutation was meant for; of the record's owner alone if there is none, unless it was not meant
// for them.
func (w *work) heldAudience(m *Mutation, author AccountID) (string, error) {
	category := cmp.Or(w.apart(m), OwnerAudience)
	if m.Doc != "" {
		doc, err := w.document(m.Doc)
		if err != nil {
			return "", err
		}
		if doc != nil && !strings.HasPrefix(doc.audience(), heldPrefix) {
			category = doc.audience()
		}
	}
	return heldAudience(category, author), nil
}

// apart is the category of a first write that is not for the record's owner; "" for all others.
func (w *work) apart(m *Mutation) string {
	kind, _, _ := strings.Cut(m.named, "/")
	spec := w.engine.schema.Type(kind)
	if spec == nil || spec.Apart == nil {
		return ""
	}
	var came struct {
		Set map[string]jsontext.Value `json:"set"`
	}
	if json.Unmarshal(m.raw, &came) != nil {
		return ""
	}
	return spec.Apart(func(field string) string { return textOf(came.Set[field]) })
}

// heldMutation reads a held mutation again, with the entry that keeps it.
func (w *work) heldMutation(replica ReplicaID, n uint64) (*Mutation, *nameRow, *journalEntry, error) {
	name, err := loadName(w.tx, replica, n)
	if err != nil {
		return nil, nil, nil, err
	}
	if name == nil {
		return nil, nil, nil, corrupt("syncing.heldMutation", errRow)
	}
	entry, err := loadEntry(w.tx, name.at)
	if err != nil {
		return nil, nil, nil, err
	}
	if entry == nil {
		return nil, nil, nil, corrupt("syncing.heldMutation", errRow)
	}
	return readMutation(RawMutation{N: n, Raw: entry.raw}), name, entry, nil
}

// retryWaiting tries what was held as missing, in the transaction that brings its document, in the order of arrival, with
// its own base and time and its author's rights of now.
func (w *work) retryWaiting(brought *attempt) error {
	prefix := append([]byte(brought.m.Doc), 0)
	var waiting [][2][]byte
	err := w.tx.Scan(TableWaiting, prefix, append([]byte(brought.m.Doc), 1), func(key, value []byte) (bool, error) {
		waiting = append(waiting, [2][]byte{key, value})
		return true, nil
	})
	if err != nil {
		return err
	}
	for _, row := range waiting {
		replica, n := decodeNameKey(row[1])
		applied, err := w.retry(brought, replica, n)
		if err != nil {
			return err
		}
		if !applied {
			continue
		}
		if err := w.tx.Delete(TableWaiting, row[0]); err != nil {
			return err
		}
	}
	return nil
}

func (w *work) retry(brought *attempt, replica ReplicaID, n uint64) (applied bool, err error) {
	m, name, entry, err := w.heldMutation(replica, n)
	if err != nil {
		return false, err
	}
	by, err := w.standing(brought, entry.by)
	if err != nil {
		return false, err
	}
	cov, err := baseCoverage(w.tx, w.head, entry.by, m.Base)
	if err != nil {
		return false, err
	}
	cov.own = append([]Continued{{replica, n - 1}}, entry.continues...)
	a := &attempt{
		m: m, by: by, cov: cov, kind: entryRetried, device: entry.device, continues: entry.continues,
		origin: Origin{
			Replica: replica, N: n, By: entry.by, At: entry.at, Effective: entry.effective, Was: entry.was, Continues: entry.continues,
		},
	}
	refusal, err := w.applyAs(a)
	if refusal != nil || err != nil {
		return false, err
	}
	return true, w.settled(replica, n, name, heldApplied, a.origin)
}

// standing is what an author may do now. Those who are not known yet are read outside, and the transaction begins again. Who may
// not sign in any more may do nothing: what waits of a locked account stays held until somebody settles it.
func (w *work) standing(brought *attempt, author AccountID) (Scope, error) {
	if author == brought.by.account && !brought.system {
		return brought.by, nil
	}
	who, ok := w.standings[author]
	if !ok {
		w.needed = append(w.needed, author)
		return Scope{}, errStandings
	}
	if who.Account == (AccountID{}) {
		return NewScope(Grant{Account: author}), nil
	}
	return w.engine.access.Scope(w.tx, who)
}
