package scenario

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var anyID = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// TestAccess_T11_AnIDOfAnotherTenantInAnyPlaceOfARequestReachesNothingOfTheirs puts, into each place of each request in which an id
// stands, the id of a record, a team, an account and a document of a practice elsewhere (threat T11). Nothing of theirs comes back, and
// nothing of theirs has changed.
func TestAccess_T11_AnIDOfAnotherTenantInAnyPlaceOfARequestReachesNothingOfTheirs(t *testing.T) {
	t.Parallel()
	w := newAccessWorld(t)
	theirs, fern := w.records[relUnlinked], w.keepers[relUnlinked]
	n := &nest{accessWorld: w}
	doc := n.id("note", ofNobody)
	w.done(fern.write(theirs, doc, set{"text": n.word(ofNobody)}))
	foreign := []string{theirs.UUID.String(), fern.Tokens().Account.String(), w.teamOf(fern), doc.ID()}
	before := w.standing(fern)

	swapped := 0
	for _, d := range doors(t) {
		if d.public || d.path == "/v1/live" || d.path == "/v1/sign-out" || d.name == "POST /v1/emergency-access" {
			continue // a stream says ids of one's own records alone; an emergency is for opening what is not one's own
		}
		for _, c := range w.columns {
			if c.actor == nil || !slices.Contains([]string{"patient", "caregiver", "oncology", "primary", "organisation-administrator"}, c.name) {
				continue
			}
			relation := relLinked
			if !slices.Contains(d.relations, relLinked) {
				relation = d.relations[0]
			}
			path, body, ok := w.asked(d, relation, c)
			require.True(t, ok)
			for _, ask := range swaps(asking{d.name, d.method, path, body}, foreign) {
				got := w.knock(ask.method, ask.path, c.token, ask.body)
				require.Less(t, got.status, 500, "%s of %s", d.name, c.name)
				require.NotContains(t, answered(got), n.list[1].word, "%s of %s", d.name, c.name)
				require.NotContains(t, answered(got), "Dan Example", "%s of %s", d.name, c.name)
				swapped++
			}
		}
	}
	require.Greater(t, swapped, 1500)
	require.Equal(t, before, w.standing(fern), "nothing of theirs has changed")
}

// swaps are the request with each id in it replaced, one at a time, by each of the others.
func swaps(a asking, others []string) (list []asking) {
	text, _ := json.Marshal(a.body)
	if _, isBytes := a.body.([]byte); isBytes {
		text = nil
	}
	var seen []string
	for _, id := range anyID.FindAllString(a.path+" "+string(text), -1) {
		if slices.Contains(seen, id) {
			continue
		}
		seen = append(seen, id)
		for _, other := range others {
			swapped := asking{a.what, a.method, strings.ReplaceAll(a.path, id, other), a.body}
			if text != nil && a.body != nil {
				swapped = a.names(id, other)
			}
			list = append(list, swapped)
		}
	}
	return list
}

// standing is all that somebody sees of their record, and who may see it.
func (w *accessWorld) standing(keeper *actor) string {
	w.t.Helper()
	record := w.records[relUnlinked]
	var b strings.Builder
	w.done(keeper.sync(record))
	for _, d := range keeper.db.View(record) {
		fmt.Fprintln(&b, d.ID, d.Rev, d.Fields)
	}
	for _, path := range []string{"/caregivers", "/access-log", "/invitations", "/held"} {
		got := w.knock(http.MethodGet, "/v1/records/"+record.UUID.String()+path, keeper.Tokens().AccessToken, nil)
		require.Equal(w.t, 200, got.status)
		b.Write(got.body)
	}
	b.Write(w.knock(http.MethodGet, "/v1/teams/"+w.teamOf(keeper), keeper.Tokens().AccessToken, nil).body)
	return b.String()
}

// teamOf is the team in which somebody works.
func (w *accessWorld) teamOf(a *actor) string {
	w.t.Helper()
	who, _, err := w.server.Identity().Principal(besideRequests(w.ctx), a.Tokens().Account)
	w.done(err)
	require.Len(w.t, who.Teams, 1)
	return who.Teams[0].Team.String()
}
