package scenario

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/care"
	"satchel/internal/identity"
)

// TestAccess_ACursorGivesWhatIsSharedNowAndNothingElse lets a person whose teams see nothing but who they are share one kind of
// information after the other with a caregiver. Each time the caregiver pulls as a new phone, and on from every cursor that they ever
// had, of more as of less: what comes is of what is shared now.
func TestAccess_ACursorGivesWhatIsSharedNowAndNothingElse(t *testing.T) {
	t.Parallel()
	w := newAccessWorld(t)
	narrow := *w
	narrow.record, narrow.ada = w.records[relNarrow], w.keepers[relNarrow]
	n := &nest{accessWorld: &narrow}
	bea, record := n.ada, n.record
	bea.writes(record, care.PersonID(record), set{"pronouns": n.word("person")})
	bea.writes(record, n.id("note", "schedule"), set{"text": n.word("schedule")})
	bea.writes(record, n.id("goal", "plan"), set{"text": n.word("plan")})
	bea.writes(record, n.id("message", "messages"), set{"thread": newDoc("message").ID(), "body": n.word("messages")})
	n.reports()

	cleo := w.invited(w.olive, record, "cleo", nil)
	w.done(bea.confirms(record, cleo))
	c := column{name: "cleo", token: w.signedIn(cleo), actor: cleo}
	w.refused(400, bea.put(caregiverPath(record, cleo), map[string]any{"categories": []string{identity.CategorySensitive}}, nil))

	cursors := []string{""}
	came := map[string]bool{}
	for _, shared := range [][]string{{}, {"schedule"}, {"concerns.physical"}, {"assessments"}, {"plan"}, {"messages"}, {"concerns.emotional"}, {"person"}, {"concerns.practical"}, {}, allButSensitive, {"schedule"}} {
		w.done(bea.put(caregiverPath(record, cleo), map[string]any{"categories": shared}, nil))
		n.reports() // something new of each kind, after the change
		for _, cursor := range slices.Clone(cursors) {
			got := narrow.pulled(c, cursor, 7)
			for _, canary := range n.list {
				may := slices.ContainsFunc(canary.of, func(category string) bool { return slices.Contains(shared, category) })
				if strings.Contains(got.text, canary.word) {
					require.True(t, may, "of %v, when %v is shared", canary.of, shared)
					came[canary.of[len(canary.of)-1]] = true
				} else if cursor == "" {
					require.False(t, may, "%v is shared, and nothing of %v comes", shared, canary.of)
				}
			}
			if cursor == "" {
				cursors = append(cursors, got.cursor)
			}
		}
	}
	require.Len(t, came, 8, "each kind came when it was shared: %v", came)
}

var cursorNamed = regexp.MustCompile(`"cursor":"[^"]*"`)

// TestAccess_T13_WhatIsHiddenMovesNothingThatSomebodySees: a head, a digest, a list that moved would tell that something was written, and
// when (threat T13). A cursor counts the revs of the record and does move, as the next rev of one's own would: decision 0095.
func TestAccess_T13_WhatIsHiddenMovesNothingThatSomebodySees(t *testing.T) {
	t.Parallel()
	w := newAccessWorld(t)
	for _, name := range []string{"caregiver-limited", "nursing", "emergency", "external"} {
		c := w.column(name)
		begun := w.pulled(c, "", 1000)
		sees := func() string {
			var out strings.Builder
			for _, path := range []string{"/v1/records", "/v1/records/" + w.record.UUID.String() + "/held", "/v1/records/" + w.record.UUID.String() + "/who", "/v1/schema?record=" + w.record.UUID.String()} {
				out.WriteString(printed(w.knock(http.MethodGet, path, c.token, nil)))
			}
			for _, cursor := range []string{"", begun.cursor} {
				text := cursorNamed.ReplaceAllString(w.pulled(c, cursor, 1000).text, `"cursor":""`)
				out.WriteString(serverNow.ReplaceAllString(text, `"$1":0`))
			}
			return out.String()
		}
		before := sees()
		require.Equal(t, before, sees(), "as long as nothing happens")
		w.ada.reports(w.record, set{"rel.unsafe": true}, set{"note": "of nobody's but the teams' business"})
		w.ada.writes(w.record, newDoc("assessment"), set{"questionnaire": "hna|1.0.0", "status": "in-progress", "answeredBy": "patient"})
		w.done(w.olive.write(w.record, newDoc("message"), set{
			"thread": newDoc("message").ID(), "audience": "clinicians", "body": "between us", "actionRequired": false,
		}))
		w.follow()
		require.Equal(t, before, sees(), "%s is told that something was written", name)
	}
}
