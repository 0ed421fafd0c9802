package scenario

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
	"satchel/cmd/satchel/client"
	"satchel/internal/calendar/remind"
	"satchel/internal/care"
	"satchel/internal/identity"
	"satchel/internal/reminder"
	syncing "satchel/sync"
)

// ringing is what Today says of reminders: each in its lines.
type ringing struct {
	Ahead, Due [][]string
	Wrong      []string
	Sent       string // what it says of what was written
}

// What falls due is worked out on the phone: on each of several days without a network Today lists what the phone in Go lists, of the same record by
// the same clock, in the same order and with the same sentences; what rang and still matters stands there until it is answered.
func TestChromium_TheCompanionListsWhatTheGoPhoneRingsOnEveryDay(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			f := h.family()
			kind := []identity.Kind{identity.KindPatient, identity.KindPatient, identity.KindCaregiver}[seed]
			h.fallsDue(f, rand.New(rand.NewPCG(seed, 155)))
			phone := &handset{h: h, net: &network{}, home: t.TempDir()}
			phone.open()
			t.Cleanup(func() { _ = phone.Close() })
			phone.enrol(f.record, kind, "a handset")
			play := chromium.Start(t, "rings.mjs", h.base, set{"code": h.codeFor(f.record, kind), "birthDate": birthday, "now": h.clock.Now().UnixMilli(), "helps": kind == identity.KindCaregiver})
			if kind == identity.KindCaregiver {
				var account string
				play.Hears(&account)
				for _, one := range []string{account, phone.Account().String()} {
					h.done(f.ada.post("/v1/records/"+f.record.UUID.String()+"/caregivers/"+one+"/confirm", map[string]any{}, nil))
				}
				play.Tells(set{"go": "confirmed"})
			}
			h.done(phone.Sync(h.ctx))
			var screen ringing
			play.Hears(&screen)
			rang := 0
			for _, at := range []string{"", "2026-11-24T15:00", "2026-11-25T10:00", "2026-11-26T18:30", "2026-11-28T08:00", "2026-12-01T12:00"} {
				if at != "" {
					phone.net.off.Store(true)
					h.pass(at)
					play.Asks(set{"now": h.clock.Now().UnixMilli()}, &screen)
				}
				rang += phone.shows(f.record, kind, screen)
			}
			require.NotZero(t, rang, "a seed in which nothing rings says nothing")
			for _, complaint := range play.Ends() {
				require.Contains(t, complaint, "ERR_INTERNET_DISCONNECTED", "nothing but the network that was away")
			}
		})
	}
}

// Without a network a reminder comes by itself to the page that is open, when its minute begins; the person says that it is done, or later, and the server
// learns of it by the id that it has itself. What was called off is not asked about any more, though it has rung.
func TestChromium_AReminderComesByItselfAndIsAnsweredWithoutANetwork(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	visit := h.olive.books(f, appointing(h.oncology, "Clinic", "2026-11-26T14:00", nil))
	h.done(h.olive.write(f.record, newDoc("medication"), set{"display": "Tablets", "status": "active", "supplyUntil": "2026-11-27"}))
	phone := h.handset(f.record, identity.KindPatient, "ada's handset")
	page, err := phone.Reminders(f.record, 7)
	h.done(err)
	require.Equal(t, []string{"supply-soon 2026-11-24T10:00", "appointment-soon 2026-11-24T14:00", "appointment-today 2026-11-26T11:00"}, codesOf(page))
	play := chromium.Start(t, "rings.mjs", h.base, set{"code": h.codeFor(f.record, identity.KindPatient), "birthDate": birthday, "now": h.clock.Now().UnixMilli(), "looks": true})
	var screen ringing
	play.Hears(&screen)
	require.Empty(t, screen.Wrong)
	require.Empty(t, screen.Due)
	require.Equal(t, [][]string{
		{"Tuesday 24 November, 10:00", "A medicine runs out within days. Ask for more now. Tablets"},
		{"Tuesday 24 November, 14:00", "An appointment is coming up. Clinic"},
		{"Thursday 26 November, 11:00", "You have an appointment soon. Clinic"},
	}, screen.Ahead)

	tablets := []string{"A medicine runs out within days. Ask for more now. Tablets", "Not done yet, since Tuesday 24 November, 10:00."}
	clinic := []string{"An appointment is coming up. Clinic", "Not done yet, since Tuesday 24 November, 14:00."}
	h.at("2026-11-24T13:59")
	play.Asks(set{"now": h.clock.Now().UnixMilli()}, &screen)
	require.Equal(t, [][]string{tablets}, screen.Due)
	h.at("2026-11-24T14:00")
	play.Asks(set{"comes": h.clock.Now().UnixMilli(), "since": "Tuesday 24 November, 14:00"}, &screen)
	require.Equal(t, [][]string{tablets, clinic}, screen.Due)
	require.Len(t, screen.Ahead, 1)
	play.Asks(set{"press": "Done", "of": "Tablets", "shot": "one is done"}, &screen)
	require.Equal(t, [][]string{clinic}, screen.Due)
	require.Equal(t, "Saved on this phone. It will be sent when you are online.", screen.Sent, "whose token ended in a tunnel need not sign in again")
	play.Asks(set{"press": "In an hour", "of": "Clinic"}, &screen)
	require.Empty(t, screen.Due)
	h.at("2026-11-24T15:01")
	play.Asks(set{"now": h.clock.Now().UnixMilli()}, &screen)
	require.Equal(t, [][]string{clinic}, screen.Due, "later is not never")

	play.Asks(set{"online": true}, &screen)
	h.done(phone.Sync(h.ctx))
	replies, err := client.Papers(phone.DB, f.record)(care.ReminderReplyType)
	h.done(err)
	said := map[string]string{}
	for _, reply := range replies {
		said[reply.Text("reminder")] = reply.Text("what")
	}
	require.Equal(t, map[string]string{page.Reminders[0].ID: care.ReplyDone, page.Reminders[1].ID: care.ReplySnooze}, said)
	require.Len(t, screen.Due, 1, "what the server tells of, too, stands there once")
	h.done(h.olive.shift().write(f.record, visit, set{"status": "cancelled"}))
	play.Asks(set{"gone": "Clinic"}, &screen)
	require.Empty(t, screen.Due)
	for _, complaint := range play.Ends() {
		require.Contains(t, complaint, "ERR_INTERNET_DISCONNECTED", "nothing but the network that was away")
	}
}

