package reminder

import (
	"cmp"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"satchel/internal/calendar"
	"satchel/internal/calendar/remind"
	"satchel/internal/care"
)

// wishes are what the person decided about reminders.
type wishes struct {
	settings remind.Settings
	policies map[remind.Kind]remind.Policy
	left     bool     // the person is reached by telephone or by letter
	off      []string // ways on which nothing comes: wayPhone, wayBrowser
	askZone  string   // the phone is there, and the person was not asked yet whether reminders move with it
}

// SettingsIn are the types of documents in which settings lie.
var SettingsIn = []string{care.PersonType, care.HealthEventType, care.PreferenceType}

// kindsOff are the words of `remindAbout` for the kinds of events.
var kindsOff = map[remind.Kind]string{
	remind.Appointment: "appointment", remind.Lab: "lab", remind.Assessment: "assessment", remind.Supply: "medication", remind.Unread: "plan",
}

// wishesOf reads them. A caregiver's phone is another: the person's hours and zones do not hold for it. otherwise is the zone of whoever has
// none. Errors are those of the binder.
func wishesOf(b care.Binder, audience, otherwise string) (w wishes, err error) {
	w.policies = map[remind.Kind]remind.Policy{}
	w.settings.HomeZone = otherwise
	people, err := b(care.PersonType)
	if err != nil {
		return w, err
	}
	for _, p := range people {
		w.person(p)
	}
	events, err := b(care.HealthEventType)
	if err != nil {
		return w, err
	}
	if slices.ContainsFunc(events, func(e care.Paper) bool { return e.Text("type") == "death" }) {
		w.settings.Off = true
	}
	list, err := b(care.PreferenceType)
	if err != nil || len(list) == 0 || audience != remind.ForPatient {
		return w, err
	}
	w.preference(care.PreferenceOf(list))
	return w, nil
}

// person: nobody is reminded of somebody who has died, or who does not want the app.
func (w *wishes) person(p care.Paper) {
	if home := p.Text("homeZone"); known(home) {
		w.settings.HomeZone = home
	}
	if status := p.Text("status"); status == "deceased" || status == "merged" {
		w.settings.Off = true
	}
	if mode := p.Text("engagementMode"); mode == "phone" || mode == "letter" {
		w.settings.Off, w.left = true, true
	}
}

func (w *wishes) preference(p care.Paper) {
	var on *bool
	if json.Unmarshal(p.Value("remindersOn"), &on) == nil && on != nil && !*on {
		w.settings.Off = true
	}
	if about := p.Texts("remindAbout"); len(about) > 0 {
		for _, kind := range remind.Kinds {
			if !slices.Contains(about, kindsOff[kind]) {
				w.settings.OffKinds = append(w.settings.OffKinds, kind)
			}
		}
	}
	if from, to, ok := quietHours(p.Value("quietHours")); ok {
		w.settings.QuietFrom, w.settings.QuietTo = from, to
	}
	if day, err := calendar.ParseDate(p.Text("enoughOn")); err == nil {
		w.settings.EnoughOn = day
	}
	w.ways(p)
	for _, kind := range remind.Kinds {
		if policy := remind.Policy(p.Text("zonePolicy." + string(kind))); policy != "" {
			w.policies[kind] = policy
		}
	}
	w.phone(p)
}

// The words of `channels` for devices that ring.
const (
	wayPhone   = "push"
	wayBrowser = "web"
)

// ways: who chose none gets all; who chose another way than pushes gets none.
func (w *wishes) ways(p care.Paper) {
	chosen, way := p.Texts("channels"), p.Text("channel")
	for _, one := range []string{wayPhone, wayBrowser} {
		if len(chosen) > 0 && !slices.Contains(chosen, one) || way != "" && way != "push" {
			w.off = append(w.off, one)
		}
	}
}

// quietHours reads what a phone wrote; ok is false for what is not two times of day.
func quietHours(value jsontext.Value) (from, to *remind.Clock, ok bool) {
	var quiet struct {
		From *remind.Clock `json:"from"`
		To   *remind.Clock `json:"to"`
	}
	ok = json.Unmarshal(value, &quiet) == nil && quiet.From != nil && quiet.To != nil
	return quiet.From, quiet.To, ok
}

// phone: reminders follow the phone to another zone, unless the person keeps the time at home; it asks once.
func (w *wishes) phone(p care.Paper) {
	device := p.Text("deviceZone")
	if !known(device) || device == w.settings.HomeZone {
		return
	}
	asked := p.Text("zoneAsked") == device
	if !asked {
		w.askZone = device
	}
	if !asked || p.Text("zoneAnswer") != "keep" {
		w.settings.DeviceZone = device
	}
}

// Today is the day by the clock of the person's phone, at an instant (ms): what "today is enough" means. zone is that of whoever has none. Errors
// are those of the binder.
func Today(b care.Binder, zone string, now int64) (calendar.CivilDate, error) {
	w, err := wishesOf(b, remind.ForPatient, zone)
	if err != nil {
		return calendar.CivilDate{}, err
	}
	wall, err := calendar.In(time.UnixMilli(now), cmp.Or(w.settings.DeviceZone, w.settings.HomeZone))
	return wall.Date, err
}

func known(zone string) bool {
	_, err := calendar.Zone(zone)
	return err == nil && zone != ""
}

// toldOf are the reminders that somebody got, and what they said to them.
func toldOf(b care.Binder, audience string, replies []care.Paper) (told []remind.Told, answers []remind.Answer, err error) {
	notices, err := b(care.NoticeType)
	if err != nil {
		return nil, nil, err
	}
	codes := remind.Own.Codes()
	for _, n := range notices {
		if n.Text("audience") == audience && slices.Contains(codes, n.Text("code")) {
			told = append(told, remind.Told{
				ID: string(n.ID()), Code: n.Text("code"), Focus: n.Text("focus"), Step: n.Text("step"), At: number(n, "at"), About: n.Texts("about"),
			})
		}
	}
	return told, answersOf(replies), nil
}

// answersOf are what the person said to reminders.
func answersOf(replies []care.Paper) (answers []remind.Answer) {
	for _, r := range replies {
		if what := r.Text("what"); what != care.ReplyOpened {
			answers = append(answers, remind.Answer{Reminder: r.Text("reminder"), What: what, At: number(r, "at"), Minutes: int(min(max(number(r, "minutes"), 0), 24*60))})
		}
	}
	return answers
}
