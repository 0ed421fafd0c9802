package care

import (
	"slices"
	"strings"

	syncing "satchel/sync"
)

// recipientsOf are those for whom a receipt speaks, sorted.
func recipientsOf(receipt syncing.Snapshot) []string {
	var list []string
	for _, name := range receipt.Fields(statePrefix) {
		list = append(list, strings.TrimPrefix(name, statePrefix))
	}
	return list
}

// unopenedBy are the recipients who have not opened the message, as the draft leaves it.
func (d *draft) unopenedBy() []string {
	return slices.DeleteFunc(recipientsOf(d.stands), func(recipient string) bool {
		return opened(textIn(d.valueNow(statePrefix + recipient)))
	})
}

// settledNow reports whether what the message asks for was done: an advice request is answered, anything else acknowledged by
// everybody. Information asks for nothing.
func (d *draft) settledNow() bool {
	switch textIn(d.valueNow("urgency")) {
	case urgencyInformation:
		return true
	case urgencyAdvice:
		return d.valueNow("answer") != nil
	}
	return !slices.ContainsFunc(recipientsOf(d.stands), func(recipient string) bool {
		return textIn(d.valueNow(statePrefix+recipient)) != StateAcknowledged
	})
}

// withEnds adds to a receipt's draft the end of the tasks that chased it, once nothing is to be chased any more.
func withEnds(d *draft, r syncing.Reader) ([]*draft, error) {
	drafts := []*draft{d}
	chased := d.valueNow("overdueAt") != nil && !d.settledNow()
	if chased || len(d.unopenedBy()) > 0 {
		return drafts, nil
	}
	standing, err := tasksAbout(r, TaskMessage, syncing.DocID(d.stands.Text("message")))
	return append(drafts, endAll(standing)...), err
}

// chasersOf are the teams to whom a message comes back: the sender's while it is here, and the navigators, who do not see what
// clinicians write among themselves. Where that is nobody, those who treat the person.
func chasersOf(receipt syncing.Snapshot, r syncing.Reader) ([]string, error) {
	docs, err := r.Documents(careTeamName)
	if err != nil {
		return nil, err
	}
	var teams []string
	for _, doc := range docs {
		id := doc.ID().ID()
		navigates := doc.Text("kind") == KindNavigation && receipt.Text("audience") != audienceClinicians
		if doc.Text("status") == "active" && (navigates || id == receipt.Text("from")) {
			teams = append(teams, id)
		}
	}
	if len(teams) > 0 {
		return teams, nil
	}
	here, err := readTeams(r)
	return union(here.treating(), nil), err
}

// dueReceipt gives a message that nobody opened in time, or that asks for something nobody did in time, back to its sender.
func dueReceipt(_ *ward, m moment) ([]syncing.Patch, error) {
	d := newDraft(m.doc.ID(), m.doc)
	if by, timed := m.doc.Int("openBy"); timed && by <= m.now {
		for _, recipient := range d.unopenedBy() {
			d.once(returnedAtPrefix+recipient, m.now)
		}
	}
	if due, timed := m.doc.Int("dueBy"); timed && due <= m.now && !d.settledNow() {
		d.once("overdueAt", m.now)
	}
	if d.empty() {
		return nil, nil
	}
	message, err := m.reader.Document(syncing.DocID(m.doc.Text("message")))
	if err != nil {
		return nil, err
	}
	chasers, err := chasersOf(m.doc, m.reader)
	if err != nil {
		return nil, err
	}
	drafts := []*draft{d}
	for _, team := range chasers {
		task, err := openTask(m.reader, TaskMessage, team, message, categoryOfAudience(m.doc.Text("audience")), m.now, 0)
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, task)
	}
	return patches(drafts...), nil
}

// nextDue is when time will do something about a receipt; ok is false if it will not.
func nextDue(receipt syncing.Snapshot) (ms int64, ok bool) {
	d := newDraft(receipt.ID(), receipt)
	waits := slices.ContainsFunc(d.unopenedBy(), func(recipient string) bool { return !receipt.Has(returnedAtPrefix + recipient) })
	if by, timed := receipt.Int("openBy"); timed && waits {
		ms, ok = by, true
	}
	if due, timed := receipt.Int("dueBy"); timed && !receipt.Has("overdueAt") && !d.settledNow() && (!ok || due < ms) {
		ms, ok = due, true
	}
	return ms, ok
}

func indexReceipt(record syncing.RecordID, s syncing.Snapshot) []syncing.IndexKey {
	var keys []syncing.IndexKey
	if ms, ok := nextDue(s); ok {
		keys = append(keys, dueAt(record, s.ID(), ms))
	}
	if sent, came := s.Int("sentAt"); came && s.Text("urgency") != urgencyInformation {
		keys = append(keys, ringAt(record, s.ID(), sent))
	}
	return append(keys, inboxKeys(record, s)...)
}
