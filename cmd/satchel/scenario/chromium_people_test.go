package scenario

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
	"satchel/cmd/satchel/client"
	"satchel/internal/identity"
)

// In the companion a person makes a code for who helps them, and nothing is shared until they say that it is them; what a caregiver may see is their
// word, and so is the end of it; who read the record stands there by name. With which teams it is shared, how much each sees, and the end of it, too.
func TestChromium_APersonSaysWhoHelpsThemAndWhatTheyMaySee(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	play := chromium.Start(t, "people.mjs", h.base, set{"code": h.codeFor(f.record, identity.KindPatient), "birthDate": birthday, "helper": "1990-02-03", "now": h.clock.Now().UnixMilli()})
	var said string
	play.Hears(&said)
	ben := h.device("ben")
	_, err := ben.Enrol(h.ctx, said, birthday, client.NewRequestID(), "phone of ben")
	h.refused(422, err) // whoever helps is asked for their own birth date, not for the person's
	_, err = ben.Enrol(h.ctx, said, "1990-02-03", client.NewRequestID(), "phone of ben")
	h.done(err)
	records, _ := ben.mine()
	require.Zero(t, records, "nobody has said yet that it is Ben")

	account := ben.Tokens().Account.String()
	sees := func() []string {
		for _, c := range f.ada.circle(f.record).Caregivers {
			if c.Account == account && c.Until == 0 {
				return c.Categories
			}
		}
		return nil
	}
	play.Asks(set{"account": account}, &said)
	require.True(t, slices.Contains(sees(), "results"), "%v", sees())
	ends := func() int64 {
		for _, c := range f.ada.circle(f.record).Caregivers {
			if c.Account == account {
				return c.Expires
			}
		}
		return -1
	}
	play.Asks(set{"go": "until"}, &said)
	require.Equal(t, time.Date(2026, 12, 5, 0, 0, 0, 0, time.UTC).UnixMilli(), ends(), "when the last day is over in London")
	require.Contains(t, sees(), "results", "and nothing else changed")
	play.Asks(set{"go": "without an end"}, &said)
	require.Zero(t, ends())
	play.Asks(set{"go": "leave it"}, &said)
	require.Contains(t, sees(), "results", "who leaves it as it is ends nothing")
	play.Asks(set{"go": "end"}, &said)
	require.Nil(t, sees())
	records, _ = ben.mine()
	require.Zero(t, records)

	play.Asks(set{"go": "somebody else"}, &said)
	stranger := h.device("stranger")
	_, err = stranger.Enrol(h.ctx, said, "1990-02-03", client.NewRequestID(), "phone of a stranger")
	h.done(err)
	require.Len(t, f.ada.circle(f.record).Waiting, 1)
	play.Asks(set{"go": "refuse"}, &said)
	require.Empty(t, f.ada.circle(f.record).Waiting, "the person said no")
	h.refused(404, f.ada.confirms(f.record, stranger))
	records, _ = stranger.mine()
	require.Zero(t, records)
	play.Asks(set{"go": "read"}, &said)

	teamSees := func(team identity.Team) []string {
		for _, c := range f.ada.circle(f.record).Teams {
			if c.Team == team.ID.String() && c.Until == 0 {
				return c.Categories
			}
		}
		return nil
	}
	require.Contains(t, teamSees(h.oncology), "results")
	play.Asks(set{"go": "a team sees less"}, &said)
	require.NotContains(t, teamSees(h.oncology), "results")
	require.Contains(t, teamSees(h.oncology), "plan")
	require.Nil(t, teamSees(h.nursing))
	play.Asks(set{"go": "not with them"}, &said)
	require.Nil(t, teamSees(h.nursing), "who says no has shared nothing")
	play.Asks(set{"go": "share"}, &said)
	require.Contains(t, teamSees(h.nursing), "schedule")
	var wrong []string
	play.Asks(set{"go": "end"}, &wrong)
	require.Nil(t, teamSees(h.nursing))
	require.Empty(t, wrong)
	require.Empty(t, play.Ends())
}
