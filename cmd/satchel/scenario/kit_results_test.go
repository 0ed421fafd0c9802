package scenario

import (
	"maps"
	"strings"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/client"
	"satchel/internal/care"
	"satchel/internal/identity"
	syncing "satchel/sync"
)

// hireAs makes a member of a team who works as something, such as a pharmacist.
func (h *house) hireAs(job, name string, team identity.Team) *actor {
	h.t.Helper()
	staff := identity.Staff{Kind: identity.KindClinician, Name: "Synthetic " + name, SignInName: name, Password: passphrase, Job: job}
	_, err := h.server.Identity().Seed().Staff(h.ctx, staff, team.ID)
	require.NoError(h.t, err)
	a := h.device(name)
	_, err = a.SignIn(h.ctx, name, passphrase, "board of "+name)
	require.NoError(h.t, err)
	return a
}

// count is a count of white cells, taken now, as somebody of a team enters it.
func (h *house) count(value, unit string, more set) set {
	all := set{
		"code": "cbc.wbc", "value": value, "unit": unit, "effective": h.clock.Now().UnixMilli(), "source": "clinician-entry", "status": "final",
		"performer": "Millbrook laboratory",
	}
	maps.Copy(all, more)
	return all
}

// enters puts a result in.
func (a *actor) enters(record syncing.RecordID, fields set) syncing.DocID {
	a.h.t.Helper()
	doc := newDoc("result")
	a.h.done(a.write(record, doc, fields))
	return doc
}

// decides says something of a result as it stands for the actor: with a decision, or that it was seen.
func (a *actor) decides(record syncing.RecordID, result syncing.DocID, team identity.Team, more set) error {
	a.h.t.Helper()
	all := set{"result": string(result), "team": team.ID, "version": value(a.sees(record, result), "version")}
	maps.Copy(all, more)
	return a.write(record, newDoc("resultAck"), all)
}

// reads is a result as a board shows it, or a phone: the explanation first.
func (a *actor) reads(record syncing.RecordID, result syncing.DocID, clinician bool) care.ResultView {
	a.h.t.Helper()
	a.h.done(a.sync(record))
	views, err := a.words().Results(client.Papers(a.db, record), a.now(), "Europe/London", clinician)
	a.h.done(err)
	for _, view := range views {
		if view.Doc == result {
			return view
		}
	}
	require.Fail(a.h.t, "the device shows no such result", a.name)
	return care.ResultView{}
}

// toAcknowledge is the list of what a team has to decide about.
func (a *actor) toAcknowledge(team identity.Team) []struct {
	care.ResultView
	Person struct {
		Name string `json:"name"`
	} `json:"person"`
} {
	a.h.t.Helper()
	var page struct {
		Results []struct {
			care.ResultView
			Person struct {
				Name string `json:"name"`
			} `json:"person"`
		} `json:"results"`
	}
	a.h.done(a.get("/v1/teams/"+team.ID.String()+"/results", &page))
	return page.Results
}

// everyTwiceAWeek is an order of blood counts on Mondays and Thursdays, that oncology answers for.
func (h *house) everyTwiceAWeek(f family) syncing.DocID {
	h.t.Helper()
	doc := newDoc("labOrder")
	h.done(h.olive.orders(f.record, doc, ordering(h.oncology, "cbc.diff", "Blood count", "2026-11-23", set{
		"recurrence": "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=6", "windowAfterDays": 1, "performerTeam": h.primary.ID,
	})))
	return doc
}

// pegfilgrastim is what is expected after an injection on Friday 20 November.
func pegfilgrastim(more set) set {
	all := set{
		"code": "cbc.wbc", "low": "10", "high": "60", "unit": "10*9/L", "validFrom": "2026-11-21", "validTo": "2026-12-04", "doseDate": "2026-11-20",
		"drug": "pegfilgrastim", "because": "pegfilgrastim on 20 November", "ifOutside": "Call the oncology line, day and night.",
		"patientText": "A high count is what your injection is for.", "clinicianText": "A count of 10 to 60 is expected after pegfilgrastim.", "status": "draft",
	}
	maps.Copy(all, more)
	return all
}

// drafts writes a finding with what it excludes.
func (a *actor) drafts(record syncing.RecordID, fields set, exclusions ...string) (syncing.DocID, error) {
	a.h.t.Helper()
	doc := newDoc("expectedFinding")
	body := map[string]any{"doc": doc, "set": fields}
	if len(exclusions) > 0 {
		body["add"] = map[string]any{"exclusions": exclusions}
	}
	return doc, a.act(record, "write", body, nil)
}

// above asks that words stand in a screen, each above the next.
func (h *house) above(screen string, words ...string) {
	h.t.Helper()
	for _, word := range words {
		_, rest, found := strings.Cut(screen, word)
		require.True(h.t, found, "%q is not there, or not where it belongs:\n%s", word, screen)
		screen = rest
	}
}
