package scenario

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/stretchr/testify/require"

	"satchel/internal/care"
	"satchel/internal/identity"
	syncing "satchel/sync"
	"satchel/sync/replica"
)

// answers is a completed assessment of the person, with more fields beside the answers.
func answers(of set, more set) set {
	all := set{"questionnaire": "hna|1.0.0", "status": "completed", "answeredBy": "patient"}
	for code, answer := range of {
		all["answers."+code] = answer
	}
	for name, v := range more {
		all[name] = v
	}
	return all
}

// reports completes an assessment on the device and syncs it.
func (a *actor) reports(record syncing.RecordID, of, more set) syncing.DocID {
	a.h.t.Helper()
	doc := newDoc("assessment")
	a.writes(record, doc, answers(of, more))
	return doc
}

// concern is what the device shows of a concern after a sync; nil if it is not there.
func (a *actor) concern(record syncing.RecordID, assessment syncing.DocID, code string) *replica.Document {
	a.h.t.Helper()
	return a.sees(record, care.ConcernID(assessment, code))
}

// rowOf is the one row of a record in a team's queue.
func (a *actor) rowOf(team identity.Team, record syncing.RecordID) queueRow {
	a.h.t.Helper()
	rows := slices.DeleteFunc(a.queue(team), func(row queueRow) bool { return row.Record != record })
	require.Len(a.h.t, rows, 1, "one row a record and team")
	return rows[0]
}

// codes are the items that a row's concerns are about, as the device shows them.
func (a *actor) codes(record syncing.RecordID, row queueRow) (list []string) {
	a.h.t.Helper()
	for _, id := range row.Concerns {
		if d := a.sees(record, syncing.DocID(id)); d != nil {
			code, _ := value(d, "code").(string)
			list = append(list, code)
		}
	}
	slices.Sort(list)
	return list
}

// nothingOf asks that somebody sees nothing of a record: not in the list, not by sync, not by name.
func (a *actor) nothingOf(record syncing.RecordID, doc syncing.DocID) {
	a.h.t.Helper()
	var page struct {
		Records []struct {
			Record syncing.RecordID `json:"record"`
		} `json:"records"`
	}
	a.h.done(a.get("/v1/records", &page))
	for _, line := range page.Records {
		require.NotEqual(a.h.t, record, line.Record, a.name)
	}
	a.h.done(a.sync(record))
	require.Empty(a.h.t, a.db.View(record), a.name)
	a.h.refused(http.StatusNotFound, a.get("/v1/records/"+record.UUID.String()+"/documents/"+string(doc)+"/history", nil))
}

// silentAbout asks that nothing on a device speaks of a word: no document, field, value or sibling.
func (a *actor) silentAbout(record syncing.RecordID, words ...string) {
	a.h.t.Helper()
	a.h.done(a.sync(record))
	for _, d := range a.db.View(record) {
		text := fmt.Sprint(d.ID, " ", d.Fields, " ", d.Siblings)
		for name, v := range d.Fields {
			text += " " + name + " " + string(v)
		}
		for _, word := range words {
			require.NotContains(a.h.t, strings.ToLower(text), strings.ToLower(word), "%s, in %s", a.name, d.ID)
		}
	}
}

// secondPhone is a second device of an account, which has synced.
func (a *actor) secondPhone(record syncing.RecordID) *actor {
	a.h.t.Helper()
	var made struct {
		Code string `json:"code"`
	}
	a.h.done(a.post("/v1/records/"+record.UUID.String()+"/codes", map[string]any{"kind": "patient", "birthDate": birthday, "ownPhone": true}, &made))
	second := a.h.device(a.name + "'s tablet")
	_, err := second.Enrol(a.h.ctx, made.Code, birthday, "a request of "+second.name+record.String(), second.name)
	require.NoError(a.h.t, err)
	a.h.done(second.sync(record))
	return second
}

// settled lets oncology say that nothing of the treatment raises a risk.
func (f family) settled(h *house) {
	h.t.Helper()
	h.done(h.olive.write(f.record, care.ClinicalContextID(f.record), set{
		"sactLastDose": "2025-01-01", "checkpointInhibitorLastDose": "2024-01-01", "transplantOrCarT": false,
		"spinalMetsRisk": false, "anticoagulated": false, "steroid": false, "paracetamolRegular": false,
	}))
}

// lets says what a caregiver may see from now on.
func (a *actor) lets(record syncing.RecordID, caregiver *actor, categories ...string) error {
	a.h.t.Helper()
	return a.put(caregiverPath(record, caregiver), map[string]any{"categories": categories}, nil)
}

// heldOf is what waits on a device to be settled.
func (a *actor) heldOf(record syncing.RecordID) []*replica.Document {
	a.h.t.Helper()
	return slices.DeleteFunc(a.list(record, "held"), func(d *replica.Document) bool { return value(d, "status") != "open" })
}
