package server

import (
	"fmt"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"satchel/internal/care"
	"satchel/internal/identity"
	"satchel/internal/notify/fcm/stub"
	reminders "satchel/internal/reminder"
	syncing "satchel/sync"
)

// away makes the push service one that is away, or back.
func (h *tower) away(is bool) {
	if is {
		h.goesAway(stub.Unavailable)
		return
	}
	h.isBack()
}

// asksToCall is a message of the team that asks the person to call; it answers the id of what rings.
func (h *tower) asksToCall() syncing.DocID {
	h.t.Helper()
	message := newDoc(care.MessageType)
	_, err := h.s.Engine().Act(h.t.Context(), principal(h.t, h.s, h.w.nurse), h.w.record, syncing.Action{Key: message.ID(), Patch: syncing.Patch{
		Doc: message, Set: fields("thread", message.ID(), "body", "Please call us.", "kind", "call-us"),
		Add: map[string][]jsontext.Value{"recipient": {syncing.TextValue(h.w.record.String())}},
	}})
	require.NoError(h.t, err)
	return care.ReceiptID(message)
}

// heed is something that a person sets, or that happens, and what then still rings: of a reminder of an appointment and another notice, now and
// up to the next morning; of a caregiver's reminder; and of what asks the person to call.
type heed struct {
	doc                           syncing.DocID
	set                           map[string]jsontext.Value
	now, morning, caregiver, call int
}

func heeding(record syncing.RecordID, now time.Time) map[string]heed {
	wishes, person, today := newDoc(care.PreferenceType), care.PersonID(record), now.Format(time.DateOnly)
	hours := func(from, to string) map[string]jsontext.Value {
		return map[string]jsontext.Value{"quietHours": jsontext.Value(fmt.Sprintf(`{"from":%q,"to":%q}`, from, to))}
	}
	happened := func(kind string) map[string]jsontext.Value {
		return map[string]jsontext.Value{"type": syncing.TextValue(kind), "at": syncing.IntValue(now.UnixMilli() - 1)}
	}
	return map[string]heed{
		"nothing":                  {newDoc("note"), fields("text", "a note", "title", "a note"), 2, 2, 1, 1},
		"quiet hours":              {wishes, hours("10:00", "14:00"), 0, 1, 1, 1},
		"hours that are not now":   {wishes, hours("13:00", "14:00"), 2, 2, 1, 1},
		"enough today":             {wishes, fields("enoughOn", today), 0, 1, 1, 1},
		"no pushes":                {wishes, fields("channel", "sms"), 0, 0, 1, 1},
		"another way":              {wishes, map[string]jsontext.Value{"channels": jsontext.Value(`["web"]`)}, 0, 0, 1, 1},
		"this way":                 {wishes, map[string]jsontext.Value{"channels": jsontext.Value(`["push"]`)}, 2, 2, 1, 1},
		"no reminders":             {wishes, map[string]jsontext.Value{"remindersOn": jsontext.Value("false")}, 1, 1, 1, 1},
		"by letter":                {person, fields("name", "Ada", "birthDate", "1961-05-24", "engagementMode", "letter"), 0, 0, 0, 1},
		"in hospital":              {newDoc(care.HealthEventType), happened("admission"), 1, 1, 0, 1},
		"died, as somebody said":   {newDoc(care.HealthEventType), happened("death"), 1, 1, 0, 1},
		"died, as a team confirms": {person, fields("name", "Ada", "birthDate", "1961-05-24", "status", "deceased"), 0, 0, 0, 0},
		"answered on another one":  {newDoc(care.ReminderReplyType), nil, 1, 1, 1, 1},
	}
}

// TestWhatThePersonSetIsHeededByWhatRings, whether it was set before something rang or while it waited.
func TestWhatThePersonSetIsHeededByWhatRings(t *testing.T) {
	t.Parallel()
	for name := range heeding(syncing.RecordID{}, time.Now()) {
		for _, waits := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/waits=%t", name, waits), func(t *testing.T) {
				t.Parallel()
				h := newTower(t)
				h.closes()
				h.listens(h.w.ada, "of ada")
				h.listens(h.w.carla, "of carla")
				visit := h.things("Clinic")[care.NoticeAppointmentSoon]
				of := map[string]string{"code": care.NoticeAppointmentSoon, "focus": string(visit.doc)}
				reminder, other, carers := h.notices(1, "patient", of)[0], h.notices(1, "patient", nil)[0], h.notices(1, "caregiver", of)[0]
				tc := heeding(h.w.record, h.config.Now())[name]
				if tc.set == nil {
					tc.set = fields("focus", string(visit.doc), "what", "done", "reminder", string(reminder.Doc))
					tc.set["at"] = syncing.IntValue(h.s.config.nowMs())
				}
				sets := func() { h.happens(syncing.Patch{Doc: tc.doc, Set: fixed(tc.set), Add: added(tc.set)}) }
				if !waits {
					sets()
				}
				h.away(waits)
				h.happens(reminder, other, carers)
				h.turn()
				if waits {
					require.Equal(t, 3, h.s.outbox.Rows())
					sets()
				}
				h.away(false)
				h.passes(2*time.Minute, 5*time.Second)
				call := h.asksToCall()
				h.turn()
				rung := func(token string, ids ...string) (n int) {
					taken := h.google.Taken()
					for _, id := range ids {
						require.LessOrEqual(t, taken[token+" "+id], 1)
						n += taken[token+" "+id]
					}
					return n
				}
				require.Equal(t, tc.now, rung("of ada", reminder.Doc.ID(), other.Doc.ID()), "now")
				require.Equal(t, tc.call, rung("of ada", call.ID()), "what asks to call")
				require.Equal(t, tc.caregiver, rung("of carla", carers.Doc.ID()), "the caregiver's settings are not the person's")
				h.passes(22*time.Hour, 30*time.Minute)
				require.Equal(t, tc.morning, rung("of ada", reminder.Doc.ID(), other.Doc.ID()), "and one ring for what was put off")
				require.Zero(t, h.s.outbox.Rows())
			})
		}
	}
}

