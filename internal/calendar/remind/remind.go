package remind

import (
	"cmp"
	"slices"
	"time"

	"satchel/internal/calendar"
	"satchel/internal/fault"
	syncing "satchel/sync"
)

// The limits of one question.
const (
	EventsMax = 5000
	DaysMax   = 400
)

const (
	minuteMs = int64(60_000)
	dayMs    = 24 * 60 * minuteMs
)

// Event is something of which somebody is reminded. Focus and step name it: the same are the same event.
type Event struct {
	Kind          Kind               `json:"kind"`
	Focus         string             `json:"focus"`           // the document that it is about
	Step          string             `json:"step,omitzero"`   // tells events of one document apart, such as a date
	Date          calendar.CivilDate `json:"date"`            // by the clock of the place
	Time          *Clock             `json:"time,omitzero"`   // absent: some time of that day
	Zone          string             `json:"zone,omitzero"`   // IANA zone of the place; absent: the home's
	Policy        Policy             `json:"policy,omitzero"` // what the person chose; absent: what the rules say
	TravelMinutes int                `json:"travelMinutes,omitzero"`
	Referral      bool               `json:"referral,omitzero"` // somebody referred the person there
	Over          bool               `json:"over,omitzero"`     // cancelled, done or paused: nobody is reminded
}

// Settings are what the person decided, and where they are.
type Settings struct {
	HomeZone   string             `json:"homeZone"`
	DeviceZone string             `json:"deviceZone,omitzero"` // absent: at home
	QuietFrom  *Clock             `json:"quietFrom,omitzero"`  // absent: as the rules say; from and to alike: never quiet
	QuietTo    *Clock             `json:"quietTo,omitzero"`
	EnoughOn   calendar.CivilDate `json:"enoughOn,omitzero"` // "today is enough", by the clock of the phone
	Off        bool               `json:"off,omitzero"`      // no reminders are wanted
	OffKinds   []Kind             `json:"offKinds,omitzero"` // none of these
}

// Told is a reminder that somebody got.
type Told struct {
	ID    string   `json:"id"`
	Code  string   `json:"code"`
	Focus string   `json:"focus"`
	Step  string   `json:"step,omitzero"`
	At    int64    `json:"at"`             // ms
	About []string `json:"about,omitzero"` // ids of what it spoke of beside
}

// The answers to a reminder.
const (
	Done   = "done"
	Snooze = "snooze"
	Cannot = "cannot"
)

// Answer is what somebody said to a reminder. Done and cannot end it; after the time of a snooze it comes once more.
type Answer struct {
	Reminder string `json:"reminder"` // id
	What     string `json:"what"`
	At       int64  `json:"at"`               // ms
	Minutes  int    `json:"minutes,omitzero"` // of a snooze
}

// Input is all that a list of reminders depends on.
type Input struct {
	Audience string   `json:"audience"` // whose list it is
	Events   []Event  `json:"events"`
	Settings Settings `json:"settings"`
	Told     []Told   `json:"told,omitzero"`
	Answers  []Answer `json:"answers,omitzero"`
	From     int64    `json:"from"` // ms; what comes behind it is listed
	Days     int      `json:"days"` // for so many days of 24 hours
	// Now is when somebody looks who should have looked before, ms: what was to ring since From rings now, as one, as far as it is of use.
	Now int64 `json:"now,omitzero"`
}

// The ways in which a reminder is not at the time of its lead.
const (
	MovedQuiet  = "quiet"  // to the end of quiet hours
	MovedEarly  = "early"  // to the evening before
	MovedEnough = "enough" // to the next morning, because the day was enough
	MovedCap    = "cap"    // to the next morning, because the day had as many as it may have
)

// Reminder is one ring.
type Reminder struct {
	ID    string       `json:"id"`
	Code  string       `json:"code"`
	Kind  Kind         `json:"kind"`
	Focus string       `json:"focus"`
	Step  string       `json:"step,omitzero"`
	At    int64        `json:"at"`   // ms
	Wall  string       `json:"wall"` // what the clock shows then, in zone
	Zone  string       `json:"zone"`
	Here  string       `json:"here,omitzero"` // what the phone's clock shows, where that is something else
	Fit   calendar.Fit `json:"fit"`
	Moved string       `json:"moved,omitzero"`
	Again bool         `json:"again,omitzero"` // the second time, because nobody answered
	Until int64        `json:"until,omitzero"` // ms; from then on it would be of no use
	About []string     `json:"about,omitzero"` // ids of the others that it speaks of
}

// ID names a reminder for its cause, on a server as on a phone: it is the document id of the notice.
func ID(code, focus, step, audience string) string {
	return string(syncing.NewDocID("notice", syncing.DerivedUUID("notice", code, focus, step, audience, "")))
}

// List says what rings for somebody, the next first. Input that nobody could follow (no such zone, no such day, more than the limits) is
// of code invalid; an event alone that cannot be followed, because its zone is not known here, is left out.
func (r *Rules) List(in Input) ([]Reminder, error) {
	if in.Days < 1 || in.Days > DaysMax || len(in.Events) > EventsMax {
		return nil, fault.New(fault.Invalid, "remind.List", "Ask for 1 to 400 days, and for not more than 5000 events.")
	}
	l, err := r.looking(in)
	if err != nil || in.Settings.Off {
		return []Reminder{}, err
	}
	found := []Reminder{}
	for i := range in.Events {
		found = append(found, l.reminders(&in.Events[i])...)
	}
	found = append(l.grouped(found), l.again()...)
	found = slices.DeleteFunc(found, func(m Reminder) bool { return m.At <= in.From || m.At > in.From+int64(in.Days)*dayMs })
	for i := range found {
		l.show(&found[i])
	}
	slices.SortStableFunc(found, l.order)
	return found, nil
}

// looking is a list in the making.
type looking struct {
	rules  *Rules
	in     *Input
	device string
	from   Clock // quiet hours
	to     Clock
	told   map[string]bool // ids
	ranks  map[string]int
}

func (r *Rules) looking(in Input) (*looking, error) {
	l := &looking{rules: r, in: &in, device: cmp.Or(in.Settings.DeviceZone, in.Settings.HomeZone), from: r.Quiet.From, to: r.Quiet.To, told: map[string]bool{}, ranks: map[string]int{}}
	for _, zone := range []string{in.Settings.HomeZone, l.device} {
		if _, err := calendar.Zone(zone); err != nil {
			return nil, err
		}
	}
	if in.Settings.QuietFrom != nil && in.Settings.QuietTo != nil {
		l.from, l.to = *in.Settings.QuietFrom, *in.Settings.QuietTo
	}
	for _, t := range in.Told {
		l.told[t.ID] = true
		for _, id := range t.About {
			l.told[id] = true
		}
	}
	for rank, code := range r.Codes() {
		l.ranks[code] = rank
	}
	return l, nil
}

// order is by time, then by weight; two lists of the same never differ.
func (l *looking) order(a, b Reminder) int {
	return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(l.ranks[a.Code], l.ranks[b.Code]), cmp.Compare(a.Focus, b.Focus), cmp.Compare(a.Step, b.Step))
}

// show writes what the clocks show.
func (l *looking) show(m *Reminder) {
	at := time.UnixMilli(m.At)
	if wall, err := calendar.In(at, m.Zone); err == nil {
		m.Wall = wall.String()
	}
	if here, err := calendar.In(at, l.device); err == nil && here.String() != m.Wall {
		m.Here = here.String()
	}
}
