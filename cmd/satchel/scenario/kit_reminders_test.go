package scenario

import (
	"bytes"
	"os/exec"
	"slices"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"satchel/internal/calendar/remind"
	"satchel/internal/identity"
	"satchel/internal/reminder"
	syncing "satchel/sync"
)

// reminders is what the server says will ring for an actor.
func (a *actor) reminders(record syncing.RecordID, days int) (page reminder.Page) {
	a.h.t.Helper()
	a.h.done(a.get("/v1/records/"+record.UUID.String()+"/reminders?days="+strconv.Itoa(days), &page))
	return page
}

// codesOf are the codes of a page, each with where the clock stands when it rings.
func codesOf(page reminder.Page) (list []string) {
	for _, m := range page.Reminders {
		list = append(list, m.Code+" "+m.Wall)
	}
	return list
}

// agrees holds a phone, and a web app, to the server: all lists are the same, byte for byte.
func (s *handset) agrees(a *actor, record syncing.RecordID, days int) reminder.Page {
	s.h.t.Helper()
	s.h.done(s.Sync(s.h.ctx))
	here, err := s.Reminders(record, days)
	s.h.done(err)
	theirs := a.reminders(record, days)
	mine, err := json.Marshal(here)
	s.h.done(err)
	other, err := json.Marshal(theirs)
	s.h.done(err)
	require.JSONEq(s.h.t, string(other), string(mine))
	require.JSONEq(s.h.t, string(other), string(a.sdkReminders(record, remind.ForPatient, days)), "satchel-sdk")
	return here
}

// sdkReminders is what satchel-sdk works out of its own copy.
func (a *actor) sdkReminders(record syncing.RecordID, audience string, days int) []byte {
	a.h.t.Helper()
	ask, err := json.Marshal(map[string]any{
		"server": a.h.base, "token": a.Tokens().AccessToken, "record": record.UUID, "audience": audience, "now": a.h.clock.Now().UnixMilli(), "days": days,
	})
	a.h.done(err)
	node := exec.CommandContext(a.h.ctx, "node", "../../../web/sdk/conformance/reminders.js")
	node.Stdin = bytes.NewReader(ask)
	var said bytes.Buffer
	node.Stderr = &said
	out, err := node.Output()
	require.NoError(a.h.t, err, "%s", &said)
	return out
}

// wantsAnswers asks the person to answer the questions by a day.
func (a *actor) wantsAnswers(f family, team identity.Team, day string) syncing.DocID {
	a.h.t.Helper()
	doc := newDoc("assessmentRequest")
	a.h.done(a.write(f.record, doc, set{"team": team.ID, "dueOn": day, "status": "active"}))
	return doc
}

// rings are the ids of the notices of reminders that an audience got.
func (a *actor) rings(record syncing.RecordID, audience string) (list []string) {
	a.h.t.Helper()
	for _, d := range a.list(record, "notice") {
		code, _ := value(d, "code").(string)
		if value(d, "audience") == audience && slices.Contains(remindCodes, code) {
			list = append(list, string(d.ID))
		}
	}
	slices.Sort(list)
	return list
}

// pass lets time pass until an hour in London; nothing follows from it yet.
func (h *house) pass(wall string) {
	h.t.Helper()
	then, err := time.ParseInLocation("2006-01-02T15:04", wall, time.UTC) // in winter London is there
	h.done(err)
	h.clock.pass(then.Sub(h.clock.Now()))
}

func docID(text string) syncing.DocID { return syncing.DocID(text) }
