package scenario

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
	"satchel/sync/replica"
)

// accessLine is a line of the access log, as the person reads it.
type accessLine struct {
	Kind string `json:"kind"`
	At   int64  `json:"at"`
	By   *struct {
		Account syncing.AccountID `json:"account"`
		Name    string            `json:"name"`
	} `json:"by"`
	Role         string `json:"role"`
	Team         string `json:"team"`
	Organisation string `json:"organisation"`
	Emergency    bool   `json:"emergency"`
}

// accessLog is who had to do with the record, as the actor reads it.
func (a *actor) accessLog(record syncing.RecordID) []accessLine {
	a.h.t.Helper()
	var page struct {
		Lines []accessLine `json:"lines"`
	}
	a.h.done(a.get("/v1/records/"+record.UUID.String()+"/access-log?limit=200", &page))
	return page.Lines
}

// readsBy are the lines that say that somebody read.
func readsBy(log []accessLine, a *actor) (lines []accessLine) {
	for _, line := range log {
		if line.Kind == "read" && line.By != nil && line.By.Account == a.Tokens().Account {
			lines = append(lines, line)
		}
	}
	return lines
}

// What the person takes back is gone at the next request; what was read before stays in the log that they can read, and keep.
func TestSeed_B44_AWithdrawnConsentEndsAccessAndPastReadsStayInTheLog(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	note := newDoc("note")
	f.ada.writes(f.record, note, set{"text": "seen by everybody"})
	require.NotNil(t, h.olive.sees(f.record, note))
	require.NotNil(t, h.pia.sees(f.record, note))
	require.NotNil(t, f.carla.sees(f.record, note))
	f.ada.writes(f.record, newDoc("assessment"), set{"questionnaire": "hna|1.0.0", "status": "completed", "answeredBy": "patient", "answers.phy.nausea": 5})
	require.NotEmpty(t, h.oscar.queue(h.oncology), "a doctor who reads the queue alone")

	log := f.ada.accessLog(f.record)
	require.Len(t, readsBy(log, h.olive), 1, "one line an hour, however often")
	require.Equal(t, "Synthetic olive", readsBy(log, h.olive)[0].By.Name)
	require.Equal(t, "Riverside Oncology", readsBy(log, h.olive)[0].Team)
	require.Equal(t, "Riverside Cancer Centre", readsBy(log, h.olive)[0].Organisation)
	require.Len(t, readsBy(log, h.oscar), 1)
	require.Len(t, readsBy(log, f.carla), 1)
	require.Empty(t, readsBy(log, f.ada), "her own reading is her own")
	require.Empty(t, readsBy(log, h.dora))
	h.refused(404, f.carla.get("/v1/records/"+f.record.UUID.String()+"/access-log", nil))
	h.refused(404, h.otto.get("/v1/records/"+f.record.UUID.String()+"/access-log", nil))

	h.done(f.ada.remove("/v1/records/" + f.record.UUID.String() + "/teams/" + h.oncology.ID.String()))
	require.Nil(t, h.olive.sees(f.record, note))
	require.Equal(t, replica.NoAccess, h.olive.db.State(f.record))
	require.Empty(t, h.oscar.queue(h.oncology))
	h.refused(404, h.oscar.get("/v1/records/"+f.record.UUID.String()+"/held", nil))
	require.NotNil(t, h.pia.sees(f.record, note), "the practice stays")
	h.clock.pass(2 * time.Hour)
	h.done(h.olive.sync(f.record))
	require.NotNil(t, h.pia.sees(f.record, newDocBy(f.ada, f.record)))

	after := f.ada.accessLog(f.record)
	require.Len(t, readsBy(after, h.olive), 1, "past reads stay, and there is no new one")
	require.Len(t, readsBy(after, h.pia), 2)
	require.Equal(t, readsBy(log, h.olive), readsBy(after, h.olive))

	var kept struct {
		Consents []struct {
			Kind, Status, Name string
			Categories         []string
		}
	}
	f.proves(h, h.pia)
	h.done(f.ada.get("/v1/records/"+f.record.UUID.String()+"/consents", &kept))
	status := map[string]string{}
	for _, c := range kept.Consents {
		status[c.Name] = c.Kind + " " + c.Status
	}
	require.Equal(t, "team ended", status["Riverside Oncology"])
	require.Equal(t, "team active", status["Millbrook nurses"])
	require.Equal(t, "caregiver active", status["phone of carla"])
	h.refused(404, h.pia.get("/v1/records/"+f.record.UUID.String()+"/consents", nil))
	h.refused(404, f.carla.get("/v1/records/"+f.record.UUID.String()+"/consents", nil))
}

// newDocBy is a note that somebody has just written.
func newDocBy(a *actor, record syncing.RecordID) syncing.DocID {
	doc := newDoc("note")
	a.writes(record, doc, set{"text": "something new"})
	return doc
}
