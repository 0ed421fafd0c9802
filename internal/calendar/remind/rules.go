package remind

import (
	"bytes"
	_ "embed"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"satchel/internal/calendar"
	"satchel/internal/fault"
)

// Kind says what an event is.
type Kind string

// The kinds of events.
const (
	Appointment Kind = "appointment"
	Lab         Kind = "lab"
	Assessment  Kind = "assessment" // questions that the person is asked to answer
	Supply      Kind = "supply"     // a medicine that will run out
	Unread      Kind = "unread"     // a plan or a summary that the person has not opened
)

// Kinds are all of them, what weighs most first.
var Kinds = []Kind{Appointment, Lab, Assessment, Supply, Unread}

// Policy says by the clock of which zone a reminder comes.
type Policy string

// The policies.
const (
	Site   Policy = "site"   // where it takes place
	Home   Policy = "home"   // where the person lives
	Device Policy = "device" // where the phone is
)

// Whom a reminder is for.
const (
	ForPatient   = "patient"
	ForCaregiver = "caregiver"
)

// Clock is a time of day, in minutes since midnight; as text "09:30".
type Clock int

// UnmarshalText reads "09:30" and nothing else.
func (c *Clock) UnmarshalText(text []byte) error {
	var hour, minute int
	if n, err := fmt.Sscanf(string(text), "%02d:%02d", &hour, &minute); n != 2 || err != nil {
		return fault.Wrap(err, fault.Invalid, "remind.Clock", "A time of day is written like 09:30.")
	}
	if *c = Clock(hour*60 + minute); c.String() != string(text) || hour < 0 || hour > 23 || minute < 0 || minute > 59 {
		return fault.New(fault.Invalid, "remind.Clock", "A time of day is written like 09:30.")
	}
	return nil
}

// MarshalText writes what UnmarshalText reads.
func (c Clock) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// String writes "09:30".
func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", int(c)/60, int(c)%60) }

func (c Clock) on(d calendar.CivilDate) calendar.CivilTime { return d.At(int(c)/60, int(c)%60) }

func clockOf(t calendar.CivilTime) Clock { return Clock(t.Hour*60 + t.Minute) }

// sourced is where a value comes from, and whether a clinical safety officer has signed it.
type sourced struct {
	Source string `json:"source"`
	Review string `json:"review"`
}

// Rules are the lead times, hours and limits by which reminders come.
type Rules struct {
	ID      string `json:"id"`
	Version string `json:"version"`
	Review  string `json:"review"` // the state of clinical approval
	Source  string `json:"source"`
	About   string `json:"about"`
	Quiet   struct {
		From Clock `json:"from"`
		To   Clock `json:"to"`
		sourced
	} `json:"quiet"`
	Early struct {
		Before             Clock `json:"before"`
		At                 Clock `json:"at"`
		BeforeQuietMinutes int   `json:"beforeQuietMinutes"`
		sourced
	} `json:"early"`
	Cap struct {
		PerDay int `json:"perDay"`
		sourced
	} `json:"cap"`
	Again struct {
		AfterMinutes     int `json:"afterMinutes"`
		SnoozeMinMinutes int `json:"snoozeMinMinutes"`
		SnoozeMaxMinutes int `json:"snoozeMaxMinutes"`
		sourced
	} `json:"again"`
	Mute struct {
		Passes []string `json:"passes"`
		sourced
	} `json:"mute"`
	Far struct {
		TravelMinutes int `json:"travelMinutes"`
		sourced
	} `json:"far"`
	Kinds map[Kind]KindRules `json:"kinds"`
	Looks map[Kind]Look      `json:"looks"` // whoever helps hears that a reminder needs a look
}

// Look is when that is, for one kind.
type Look struct {
	Code         string `json:"code"`                  // the reminder that nobody answered
	AfterMinutes int    `json:"afterMinutes"`          // behind it
	LeaveMinutes int    `json:"leaveMinutes,omitzero"` // and never later than so long, and the way, before the event
	sourced
}

