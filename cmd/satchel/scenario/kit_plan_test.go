package scenario

import (
	"encoding/json"
	"maps"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/client"
	"satchel/internal/care"
	"satchel/internal/identity"
	syncing "satchel/sync"
	"satchel/sync/replica"
)

// plan is the plan of a family, which oncology leads.
func (h *house) plan(f family, phase string) syncing.DocID {
	h.t.Helper()
	doc := newDoc("carePlan")
	h.done(h.olive.write(f.record, doc, set{
		"title": "Treatment and recovery", "overallLead": h.oncology.ID, "followUpLead": h.oncology.ID, "status": "active", "phase": phase,
	}))
	return doc
}

// offer is an activity that one team offers to another, with how it is done and when it comes back.
func (h *house) offer(by *actor, f family, from, to identity.Team, fields set) syncing.DocID {
	h.t.Helper()
	doc := newDoc("activity")
	h.done(by.write(f.record, doc, offering(from, to, fields)))
	return doc
}

func offering(from, to identity.Team, fields set) set {
	all := set{
		"title": "PSA monitoring", "kind": "monitoring", "topic": "surveillance", "proposedBy": from.ID, "accountableTeam": to.ID, "status": "offered",
		"protocolRef": "PSA every 3 months.", "returnCriteria": "Return to oncology if PSA doubles in 3 months.",
	}
	maps.Copy(all, fields)
	return all
}

// accepts is the action accept.
func (a *actor) accepts(f family, activity syncing.DocID) {
	a.h.t.Helper()
	a.h.done(a.act(f.record, "accept", set{"activity": activity}, nil))
}

func (a *actor) declines(f family, activity syncing.DocID, reason string) error {
	return a.act(f.record, "decline", set{"activity": activity, "reason": reason}, nil)
}

func (a *actor) publishes(f family, plan syncing.DocID, number int) error {
	return a.act(f.record, "publish", set{"plan": plan, "number": number}, nil)
}

func (a *actor) acknowledges(f family, version syncing.DocID, team identity.Team) error {
	return a.act(f.record, "acknowledge", set{"version": version, "team": team.ID}, nil)
}

// who is GET /v1/records/{record}/who.
type who struct {
	Plan *struct {
		Doc          syncing.DocID `json:"doc"`
		Phase        string        `json:"phase"`
		OverallLead  string        `json:"overallLead"`
		FollowUpLead string        `json:"followUpLead"`
		Template     string        `json:"template"`
	} `json:"plan"`
	Agreement  *care.Agreement       `json:"agreement"`
	Template   *care.PlanTemplate    `json:"template"`
	Topics     []care.Responsibility `json:"topics"`
	Activities []care.ActivityView   `json:"activities"`
	Missing    []care.Lack           `json:"missing"`
	Teams      map[string]string     `json:"teams"`
}

func (a *actor) who(f family) (answer who) {
	a.h.t.Helper()
	a.h.done(a.get("/v1/records/"+f.record.UUID.String()+"/who", &answer))
	return answer
}

// about is the answer on one topic.
func (a *actor) about(f family, topic string) care.Responsibility {
	a.h.t.Helper()
	var answer who
	a.h.done(a.get("/v1/records/"+f.record.UUID.String()+"/who?topic="+topic, &answer))
	require.Len(a.h.t, answer.Topics, 1)
	return answer.Topics[0]
}

// knows is the same from what lies on the device, without network.
func (a *actor) knows(f family, topic string) care.Responsibility {
	a.h.t.Helper()
	was := a.net.off.Swap(true)
	defer a.net.off.Store(was)
	answer, known, err := a.words().WhoHandles(topic, client.Papers(a.db, f.record))
	require.NoError(a.h.t, err)
	require.True(a.h.t, known)
	return answer
}

func (a *actor) words() care.Words {
	a.h.t.Helper()
	place, err := care.Default()
	require.NoError(a.h.t, err)
	return care.NewWords(place)
}

// agreement is what the device says of the plan, without network.
func (a *actor) agreement(f family) care.Agreement {
	a.h.t.Helper()
	answer, ok, err := a.words().PlanAgreement(client.Papers(a.db, f.record))
	require.NoError(a.h.t, err)
	require.True(a.h.t, ok)
	return answer
}

// openTasks are the kinds of the open tasks of a team about a document, as the device shows them.
func (a *actor) openTasks(f family, team identity.Team, about syncing.DocID) (kinds []string) {
	a.h.t.Helper()
	for _, d := range a.list(f.record, "task") {
		open := value(d, "status") == "requested" || value(d, "status") == "accepted"
		if open && value(d, "team") == team.ID.String() && value(d, "focus") == string(about) {
			kinds = append(kinds, value(d, "kind").(string))
		}
	}
	return kinds
}

// seesNothingOfPlan: neither the caregiver, to whom the plan is not shown, nor an outsider has a trace of it.
func (h *house) seesNothingOfPlan(f family) {
	h.t.Helper()
	for _, a := range []*actor{f.carla, h.otto} {
		for _, kind := range []string{"carePlan", "activity", "planVersion", "goal", "decision", "task", "correction"} {
			require.Empty(h.t, a.list(f.record, kind), "%s %s", a.name, kind)
		}
		h.refused(404, a.get("/v1/records/"+f.record.UUID.String()+"/who", nil))
	}
}

// missing asks that a publication was refused, and gives the list of why.
func (h *house) missing(err error) map[syncing.DocID]string {
	h.t.Helper()
	var p *client.Problem
	require.ErrorAs(h.t, err, &p)
	require.Equal(h.t, 422, p.Status, p.Detail)
	list := map[syncing.DocID]string{}
	for _, lack := range p.Missing {
		list[lack.Doc] = lack.Why
	}
	return list
}

// settle lets everybody offer and accept what is proposed, as it is proposed.
func (h *house) settle(f family) { h.t.Helper(); h.settleBut(f, "") }

func (h *house) settleBut(f family, left syncing.DocID) {
	h.t.Helper()
	for _, d := range h.olive.list(f.record, "activity") {
		if d.ID == left || value(d, "status") != "proposed" {
			continue
		}
		h.done(h.olive.write(f.record, d.ID, set{"status": "offered"}))
		for _, a := range []*actor{h.olive, h.pia, h.nils} {
			if a.works(value(d, "accountableTeam")) {
				a.accepts(f, d.ID)
			}
		}
	}
}

// works reports whether the actor is of the team with that id.
func (a *actor) works(team any) bool {
	of := map[string]identity.Team{"olive": a.h.oncology, "pia": a.h.primary, "nils": a.h.navigation}
	return of[a.name].ID.String() == team
}

// addTo is a change that adds to a set.
func addTo(doc syncing.DocID, field string, elem any) replica.Change {
	text, err := json.Marshal(elem)
	if err != nil {
		panic(err)
	}
	return replica.Change{Doc: doc, Add: map[string][]jsontext.Value{field: {text}}}
}