// fixed and added are the fields and the sets of something that is written.
func fixed(set map[string]jsontext.Value) map[string]jsontext.Value {
	out := map[string]jsontext.Value{}
	for name, value := range set {
		if value.Kind() != '[' {
			out[name] = value
		}
	}
	return out
}

func added(set map[string]jsontext.Value) map[string][]jsontext.Value {
	if _, chosen := set["channels"]; !chosen {
		return nil
	}
	return map[string][]jsontext.Value{"channels": {set["channels"][1 : len(set["channels"])-1]}}
}

// TestACaregiverIsRungByTheHoursOfTheirOwnRecord: not by the person's, and by the usual ones without a record.
func TestACaregiverIsRungByTheHoursOfTheirOwnRecord(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		hours string
		rings int
	}{"none": {"", 1}, "quiet now": {`{"from":"10:00","to":"14:00"}`, 0}, "quiet at night": {`{"from":"22:00","to":"06:00"}`, 1}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newTower(t)
			h.closes()
			h.listens(h.w.carla, "of carla")
			h.happens(syncing.Patch{Doc: newDoc(care.PreferenceType), Set: map[string]jsontext.Value{"quietHours": jsontext.Value(`{"from":"09:00","to":"20:00"}`)}})
			if tc.hours != "" {
				who := principal(t, h.s, h.w.carla)
				own := h.s.Identity().OwnRecord(h.w.carla)
				require.NoError(t, h.s.Engine().Create(t.Context(), who, own, "own", func(tx syncing.Tx) error {
					return h.s.Identity().GrantOwn(tx, who, []identity.Team{}, nil)
				}, nil))
				require.NoError(t, h.s.Engine().System(t.Context(), own, []syncing.Patch{{Doc: newDoc(care.PreferenceType), Set: map[string]jsontext.Value{"quietHours": jsontext.Value(tc.hours)}}}))
			}
			event := h.notices(1, "caregiver", nil)[0]
			h.happens(event)
			h.turn()
			require.Equal(t, tc.rings, h.google.Taken()[said("of carla", event)])
			h.passes(4*time.Hour, 30*time.Minute)
			require.Equal(t, 1, h.google.Taken()[said("of carla", event)])
		})
	}
}

// TestWhatSomebodySetIsReadWithoutReadingWhatElseThereIs: a delivery costs the settings, and for a reminder what is of its kind.
func TestWhatSomebodySetIsReadWithoutReadingWhatElseThereIs(t *testing.T) {
	t.Parallel()
	h := newTower(t)
	h.closes()
	supply := h.things("Tablets")[care.NoticeSupplySoon]
	plain := h.notices(1, "patient", nil)[0]
	reminder := h.notices(1, "patient", map[string]string{"code": care.NoticeSupplySoon, "focus": string(supply.doc)})[0]
	h.happens(plain, reminder)
	reads := func(event syncing.DocID) (n int) {
		err := h.s.Engine().Judge(t.Context(), principal(t, h.s, h.w.ada), h.w.record, func(_ syncing.Scope, sees, stands syncing.Reader) error {
			doc, err := sees.Document(event)
			if err != nil {
				return err
			}
			papers := care.BinderOf(stands)
			heeded, err := reminders.Heed(reminders.Ring{Event: doc, Owner: true, Zone: h.s.config.Zone, Now: h.s.config.nowMs(), Stands: func(kind string) ([]care.Paper, error) {
				list, err := papers(kind)
				n += 1 + len(list)
				return list, err
			}})
			require.True(t, heeded.Phones)
			return err
		})
		require.NoError(t, err)
		return n
	}
	before := [2]int{reads(plain.Doc), reads(reminder.Doc)}
	for range 20 {
		h.things("more")
		h.happens(h.notices(10, "patient", nil)...)
	}
	require.Equal(t, before[0], reads(plain.Doc))
	require.Equal(t, before[1]+20, reads(reminder.Doc), "the medicines, and nothing else")
}