// fallsDue writes a record in which something of each kind falls due within two weeks.
func (h *house) fallsDue(f family, rnd *rand.Rand) {
	h.t.Helper()
	day := func() string { return time.Date(2026, 11, 24+rnd.IntN(12), 0, 0, 0, 0, time.UTC).Format(time.DateOnly) }
	for i := range 5 {
		start := fmt.Sprintf("%sT%02d:%02d", day(), 7+rnd.IntN(12), 15*rnd.IntN(4))
		zone := []string{"Europe/London", "America/New_York"}[rnd.IntN(2)]
		h.olive.books(f, appointing(h.oncology, fmt.Sprintf("Visit %d", i), start, set{"zone": zone, "travelMinutes": 30 * rnd.IntN(4)}))
	}
	h.orders(f, h.primary, set{"anchor": day(), "recurrence": "", "windowAfterDays": 0})
	h.olive.wantsAnswers(f, h.oncology, day())
	h.done(h.olive.write(f.record, newDoc("medication"), set{"display": "Tablets", "status": "active", "supplyUntil": day()}))
	wishes := []set{{"quietHours": set{"from": "19:00", "to": "10:30"}}, {"enoughOn": "2026-11-25"}}[rnd.IntN(2)]
	h.done(f.ada.write(f.record, newDoc(care.PreferenceType), wishes))
}

// shows holds a screen to what the phone's own list is, and says how much rang and stood there.
func (s *handset) shows(record syncing.RecordID, kind identity.Kind, screen ringing) (rang int) {
	t := s.h.t
	t.Helper()
	page, err := s.Reminders(record, 7)
	s.h.done(err)
	var want, got [][]string
	for _, m := range page.Reminders {
		when := civilly(m.Wall)
		if m.Here != "" {
			when += " there, " + civilly(m.Here) + " here"
		}
		want = append(want, []string{when, s.sentence(record, kind, m), fmt.Sprint(1 + len(m.About))})
	}
	due := s.due(record, kind)
	ahead := screen.Ahead
	if kind == identity.KindCaregiver { // who has nothing to answer reads what rang above what comes
		for _, lines := range ahead[:len(due)] {
			screen.Due = append(screen.Due, []string{lines[1], "Not done yet, since " + lines[0] + "."})
		}
		ahead = ahead[len(due):]
	}
	for _, lines := range ahead {
		got = append(got, []string{lines[0], lines[1], fmt.Sprint(len(lines) - 1)})
	}
	require.Equal(t, want, got, "%s", s.h.clock.Now())
	for _, m := range due {
		require.Contains(t, screen.Due, []string{s.sentence(record, kind, m), "Not done yet, since " + care.When(m.At, "Europe/London") + "."}, "%s", s.h.clock.Now())
	}
	return len(due)
}

// due is what rang on the phone in a day and a half, and is still of use: the newest of each document, without what a team asks beside it.
func (s *handset) due(record syncing.RecordID, kind identity.Kind) (list []remind.Reminder) {
	audience := remind.ForPatient
	if kind == identity.KindCaregiver {
		audience = remind.ForCaregiver
	}
	now := s.NowMs()
	page, err := reminder.List(client.Papers(s.DB, record), audience, "Europe/London", max(now-36*60*60*1000, s.Synced()), 2)
	s.h.done(err)
	for _, m := range page.Reminders {
		if m.At <= now && m.Kind != remind.Assessment && (m.Until == 0 || m.Until > now) {
			list = slices.DeleteFunc(list, func(o remind.Reminder) bool { return o.Focus == m.Focus && kind == identity.KindPatient })
			list = append(list, m)
		}
	}
	return list
}

// sentence is a reminder as the companion says it in English.
func (s *handset) sentence(record syncing.RecordID, kind identity.Kind, m remind.Reminder) string {
	s.h.t.Helper()
	var words map[string]jsontext.Value
	file, err := os.ReadFile(filepath.Join("..", "..", "..", "web", "words", "en", "today.json"))
	s.h.done(err)
	s.h.done(json.Unmarshal(file, &words))
	key := "rang." + m.Code
	if helps := "helps." + m.Code; kind == identity.KindCaregiver && words[helps] != nil {
		key = helps
	}
	var text string
	s.h.done(json.Unmarshal(words[key], &text))
	title := ""
	if d := s.DB.Document(record, syncing.DocID(m.Focus)); d != nil {
		for _, field := range []string{"display", "title"} {
			if is, _ := value(d, field).(string); is != "" {
				title = is
			}
		}
	}
	return strings.TrimSpace(strings.NewReplacer("{what}", title, "{who}", "The person you help").Replace(text))
}

func civilly(wall string) string {
	at, _ := time.Parse("2006-01-02T15:04", wall)
	return care.When(at.UnixMilli(), "UTC")
}
