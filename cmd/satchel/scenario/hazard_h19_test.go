package scenario

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
	"satchel/sync/replica"
)

// allButSensitive is the most that a person can share with a caregiver.
var allButSensitive = []string{
	"person", "team", "schedule", "plan", "results", "assessments", "concerns.physical", "concerns.practical", "concerns.emotional",
	"messages", "medication", "triage",
}

// private are the documents that a private report makes, as the person and the nurse see them.
func (h *house) private(f family, report syncing.DocID) (docs []syncing.DocID) {
	h.t.Helper()
	docs = append(docs, report)
	for _, concern := range f.ada.list(f.record, "concern") {
		if value(concern, "assessment") == string(report) {
			docs = append(docs, concern.ID)
		}
	}
	for _, row := range h.olive.list(f.record, "triage") {
		if value(row, "private") == true {
			docs = append(docs, row.ID)
		}
	}
	return docs
}

// knowsNothing asks that nothing which the actor can read, by any way, holds or names one of the documents.
func (h *house) knowsNothing(a *actor, record syncing.RecordID, docs []syncing.DocID) {
	h.t.Helper()
	h.done(a.sync(record))
	for _, d := range a.db.View(record) {
		require.NotContains(h.t, docs, d.ID)
		for name, v := range d.Fields {
			require.False(h.t, strings.Contains(name, "unsafe") || strings.Contains(string(v), "unsafe"), "%s of %s", name, d.ID)
			for _, doc := range docs {
				require.NotContains(h.t, string(v), string(doc), "%s names it", d.ID)
			}
		}
	}
	path := "/v1/records/" + record.UUID.String()
	for _, doc := range docs {
		h.refused(404, a.get(path+"/documents/"+string(doc)+"/history", nil))
	}
	var held syncing.HeldList
	h.done(a.get(path+"/held", &held))
	for _, item := range held.Items {
		require.NotContains(h.t, docs, syncing.DocID(item.For))
	}
	h.refused(404, a.get(path+"/caregivers", nil))
	h.refused(404, a.get("/v1/teams/"+h.oncology.ID.String()+"/queue", nil))
}

// headOf is how far an actor is told that the record has come.
func (a *actor) headOf(record syncing.RecordID) syncing.Rev {
	a.h.t.Helper()
	var page struct {
		Records []struct {
			Record syncing.RecordID `json:"record"`
			Head   syncing.Rev      `json:"head"`
		} `json:"records"`
	}
	a.h.done(a.get("/v1/records", &page))
	for _, line := range page.Records {
		if line.Record == record {
			return line.Head
		}
	}
	return 0
}

// A caregiver may be the one whom the person fears: no report of an unsafe home or of self-harm reaches their account, by any way.
func TestHazard_H19_ACaregiverNeverReceivesASensitiveReport(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	h.done(f.ada.put(caregiverPath(f.record, f.carla), map[string]any{"categories": allButSensitive}, nil))
	h.done(f.carla.sync(f.record))
	before := f.carla.headOf(f.record)

	report := newDoc("assessment")
	f.ada.writes(f.record, report, set{
		"questionnaire": "hna|1.0.0", "status": "completed", "answeredBy": "patient",
		"answers.rel.unsafe": true, "answers.emo.selfharm": 7, "itemNote.rel.unsafe": "unsafe when we are alone",
	})
	docs := h.private(f, report)
	require.GreaterOrEqual(t, len(docs), 4, "the report, two concerns and a row of the nurse")
	require.NotEmpty(t, h.pia.queue(h.primary), "the team does hear of it")
	require.Equal(t, before, f.carla.headOf(f.record), "not even that something changed")
	h.knowsNothing(f.carla, f.record, docs)

	f.ada.isHeld(f.record, report, set{"whoCanSee.rel.unsafe": "caregiver"}, syncing.Invalid)
	h.refused(400, f.ada.put(caregiverPath(f.record, f.carla), map[string]any{"categories": []string{"concerns.sensitive"}}, nil))
	h.refused(400, f.ada.post("/v1/records/"+f.record.UUID.String()+"/codes",
		map[string]any{"kind": "caregiver", "birthDate": birthday, "categories": []string{"concerns.sensitive"}}, nil))
	require.Equal(t, before, f.carla.headOf(f.record), "nor that somebody tried")

	row := h.pia.queue(h.primary)[0]
	h.done(h.pia.act(f.record, "claim", map[string]any{"triage": row.Doc}, nil))
	h.knowsNothing(f.carla, f.record, docs)
	f.ada.writes(f.record, report, set{"status": "amended", "answers.rel.unsafe": true, "itemNote.rel.unsafe": "still unsafe"})
	h.knowsNothing(f.carla, f.record, docs)

	h.done(f.ada.put(caregiverPath(f.record, f.carla), map[string]any{"categories": []string{"schedule"}}, nil))
	h.knowsNothing(f.carla, f.record, docs)
	h.done(f.ada.put(caregiverPath(f.record, f.carla), map[string]any{"categories": allButSensitive}, nil))
	h.knowsNothing(f.carla, f.record, docs)
	h.done(f.ada.remove(caregiverPath(f.record, f.carla)))
	h.done(f.carla.sync(f.record))
	require.Equal(t, replica.NoAccess, f.carla.db.State(f.record))
	require.Empty(t, f.carla.db.View(f.record))
	h.done(h.pia.sync(f.record))
	require.NotNil(t, h.pia.shows(f.record, docs[1]), "the practice does see it")
	require.Empty(t, h.otto.list(f.record, "concern"))
}
