package server

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"satchel/internal/care"
	"satchel/internal/notify"
	"satchel/internal/notify/fcm"
	"satchel/internal/notify/fcm/stub"
	syncing "satchel/sync"
)

// patient is the real Firebase client, of the service and of one in its place that is away.
type patient struct {
	sender, absent *fcm.Sender
	away           atomic.Bool
	patience       atomic.Int64 // ns
}

// Send gives one that is away little time, for the client's own tries take 7 s. What was given up may still come to that one: the service never sees it.
func (p *patient) Send(ctx context.Context, pushes []notify.Push) (notify.Report, error) {
	sender, patience := p.sender, time.Duration(p.patience.Load())
	if p.away.Load() {
		sender, patience = p.absent, 50*time.Millisecond
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return sender.Send(ctx, pushes)
}

// firebase is one whose service is at base, and at absent while it is away.
func firebase(ctx context.Context, base, absent string) (p *patient, err error) {
	p = &patient{}
	p.patience.Store(int64(time.Minute))
	for _, one := range []struct {
		at *(*fcm.Sender)
		of string
	}{{&p.sender, base}, {&p.absent, absent}} {
		*one.at, err = fcm.New(ctx, fcm.Options{ProjectID: stub.Project, Endpoint: one.of + "/v1", Insecure: true, SendTime: time.Hour})
		if err != nil {
			return nil, err
		}
	}
	return p, nil
}

// tower is an installation whose pushes go to a server that speaks FCM's HTTP v1, and whose clock the test moves.
type tower struct {
	t      *testing.T
	s      *Server
	w      ward
	config Config
	google *stub.Server
	absent *stub.Server // stands in its place while it is away
	client *patient
	ahead  atomic.Int64 // ms
	log    *lines
}

func newTower(t *testing.T) *tower {
	t.Helper()
	return newTowerOn(t, installed(t))
}

func newTowerOn(t *testing.T, c Config) *tower {
	t.Helper()
	h := &tower{t: t, config: c, google: stub.Start(), absent: stub.Start(), log: &lines{}}
	t.Cleanup(h.google.Close)
	t.Cleanup(h.absent.Close)
	var err error
	h.client, err = firebase(t.Context(), h.google.URL, h.absent.URL)
	require.NoError(t, err)
	began := time.Now().UTC().Truncate(24 * time.Hour).Add(11 * time.Hour) // no quiet hours, whenever the test runs
	h.config.Now = func() time.Time { return began.Add(time.Duration(h.ahead.Load()) * time.Millisecond) }
	h.config.Sender, h.config.Log = h.client, slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	h.s = opened(t, h.config)
	h.w = peopled(t, h.s)
	return h
}

// goesAway makes the push service one that answers so until it is back.
func (h *tower) goesAway(answer stub.Answer) {
	h.absent.Answers(func(stub.Message) stub.Answer { return answer })
	h.client.away.Store(true)
}

func (h *tower) isBack() { h.client.away.Store(false) }

// closes lets go of an installation that was not run.
func (h *tower) closes() { h.t.Cleanup(func() { require.NoError(h.t, h.s.Close()) }) }

// listens gives an account a device.
func (h *tower) listens(account syncing.AccountID, token string) *phone {
	h.t.Helper()
	return h.registers(account, "android", token)
}

// browses gives an account a browser.
func (h *tower) browses(account syncing.AccountID, token string) *phone {
	h.t.Helper()
	return h.registers(account, "web", token)
}

func (h *tower) registers(account syncing.AccountID, platform, token string) *phone {
	h.t.Helper()
	p := newPhone(h.t, h.s, account, h.w.record)
	session, err := h.s.Identity().Authenticate(h.t.Context(), p.token)
	require.NoError(h.t, err)
	require.NoError(h.t, h.s.Identity().RegisterPush(h.t.Context(), session.Principal, platform, token))
	return p
}

// notices are patches of system: one event each.
func (h *tower) notices(n int, audience string, more map[string]string) (patches []syncing.Patch) {
	for range n {
		set := map[string]jsontext.Value{"at": syncing.IntValue(h.s.config.nowMs())}
		for name, text := range map[string]string{"code": care.NoticeSomethingToDo, "focus": string(newDoc("note")), "category": "schedule", "audience": audience} {
			set[name] = syncing.TextValue(text)
		}
		if audience == "team" {
			set["team"] = syncing.TextValue(h.w.oncology.ID.String())
		}
		for name, text := range more {
			set[name] = syncing.TextValue(text)
		}
		patches = append(patches, syncing.Patch{Doc: syncing.NewDocID(care.NoticeType, syncing.UUID(uuid.New())), Set: set})
	}
	return patches
}

func (h *tower) happens(patches ...syncing.Patch) {
	h.t.Helper()
	require.NoError(h.t, h.s.Engine().System(h.t.Context(), h.w.record, patches))
}

// turn lets the outbox do what is due; what the service answers is what the test wrote.
func (h *tower) turn() { _ = h.s.outbox.Turn(h.t.Context()) }

// passes lets time pass, with a turn at each step.
func (h *tower) passes(d, step time.Duration) {
	for range d / step {
		h.ahead.Add(step.Milliseconds())
		h.turn()
	}
}

// said is a push that was taken, as stub names it.
func said(token string, event syncing.Patch) string {
	return fmt.Sprintf("%s %s", token, event.Doc.ID())
}

// thing is what a reminder speaks of.
type thing struct {
	doc syncing.DocID
	day string // of a test
}

// things are, for each code that speaks of something that must stand, one thing that does; word is its title.
func (h *tower) things(word string) map[string]thing {
	h.t.Helper()
	at := func(days int) string { return h.config.Now().AddDate(0, 0, days).Format(time.DateOnly) }
	number := func(f map[string]jsontext.Value, names ...string) map[string]jsontext.Value {
		for _, name := range names {
			f[name] = syncing.IntValue(1)
		}
		return f
	}
	team := h.w.oncology.ID.String()
	all := map[string]thing{}
	for kind, of := range map[string]struct {
		set   map[string]jsontext.Value
		codes []string
	}{
		care.AppointmentType: {
			fields("start", at(5)+"T10:00", "zone", "Europe/London", "ownerTeam", team, "title", word, "status", "booked"),
			[]string{care.NoticeAppointmentToday, care.NoticeAppointmentSoon, care.NoticeAppointmentWeek, care.NoticeNeedsALook},
		},
		"labOrder": {
			number(fields("code", "cbc.panel", "title", word, "requesterTeam", team, "resultResponsibleTeam", team, "performerTeam", team, "anchor", at(1),
				"zone", "Europe/London", "recurrence", "", "status", "active"), "windowBeforeDays", "windowAfterDays"),
			[]string{care.NoticeTestToday, care.NoticeTestTomorrow, care.NoticeTestOverdue},
		},
		care.AssessmentRequestType: {fields("team", team, "dueOn", at(1), "status", "active"), []string{care.NoticeAssessmentDue, care.NoticeAssessmentLate}},
		care.MedicationType:        {fields("display", word, "status", "active", "supplyUntil", at(5)), []string{care.NoticeSupplySoon, care.NoticeSupplyWeek}},
		care.PlanVersionType:       {number(fields("plan", string(newDoc("plan")), "hash", strings.Repeat("0", 64)), "number", "publishedAt"), []string{care.NoticeUnread}},
	} {
		doc := newDoc(kind)
		if kind == care.PlanVersionType {
			of.set["publishedAt"] = syncing.IntValue(h.s.config.nowMs())
		}
		h.happens(syncing.Patch{Doc: doc, Set: of.set})
		for _, code := range of.codes {
			all[code] = thing{doc, at(1)}
		}
	}
	return all
}
