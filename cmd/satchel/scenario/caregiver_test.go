package scenario

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/client"
	"satchel/internal/identity"
	syncing "satchel/sync"
	"satchel/sync/replica"
)

// invited is a caregiver's phone whose code was used, and whom nobody has confirmed.
func (h *house) invited(by *actor, record syncing.RecordID, name string, more set) *actor {
	h.t.Helper()
	var made struct {
		Code string `json:"code"`
	}
	ask := map[string]any{"kind": identity.KindCaregiver, "birthDate": birthday}
	for k, v := range more {
		ask[k] = v
	}
	h.done(by.post("/v1/records/"+record.UUID.String()+"/codes", ask, &made))
	a := h.device(name)
	_, err := a.Enrol(h.ctx, made.Code, birthday, client.NewRequestID(), name)
	h.done(err)
	return a
}

// circle is who may see a record, as the person reads it.
type circle struct {
	Caregivers, Teams, Waiting []struct {
		Account    string   `json:"account"`
		Team       string   `json:"team"`
		Name       string   `json:"name"`
		Categories []string `json:"categories"`
		Until      int64    `json:"until"`
		Expires    int64    `json:"expires"`
		Hidden     []struct {
			Category string `json:"category"`
			Why      string `json:"why"`
		} `json:"hidden"`
	}
}

func (a *actor) circle(record syncing.RecordID) (c circle) {
	a.h.t.Helper()
	a.h.done(a.get("/v1/records/"+record.UUID.String()+"/caregivers", &c))
	return c
}

// mine is what GET /v1/records says to an actor: how many records there are, and why there may be none yet.
func (a *actor) mine() (records int, waiting string) {
	a.h.t.Helper()
	var page struct {
		Records []struct{} `json:"records"`
		Waiting struct {
			Detail string `json:"detail"`
		} `json:"waiting"`
	}
	a.h.done(a.get("/v1/records", &page))
	return len(page.Records), page.Waiting.Detail
}

func TestCaregiver_NothingIsSharedUntilThePersonConfirmsWhoUsedTheCode(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	for _, by := range []*actor{f.ada, h.olive} {
		cara := h.invited(by, f.record, "Cara of "+by.name, nil)
		records, why := cara.mine()
		require.Zero(t, records)
		require.Contains(t, why, "confirm", "the answer says so")
		cara.note(f.record, newDoc("note"), set{"text": "let me in"})
		h.done(cara.sync(f.record))
		require.Equal(t, replica.NoAccess, cara.db.State(f.record), "as for a record that is not here")
		require.Empty(t, cara.db.View(f.record))
		waiting := f.ada.circle(f.record).Waiting
		require.Len(t, waiting, 1)
		require.Equal(t, "Cara of "+by.name, waiting[0].Name, "the name as it was typed")

		h.refused(404, cara.confirms(f.record, cara))
		h.refused(403, h.olive.confirms(f.record, cara))
		h.refused(404, f.carla.confirms(f.record, cara))
		h.refused(404, h.otto.confirms(f.record, cara))
		require.Empty(t, h.olive.list(f.record, "held"), "what a stranger handed in is no business of the record")
		h.done(f.ada.confirms(f.record, cara))
		records, why = cara.mine()
		require.Equal(t, 1, records)
		require.Empty(t, why)
		require.Len(t, cara.list(f.record, "note"), 1, "the phone hands in again what it wrote, and sees it")
		h.done(f.ada.remove(caregiverPath(f.record, cara)))
		f.ada.change(f.record, replica.Change{Doc: f.ada.list(f.record, "note")[0].ID, Delete: true})
		h.done(f.ada.sync(f.record))
	}
	stranger := h.invited(h.olive, f.record, "Somebody else", nil)
	h.done(f.ada.remove(caregiverPath(f.record, stranger)))
	h.refused(404, f.ada.confirms(f.record, stranger))
	_, why := stranger.mine()
	require.Empty(t, why)
	require.Empty(t, f.ada.circle(f.record).Waiting)

	paper := h.admit("Cleo Synthetic")
	helper := h.invited(h.olive, paper, "Cleo's son", nil)
	h.done(h.olive.confirms(paper, helper)) // a person without a phone says it to the nurse
	h.done(helper.sync(paper))
	require.Equal(t, replica.UpToDate, helper.db.State(paper))
}

func TestCaregiver_AnAccessEndsAtItsTimeAtTheNextRequest(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	visit := h.notReady(f.record, "Clinic")
	until := h.clock.Now().Add(24 * time.Hour).UnixMilli()
	cara := h.invited(f.ada, f.record, "Cara", set{"expires": until})
	h.done(f.ada.confirms(f.record, cara))
	require.NotNil(t, cara.sees(f.record, visit))
	h.refused(403, h.olive.post("/v1/records/"+f.record.UUID.String()+"/codes",
		map[string]any{"kind": "caregiver", "birthDate": birthday, "expires": until}, nil))
	h.refused(400, f.ada.put(caregiverPath(f.record, f.carla), map[string]any{"categories": []string{"schedule"}, "expires": 1}, nil))

	h.clock.pass(24*time.Hour + time.Second)
	require.Nil(t, cara.sees(f.record, visit), "no follower has looked yet")
	require.Equal(t, replica.NoAccess, cara.db.State(f.record))
	require.Empty(t, cara.db.View(f.record), "the phone has forgotten it")
	records, _ := cara.mine()
	require.Zero(t, records)
	h.follow()
	for _, c := range f.ada.circle(f.record).Caregivers {
		if c.Name == "Cara" {
			require.NotZero(t, c.Until)
		}
	}
	require.NotNil(t, f.carla.sees(f.record, visit), "hers has no end")
}

func TestCaregiver_ARevocationIsImmediateAndThePhoneForgets(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	visit := h.notReady(f.record, "Clinic")
	plan := newDoc("goal")
	f.ada.writes(f.record, plan, set{"text": "Dance at the wedding"})
	share := func(categories ...string) {
		h.done(f.ada.put(caregiverPath(f.record, f.carla), map[string]any{"categories": categories}, nil))
	}
	require.Nil(t, f.carla.sees(f.record, plan))
	share("schedule", "plan")
	require.NotNil(t, f.carla.sees(f.record, plan))
	share("schedule")
	require.Nil(t, f.carla.sees(f.record, plan), "hidden again, and gone from the phone")
	require.NotNil(t, f.carla.shows(f.record, visit))
	h.refused(404, f.carla.get("/v1/records/"+f.record.UUID.String()+"/documents/"+string(plan)+"/history", nil))
	h.refused(400, f.ada.put(caregiverPath(f.record, f.carla), map[string]any{"categories": []string{"schedule", "concerns.sensitive"}}, nil))
	h.refused(403, h.olive.put(caregiverPath(f.record, f.carla), map[string]any{"categories": []string{"plan"}}, nil))
	h.refused(404, f.carla.get("/v1/records/"+f.record.UUID.String()+"/caregivers", nil))

	for _, c := range f.ada.circle(f.record).Caregivers {
		require.Equal(t, []string{"schedule"}, c.Categories)
		for _, hidden := range c.Hidden {
			require.True(t, strings.HasSuffix(hidden.Why, "."), "what is hidden, and why")
		}
		require.Len(t, c.Hidden, 13, "what a person sees but the schedule, and emergency links")
	}
	h.done(f.ada.remove(caregiverPath(f.record, f.carla)))
	require.Nil(t, f.carla.sees(f.record, visit))
	require.Equal(t, replica.NoAccess, f.carla.db.State(f.record))
	require.Empty(t, f.carla.db.View(f.record))
}
