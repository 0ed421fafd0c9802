package reminder

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/calendar/remind"
	"satchel/internal/care"
	"satchel/internal/fault"
	syncing "satchel/sync"
)

func TestAListSaysByWhichRulesItWasMadeAlsoWhenItIsEmpty(t *testing.T) {
	t.Parallel()
	page := newChart(t).list(remind.ForPatient, 14)
	require.NotNil(t, page.Reminders)
	require.Empty(t, page.Reminders)
	require.Equal(t, Rules{remind.Own.ID, remind.Own.Version, remind.Own.Review, 30}, page.Rules)
}

func TestAListIsOfNoMoreDaysThanOneQuestionMayHave(t *testing.T) {
	t.Parallel()
	c := newChart(t)
	for days, refused := range map[int]bool{0: true, 1: false, remind.DaysMax: false, remind.DaysMax + 1: true} {
		c.read(func(b care.Binder) error {
			_, err := List(b, remind.ForPatient, "Europe/London", c.now, days)
			require.Equal(t, refused, fault.Is(err, fault.Invalid), "%d days: %v", days, err)
			return nil
		})
	}
}

// TestWhatWasToldAndAnsweredChangesTheListOfWhomItWasToldAlone: the ids are those of notices.
func TestWhatWasToldAndAnsweredChangesTheListOfWhomItWasToldAlone(t *testing.T) {
	t.Parallel()
	c := newChart(t)
	visit := c.visit("Clinic", "2026-11-25T14:00", nil)
	first := c.list(remind.ForPatient, 14).Reminders[0]
	require.Equal(t, care.NoticeAppointmentSoon, first.Code)
	for _, audience := range []string{remind.ForPatient, remind.ForCaregiver} {
		id := syncing.DocID(remind.ID(first.Code, string(visit), first.Step, audience))
		c.holds(id, fields{"code": first.Code, "focus": visit, "audience": audience, "category": care.CategorySchedule, "at": first.At, "step": first.Step})
	}
	c.now = first.At + 1
	again := c.list(remind.ForPatient, 14).Reminders[0]
	require.True(t, again.Again, "nobody has answered")
	for _, m := range c.list(remind.ForCaregiver, 14).Reminders {
		require.False(t, m.Again, "only the person is asked twice")
	}
	c.holds(doc("reminderReply", "later"), fields{"focus": visit, "what": care.ReplySnooze, "minutes": 60, "reminder": first.ID, "at": c.now})
	later := c.list(remind.ForPatient, 14).Reminders[0]
	require.Equal(t, c.now+hour, later.At)
	c.now++
	c.holds(doc("reminderReply", "done"), fields{"focus": visit, "what": care.ReplyDone, "reminder": first.ID, "at": c.now})
	for _, m := range c.list(remind.ForPatient, 14).Reminders {
		require.False(t, m.Again)
	}
}

// TestTheHourOfACallIsThatOfTheReminder: care says in its own file when somebody is called who was reminded by this one.
func TestTheHourOfACallIsThatOfTheReminder(t *testing.T) {
	t.Parallel()
	c := newChart(t)
	c.holds(doc("assessmentRequest", "how"), fields{"team": team, "dueOn": "2026-11-25", "status": "active", "askedAt": morning})
	due := c.list(remind.ForPatient, 14).Reminders[0]
	require.Equal(t, care.NoticeAssessmentDue, due.Code)
	place, err := care.Default()
	require.NoError(t, err)
	clock := NewClock(place)
	require.NoError(t, c.engine.Follow(t.Context(), c.record, func(r syncing.Reader, now int64) ([]syncing.Patch, error) {
		return clock.Begin(c.record, r, now)
	}))
	require.NoError(t, c.engine.Follow(t.Context(), c.record, func(r syncing.Reader, _ int64) ([]syncing.Patch, error) {
		request, err := r.Document(doc("assessmentRequest", "how"))
		at, _ := request.Int("callAt")
		require.Equal(t, due.At+72*hour, at)
		return nil, err
	}))
}
