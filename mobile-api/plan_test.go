package mobileapi

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/care"
	"satchel/sync"
)

// TestAPlanIsOfferedPublishedAndAsked goes through every action of the plan; the witness holds each answer to the contract.
func TestAPlanIsOfferedPublishedAndAsked(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.both()
	act := func(by person, action string, body map[string]any, key string) reply {
		return p.do("POST", "/v1/records/"+p.record.String()+"/actions/"+action, &by, body, keyHeader, key)
	}
	done := func(got reply) {
		t.Helper()
		require.Equal(t, 200, got.status, got.text())
	}
	plan, activity := "carePlan/"+p.fresh().String(), "activity/"+p.fresh().String()
	done(p.write(p.oncologist, plan, map[string]any{"title": "Plan", "overallLead": p.centre.ID, "followUpLead": p.practice.ID, "status": "active", "phase": "follow-up"}, "1"))
	done(p.write(p.oncologist, activity, map[string]any{
		"title": "PSA", "kind": "lab", "topic": "surveillance", "proposedBy": p.centre.ID, "accountableTeam": p.practice.ID, "status": "offered",
		"protocolRef": "Every 3 months.", "returnCriteria": "Doubled.",
	}, "2"))

	refused := act(p.oncologist, "publish", map[string]any{"plan": plan, "number": 1}, "3")
	require.Equal(t, 422, refused.status)
	var problem struct {
		Missing []care.Lack
		Detail  string
	}
	refused.into(&problem)
	require.Equal(t, []care.Lack{{Doc: syncing.DocID(activity), Why: care.LackAnswer}}, problem.Missing)
	require.NotContains(t, problem.Detail, "PSA", "an error says nothing of what is in the record")

	require.Equal(t, 422, act(p.nurse, "counter", map[string]any{"activity": activity}, "4").status)
	require.Equal(t, 422, act(p.nurse, "decline", map[string]any{"activity": activity, "reason": ""}, "5").status)
	require.Equal(t, 400, act(p.nurse, "decline", map[string]any{"activity": activity, "because": "no"}, "6").status)
	require.Equal(t, 403, act(p.oncologist, "accept", map[string]any{"activity": activity}, "7").status)
	require.Equal(t, 404, act(p.nurse, "accept", map[string]any{"activity": plan}, "8").status, "no activity")
	done(act(p.nurse, "accept", map[string]any{"activity": activity}, "9"))
	done(act(p.nurse, "accept", map[string]any{"activity": activity}, "9"))
	done(act(p.oncologist, "publish", map[string]any{"plan": plan, "number": 1}, "10"))
	done(act(p.oncologist, "publish", map[string]any{"plan": plan, "number": 1}, "10")) // the answer was lost: the same once
	require.Equal(t, 409, act(p.oncologist, "publish", map[string]any{"plan": plan, "number": 1}, "11").status)
	version := care.PlanVersionID(syncing.DocID(plan), 1)
	done(act(p.oncologist, "acknowledge", map[string]any{"version": version, "team": p.centre.ID}, "12"))
	require.Equal(t, 403, act(p.oncologist, "acknowledge", map[string]any{"version": version, "team": p.practice.ID}, "13").status)
	require.Equal(t, 404, act(p.oncologist, "acknowledge", map[string]any{"version": "planVersion/" + p.fresh().String(), "team": p.centre.ID}, "14").status)
	done(act(p.nurse, "acknowledge", map[string]any{"version": version, "team": p.practice.ID}, "15"))
	done(p.write(p.nurse, activity, map[string]any{"transferTo": p.centre.ID}, "16"))
	require.Equal(t, 403, act(p.nurse, "take-activity", map[string]any{"activity": activity, "team": p.centre.ID}, "17").status)
	done(act(p.oncologist, "take-activity", map[string]any{"activity": activity, "team": p.centre.ID}, "18"))

	path := "/v1/records/" + p.record.String() + "/who"
	var said struct {
		Agreement care.Agreement
		Topics    []care.Responsibility
	}
	got := p.do("GET", path+"?topic=surveillance", &p.patient, nil)
	require.Equal(t, 200, got.status, got.text())
	got.into(&said)
	require.Equal(t, p.centre.ID.String(), said.Topics[0].Team)
	require.True(t, said.Agreement.Changed, "another team has taken it since")
	require.Equal(t, 200, p.do("GET", path, &p.nurse, nil).status)
	require.Equal(t, 400, p.do("GET", path+"?topic=weather", &p.nurse, nil).status)
	missing := p.do("GET", "/v1/records/"+p.fresh().String()+"/who", &p.nurse, nil)
	for _, by := range []person{p.caregiver, p.outsider} {
		got := p.do("GET", path, &by, nil)
		require.Equal(t, 404, got.status)
		require.Equal(t, missing.text(), got.text(), "missing and hidden are one answer")
	}
}