// KindRules are those of one kind of event.
type KindRules struct {
	Policy Policy `json:"policy"`
	Leads  []Lead `json:"leads"` // what weighs most first
	sourced
}

// Lead is one reminder of an event.
type Lead struct {
	Code    string   `json:"code"`
	Days    int      `json:"days,omitzero"`    // before the day of the event; negative: after it
	At      *Clock   `json:"at,omitzero"`      // absent: the time of the event
	Minutes int      `json:"minutes,omitzero"` // before the event itself, in place of days
	Travel  bool     `json:"travel,omitzero"`  // and the way there
	Far     bool     `json:"far,omitzero"`     // for those with a long way or a referral alone
	For     []string `json:"for"`
	sourced
}

//go:embed data/reminders.v1.json
var ownFile []byte

// OwnFile is the file of the rules in the program, for programs that work out the same reminders. Callers do not change it.
func OwnFile() []byte { return ownFile }

// Own are the rules in the program.
var Own = mustLoad(ownFile)

func mustLoad(data []byte) *Rules {
	r, err := Load(data)
	if err != nil {
		panic("remind: " + err.Error())
	}
	return r
}

// Load reads a file of rules and refuses one that is not whole: a kind without rules, a value without a source, a lead that nobody could
// follow. The error is of code invalid.
func Load(data []byte) (*Rules, error) {
	var r Rules
	if err := json.UnmarshalRead(bytes.NewReader(data), &r, json.RejectUnknownMembers(true), jsontext.AllowDuplicateNames(false)); err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "remind.Load", "The file of reminders cannot be read.")
	}
	whole := r.ID != "" && r.Version != "" && r.Review != "" && r.Cap.PerDay > 0 && r.Again.AfterMinutes > 0 &&
		r.Again.SnoozeMinMinutes > 0 && r.Again.SnoozeMaxMinutes >= r.Again.SnoozeMinMinutes && r.Early.BeforeQuietMinutes > 0 && r.Far.TravelMinutes > 0
	for _, s := range []sourced{r.Quiet.sourced, r.Early.sourced, r.Cap.sourced, r.Again.sourced, r.Mute.sourced, r.Far.sourced} {
		whole = whole && s.Source != "" && s.Review != ""
	}
	for _, kind := range Kinds {
		rules, known := r.Kinds[kind]
		whole = whole && known && rules.whole()
	}
	if !whole || len(r.Kinds) != len(Kinds) || !r.looksWhole() {
		return nil, fault.New(fault.Invalid, "remind.Load", "The file of reminders is not whole: each kind has its leads, and each value a source.")
	}
	return &r, nil
}

func (k KindRules) whole() bool {
	if k.Source == "" || k.Review == "" || len(k.Leads) == 0 || !slices.Contains([]Policy{Site, Home, Device}, k.Policy) {
		return false
	}
	return !slices.ContainsFunc(k.Leads, func(l Lead) bool {
		known := len(l.For) > 0 && !slices.ContainsFunc(l.For, func(who string) bool { return who != ForPatient && who != ForCaregiver })
		return l.Code == "" || l.Source == "" || l.Review == "" || !known || l.Minutes < 0 || l.Minutes > 0 && (l.Days != 0 || l.At != nil)
	})
}

// leadOf finds a lead by its code, and how much it weighs: 0 weighs most.
func (r *Rules) leadOf(code string) (lead Lead, rank int, ok bool) {
	for _, kind := range Kinds {
		for _, l := range r.Kinds[kind].Leads {
			if l.Code == code {
				return l, rank, true
			}
			rank++
		}
	}
	return lead, rank, false
}

// Codes are the codes of all reminders, what weighs most first.
func (r *Rules) Codes() (codes []string) {
	for _, kind := range Kinds {
		for _, l := range r.Kinds[kind].Leads {
			codes = append(codes, l.Code)
		}
	}
	return codes
}
