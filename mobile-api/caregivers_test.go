package mobileapi

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/sync"
)

func TestThePersonSaysWhatACaregiverSees(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	path := "/v1/records/" + p.record.String() + "/caregivers"
	one := path + "/" + p.caregiver.account.String()
	plan := map[string]any{"categories": []string{"schedule", "plan"}}
	require.Equal(t, 403, p.do("PUT", one, &p.nurse, plan).status, "not the team's decision")
	require.Equal(t, 404, p.do("PUT", path+"/"+p.nurse.account.String(), &p.patient, plan).status, "no caregiver")
	require.Equal(t, 400, p.do("PUT", one, &p.patient, map[string]any{"categories": []string{"everything"}}).status)
	got := p.do("PUT", one, &p.patient, plan)
	require.Equal(t, 204, got.status, got.text())
	var list struct {
		Caregivers []struct {
			Account    syncing.AccountID
			Categories []string
			Until      int64
		}
		Teams []struct{ Team syncing.TeamID }
	}
	p.do("GET", path, &p.patient, nil).into(&list)
	require.Len(t, list.Caregivers, 1)
	require.Equal(t, []string{"plan", "schedule"}, list.Caregivers[0].Categories)
	require.Len(t, list.Teams, 2)
	require.Equal(t, 404, p.do("GET", path, &p.caregiver, nil).status, "who else may see it is not a caregiver's to know")
}

func TestACaregiverWhoMaySeeNothingSeesNothing(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.phone(p.patient).sync(set("note/"+p.fresh().String(), map[string]any{"text": "on the fridge"}))
	before, _ := p.phone(p.caregiver).sync()
	require.NotEmpty(t, before.Changes)
	one := "/v1/records/" + p.record.String() + "/caregivers/" + p.caregiver.account.String()
	require.Equal(t, 400, p.do("PUT", one, &p.patient, map[string]any{}).status)
	require.Equal(t, 204, p.do("PUT", one, &p.patient, map[string]any{"categories": []string{}}).status)
	after, _ := p.phone(p.caregiver).sync()
	require.Empty(t, after.Changes, "nothing is a decision, not the default")
}

func TestAnEndedAccessIsRefusedAtOnceAndWrittenDownTwice(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	ph := p.phone(p.caregiver)
	before, _ := ph.sync()
	require.Nil(t, before.Error)
	require.Equal(t, 204, p.do("DELETE", "/v1/records/"+p.record.String()+"/caregivers/"+p.caregiver.account.String(), &p.patient, nil).status)
	after, _ := ph.sync()
	require.Equal(t, syncing.Ended, after.Error.Code)
	require.Empty(t, after.Changes)
	require.NotEmpty(t, p.ledger.list)
	require.Equal(t, p.caregiver.account, p.ledger.list[len(p.ledger.list)-1].Account)
}

func TestATeamIsLetInAndSentAway(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.record = p.begin(p.nurse, "k", "Ben")
	path := "/v1/records/" + p.record.String() + "/teams/" + p.centre.ID.String()
	require.Equal(t, 204, p.do("DELETE", path, &p.oncologist, nil).status, "a team may leave")
	require.Equal(t, 404, p.do("GET", "/v1/records/"+p.record.String()+"/held", &p.oncologist, nil).status)
	require.Equal(t, 204, p.do("PUT", path, &p.nurse, map[string]any{"categories": []string{"schedule"}}).status)
	require.Equal(t, 200, p.do("GET", "/v1/records/"+p.record.String()+"/held", &p.oncologist, nil).status)
	require.Equal(t, 404, p.do("PUT", "/v1/records/"+p.record.String()+"/teams/"+p.fresh().String(), &p.nurse, map[string]any{}).status)
}

func TestTeamsAreListedForThoseWhoWorkInOne(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	var list struct{ Teams []struct{ Name, Role string } }
	p.do("GET", "/v1/teams", &p.nurse, nil).into(&list)
	require.Len(t, list.Teams, 1)
	require.Equal(t, "Riverside nurses", list.Teams[0].Name)
	require.Equal(t, "primary", list.Teams[0].Role)
	p.do("GET", "/v1/teams?all=true", &p.nurse, nil).into(&list)
	require.Len(t, list.Teams, 2)
	require.Equal(t, "Riverside nurses", list.Teams[0].Name, "the caller's own first")
	p.do("GET", "/v1/teams?all=true", &p.patient, nil).into(&list)
	require.Len(t, list.Teams, 2, "a person may share with any")
	require.Equal(t, 403, p.do("GET", "/v1/teams?all=true", &p.caregiver, nil).status)
	require.Equal(t, 400, p.do("GET", "/v1/teams?all=yes", &p.nurse, nil).status)
}
