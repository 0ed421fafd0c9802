package scenario

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
	"satchel/internal/identity"
	syncing "satchel/sync"
)

// A navigator goes through the lists of the team by the keyboard alone, and closes a line with what came of it; what is new moves no line before it is
// brought in.
func TestChromium_ANavigatorWorksThroughTheListsOfTheTeamByTheKeyboardAlone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	alone := h.admitWith("Ben Specimen", h.oncology, h.primary, h.navigation) // his practice has not said that it is there
	h.done(h.nils.write(alone, careTeam(h.navigation), set{"status": "active"}))
	h.later(7*24*time.Hour + time.Hour)
	for _, a := range []*actor{h.olive, h.pia, h.nils} {
		a.shift()
	}
	f := h.family()
	for range 2 {
		h.notReady(f.record, "Clinic after the scan")
	}
	h.follow()
	require.Len(t, h.nils.work(h.navigation, "gap"), 1, "a second list")
	play := chromium.Start(t, "lists.mjs", h.base, set{"now": h.clock.Now().UnixMilli(), "nils": h.browsing(h.nils.Tokens().Account)})
	var begun struct {
		Lines, Lists []string
		Same         bool
		Empty        string
	}
	play.Hears(&begun)
	require.Len(t, begun.Lines, 2)
	require.True(t, begun.Same, "j goes on, k goes back")
	for _, part := range []string{"Ada Example, 65", "Clinic after the scan", "the scan has not been reported", "Nobody has it."} {
		require.Contains(t, begun.Lines[0], part)
	}
	require.Contains(t, strings.Join(begun.Lists, "\n"), "Appointments that are not ready: 2")
	require.Contains(t, begun.Empty, "People without an agreed plan")
	var heading string
	play.Hears(&heading)
	require.Equal(t, "Appointments that are not ready", heading, "the way back from a record leads to its list")

	h.notReady(f.record, "Clinic after the holiday")
	var came struct{ Before, After int }
	play.Asks(set{"go": "one more"}, &came)
	require.Equal(t, 2, came.Before, "nothing comes in by itself")
	require.Equal(t, 3, came.After)
	var done struct {
		Left int
		At   string
	}
	play.Hears(&done)
	require.Equal(t, 2, done.Left)
	require.Contains(t, done.At, "Ada Example", "the focus stays in the list")
	require.Len(t, h.nils.work(h.navigation, "appointment"), 2)
	var few string
	play.Hears(&few)
	require.Contains(t, few, "For so few people no figures are told")
	require.Contains(t, few, "Nothing to count yet.")
	require.Empty(t, play.Ends())
}

// The figures of a team say in a sentence, in a drawing and in a table the same.
func TestChromium_TheFiguresOfATeamAreASentenceADrawingAndATable(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	records := []syncing.RecordID{f.record}
	for _, name := range []string{"Ben Example", "Cleo Example", "Dan Example", "Eve Example"} {
		records = append(records, h.admit(name))
	}
	f.ada.reports(f.record, set{"phy.pain": 8}, nil)
	h.follow()
	h.done(h.olive.looks(h.oncology, f.record))
	h.done(h.olive.closes(h.oncology, f.record, "advice-given", "Spoke with her."))
	h.later(8 * 24 * time.Hour)
	h.done(f.ada.sync(f.record))
	f.ada.reports(f.record, set{"phy.nausea": 9}, nil)
	h.follow()
	h.later(4 * 24 * time.Hour)
	require.Len(t, records, 5)
	play := chromium.Start(t, "figures.mjs", h.base, set{"now": h.clock.Now().UnixMilli(), "olive": h.browsing(h.olive.Tokens().Account)})
	var long, short []string
	play.Hears(&long)
	all := strings.Join(long, "\n")
	for _, part := range []string{
		"1 of 2 alerts were acted on within 72 hours: 50%.", "1 of 1", "0 of 1", "2 of 2 reports raised an alert: 100%.",
		"1 of 1 concerns were closed without asking a doctor: 100%.", "5 people are looked after by this team.", "0 of 5 people have a plan",
	} {
		require.Contains(t, all, part)
	}
	play.Hears(&short)
	require.Contains(t, strings.Join(short, "\n"), "1 of 2 alerts")
	require.Empty(t, play.Ends())
}

// A nurse who works in two teams sees at the desk of one nothing of the other's people, wherever they change, and not in an answer that comes late.
func TestChromium_TheDeskOfATeamShowsNothingOfAnotherThatTheSameNurseWorksIn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	nora := h.hire(identity.KindClinician, "nora", h.oncology, h.elsewhere)
	f := h.family()
	const words = "It began after the second cup of tea."
	f.ada.reports(f.record, set{"phy.nausea": 5}, set{"itemNote.phy.nausea": words})
	f.ada.writes(f.record, newDoc("correction"), set{"about": h.plan(f, "active-treatment"), "field": "title", "text": "I have finished treatment."})
	h.follow()
	require.NotEmpty(t, h.olive.work(h.oncology, "correction"))
	var mine struct {
		Teams []struct{ ID, Name string }
	}
	h.done(nora.get("/v1/teams", &mine))
	require.Len(t, mine.Teams, 2)
	teams, keys := []string{h.oncology.Name, h.elsewhere.Name}, []string{"Home", "End"}
	if mine.Teams[0].Name != teams[0] {
		keys = []string{"End", "Home"}
	}
	play := chromium.Start(t, "team.mjs", h.base, set{
		"now": h.clock.Now().UnixMilli(), "nora": h.browsing(nora.Tokens().Account), "teams": teams, "keys": keys, "first": h.oncology.ID, "person": "Ada", "words": words,
	})
	for range 4 {
		h.clock.pass(time.Minute)
		var found struct {
			Place  string
			Before bool
			After  string
		}
		play.Asks(set{"go": "the next place"}, &found)
		require.Equal(t, found.Place != "Figures", found.Before, "%s: Ada stood there", found.Place)
		for _, of := range []string{"Ada", words, "I have finished treatment."} {
			require.NotContains(t, found.After, of, found.Place)
		}
	}
	h.clock.pass(time.Minute)
	var said struct {
		Late int
		Text string
	}
	play.Asks(set{"go": "late answers"}, &said)
	require.Positive(t, said.Late)
	require.NotContains(t, said.Text, "Ada")
	require.Empty(t, play.Ends())
}
