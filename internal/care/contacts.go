package care

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"satchel/internal/calendar"
	"satchel/internal/instrument"
)

// "Who do I call?" is answered from what lies on the phone, without a network: the teams' cards, the hour at home, and a file that
// says of each topic how soon somebody must answer and which team is asked. It is a pure function, so a board and a phone give the
// same answer.

// Caller is what the answer depends on, beside topic and time.
type Caller struct {
	Home    string             // IANA zone in which the person lives
	Profile instrument.Profile // whom to call there in an emergency
	Teams   []CallTeam
	// Accountable is the team that answers for the topic by the plan; "" if none does.
	Accountable string
}

// CallTeam is a team as its document says it.
type CallTeam struct {
	ID, Kind, Name string
	Active         bool
	Region         string
	Does, DoesNot  []string
	Contacts       []Contact
}

// Call is whom to call about something: Contacts[0] first.
type Call struct {
	Topic    string        `json:"topic"`
	Words    string        `json:"words"` // what people call it
	Urgency  string        `json:"urgency"`
	At       string        `json:"at"` // the wall clock at home
	Zone     string        `json:"zone"`
	Gap      bool          `json:"gap"`  // nobody has said that they handle this
	Says     string        `json:"says"` // the answer in a sentence
	Contacts []CallContact `json:"contacts"`
}

// CallContact is one number or address to try.
type CallContact struct {
	Kind       string   `json:"kind"` // emergency, crisis or team
	Team       string   `json:"team,omitzero"`
	Name       string   `json:"name"`
	Label      string   `json:"label,omitzero"`
	System     string   `json:"system"`
	Value      string   `json:"value"`
	Open       Opening  `json:"open"`
	Opens      string   `json:"opens,omitzero"`      // when it opens next, by the wall clock at home
	VerifiedAt int64    `json:"verifiedAt,omitzero"` // ms; absent: nobody has tried whether it reaches the team
	Warning    string   `json:"warning,omitzero"`
	Reasons    []string `json:"reasons"`

	rank int
}

// CallTopic is a topic by which can be asked.
type CallTopic struct {
	Code    string `json:"code"`
	Words   string `json:"words"`
	Private bool   `json:"private,omitzero"` // never to be named in an address
}

// CallTopics lists them, what is most urgent first.
func CallTopics() []CallTopic {
	var list []CallTopic
	for _, t := range embeddedCalls().Topics {
		list = append(list, CallTopic{t.Code, t.Words, t.Private})
	}
	return list
}

// CallTopicOf finds a topic by its code, by an item of the questionnaire, or by what people may type.
func CallTopicOf(asked string) (CallTopic, bool) {
	t, ok := embeddedCalls().find(asked)
	return CallTopic{t.Code, t.Words, t.Private}, ok
}

// WhoToCall answers for one topic at an instant. known is false if it is no topic. The error is that of an unknown zone.
func (c Caller) WhoToCall(asked string, at time.Time) (call Call, known bool, err error) {
	topic, known := embeddedCalls().find(asked)
	if !known {
		return call, false, nil
	}
	now, err := calendar.In(at, c.Home)
	if err != nil {
		return call, true, err
	}
	call = Call{Topic: topic.Code, Words: topic.Words, Urgency: topic.Urgency, At: now.String(), Zone: c.Home, Contacts: []CallContact{}}
	ranked, gap := c.ranked(topic)
	call.Gap = gap
	for rank, team := range ranked {
		list, err := c.contactsOf(team, at, topic)
		if err != nil {
			return call, true, err
		}
		for i := range list {
			list[i].rank = rank
		}
		call.Contacts = append(call.Contacts, list...)
	}
	c.order(&call)
	call.Says = call.says()
	return call, true, nil
}

// rankedTeam is a team to ask, and why it.
type rankedTeam struct {
	CallTeam
	why string
}

// ranked lists whom to ask, in order: who answers for it by the plan, who says that they handle it, who does by their kind, and for
// what cannot wait the other treating teams. gap says that nobody has said so and no team of that kind is here.
func (c Caller) ranked(topic callTopic) (list []rankedTeam, gap bool) {
	here := slices.DeleteFunc(slices.Clone(c.Teams), func(t CallTeam) bool { return !t.Active })
	slices.SortFunc(here, func(a, b CallTeam) int { return strings.Compare(a.ID, b.ID) })
	add := func(t CallTeam, why string) {
		if !slices.ContainsFunc(list, func(r rankedTeam) bool { return r.ID == t.ID }) {
			list = append(list, rankedTeam{t, why})
		}
	}
	for _, t := range here {
		if t.ID == c.Accountable {
			add(t, t.Name+" answers for this in the plan.")
		}
	}
	here = slices.DeleteFunc(here, func(t CallTeam) bool { return slices.Contains(t.DoesNot, topic.Code) })
	for _, t := range here {
		if slices.Contains(t.Does, topic.Code) {
			add(t, t.Name+" says that it handles this.")
		}
	}
	for _, kind := range topic.Ask {
		for _, t := range here {
			if t.Kind == kind {
				add(t, t.Name+" is the team to ask about this.")
			}
		}
	}
	gap = len(list) == 0
	if gap || topic.Urgency != callRoutine {
		for _, kind := range []string{KindNavigation, KindOncology, KindPrimary} {
			for _, t := range here {
				if t.Kind == kind && (gap || kind != KindNavigation) {
					add(t, t.Name+" looks after you too.")
				}
			}
		}
	}
	return list, gap
}

// contactsOf are a team's contacts as they stand now: those that were tried first, telephones before addresses.
func (c Caller) contactsOf(t rankedTeam, at time.Time, topic callTopic) ([]CallContact, error) {
	var list []CallContact
	for _, contact := range t.Contacts {
		if contact.System != "phone" && topic.Urgency != callRoutine {
			continue // nobody waits for an e-mail
		}
		open, opens, err := contact.openAt(at, c.Home)
		if err != nil {
			return nil, err
		}
		line := CallContact{
			Kind: "team", Team: t.ID, Name: t.Name, Label: contact.Label, System: contact.System, Value: contact.Value, Open: open,
			VerifiedAt: contact.VerifiedAt, Warning: warning(contact, at), Reasons: []string{t.why},
		}
		switch {
		case contact.Is24h:
			line.Reasons = append(line.Reasons, "It is answered day and night.")
		case open == Closed && !opens.IsZero():
			civil, err := calendar.In(opens, c.Home)
			if err != nil {
				return nil, err
			}
			line.Opens = civil.String()
			line.Reasons = append(line.Reasons, "It is closed now, and opens "+opensIn(line.Opens, at, c.Home)+".")
		case open == Unknown:
			line.Reasons = append(line.Reasons, "Nobody has said when it is answered.")
		}
		list = append(list, line)
	}
	slices.SortStableFunc(list, func(a, b CallContact) int {
		return cmp.Or(cmp.Compare(openness[a.Open], openness[b.Open]), cmp.Compare(b2i(a.Warning != ""), b2i(b.Warning != "")), strings.Compare(b.System, a.System))
	})
	return list, nil
}

var openness = map[Opening]int{Open: 0, Unknown: 1, Closed: 2}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// opensIn says when something opens as people say it.
func opensIn(opens string, at time.Time, zone string) string {
	day, clock, _ := strings.Cut(opens, "T")
	now, err := calendar.In(at, zone)
	date, bad := calendar.ParseDate(day)
	if err != nil || bad != nil || date == now.Date {
		return "at " + clock
	}
	return "on " + date.Weekday().String() + " at " + clock
}

// warning says that nobody knows whether a contact still reaches the team.
func warning(c Contact, at time.Time) string {
	days := embeddedCalls().VerifiedDays
	switch {
	case c.VerifiedAt == 0:
		return "Nobody has checked yet that this reaches the team."
	case at.UnixMilli()-c.VerifiedAt > int64(days)*24*time.Hour.Milliseconds():
		return "It was last checked on " + time.UnixMilli(c.VerifiedAt).UTC().Format("2 January 2006") + ", too long ago to be sure."
	}
	return ""
}

// order puts first what helps now: in an emergency the emergency number, in a crisis the crisis line, for what is urgent whoever
// answers now. What can wait goes to the team that handles it, also when it is closed.
func (c Caller) order(call *Call) {
	if call.Urgency != callRoutine {
		slices.SortStableFunc(call.Contacts, func(a, b CallContact) int {
			return cmp.Or(cmp.Compare(openness[a.Open], openness[b.Open]), cmp.Compare(a.rank, b.rank))
		})
	}
	emergency := CallContact{
		Kind: callEmergency, Name: "Emergency services", System: "phone", Value: c.Profile.Emergency, Open: Open,
		Reasons: []string{"This is an emergency."},
	}
	crisis := CallContact{
		Kind: callCrisis, Name: "Crisis line", System: "phone", Value: c.Profile.Crisis, Open: Open, Reasons: []string{"You need somebody to talk to now."},
	}
	nobody := len(call.Contacts) == 0 || call.Contacts[0].Open != Open
	switch {
	case call.Urgency == callEmergency:
		call.Contacts = slices.Insert(call.Contacts, 0, emergency)
	case call.Urgency == callCrisis:
		emergency.Reasons = []string{"If you are in danger now."}
		call.Contacts = slices.Insert(call.Contacts, 0, crisis, emergency)
	case call.Urgency == callUrgent && nobody:
		emergency.Reasons = []string{"This should not wait, and no team is known to answer now."}
		call.Contacts = slices.Insert(call.Contacts, 0, emergency)
	}
}

// says is the answer in a sentence.
func (c Call) says() string {
	if len(c.Contacts) == 0 {
		return c.Words + ": none of your teams has told us how it is reached. Ask at your next visit; in an emergency call the emergency number."
	}
	first := c.Contacts[0]
	text := c.Words + ": call " + first.Name + ", " + first.Value + "."
	if first.System != "phone" {
		text = c.Words + ": write to " + first.Name + ", " + first.Value + "."
	}
	for _, reason := range first.Reasons {
		text += " " + reason
	}
	if first.Warning != "" {
		text += " " + first.Warning
	}
	return text
}

// callTeamOf reads a team from its document.
func callTeamOf(p Paper) CallTeam {
	t := CallTeam{
		ID: p.ID().ID(), Kind: p.Text("kind"), Name: p.Text("name"), Active: p.Text("status") == "active", Region: p.Text("region"),
		Does: p.Texts("doesHandle"), DoesNot: p.Texts("doesNotHandle"),
	}
	for _, name := range p.Fields(contactsPrefix) {
		var contact Contact
		if json.Unmarshal(p.Value(name), &contact) == nil {
			t.Contacts = append(t.Contacts, contact)
		}
	}
	if number := p.Text("phone"); len(t.Contacts) == 0 && number != "" { // a team without a card may have left its number in this record
		t.Contacts = append(t.Contacts, Contact{System: "phone", Value: number, Is24h: truth(p, "is24h"), Label: p.Text("hours")})
	}
	return t
}

// DayAndNight is the telephone of a team's card that is answered day and night, one that was tried first; "" if it has none.
func DayAndNight(team Paper) string {
	best := Contact{}
	for _, name := range team.Fields(contactsPrefix) {
		var c Contact
		if json.Unmarshal(team.Value(name), &c) == nil && c.System == "phone" && c.Is24h && (best.Value == "" || c.VerifiedAt > best.VerifiedAt) {
			best = c
		}
	}
	return best.Value
}

// WhoToCall answers "who do I call?" from the papers of one record, on a board and on a phone without network alike. asked is a
// topic by its code, an item of the questionnaire, or what people may type; known is false if it is none. Errors are those of the
// binder.
func (w Words) WhoToCall(asked string, at time.Time, b Binder) (call Call, known bool, err error) {
	caller := Caller{Home: homeZone(b, w.ward.zone)}
	papers, err := b(careTeamName)
	if err != nil {
		return call, false, err
	}
	for _, p := range papers {
		caller.Teams = append(caller.Teams, callTeamOf(p))
	}
	if caller.Profile, known = w.ward.library.Profile(regionOf(caller.Teams)); !known {
		caller.Profile, _ = w.ward.library.Profile(w.ward.region)
	}
	if topic, is := embeddedCalls().find(asked); is {
		who, _, err := w.WhoHandles(topic.Code, b)
		if err != nil {
			return call, true, err
		}
		if who.Activity != "" {
			caller.Accountable = who.Team
		}
	}
	return caller.WhoToCall(asked, at)
}

// regionOf is whose emergency number holds: that of the oncology team, else of the practice, else none.
func regionOf(teams []CallTeam) string {
	for _, kind := range []string{KindOncology, KindPrimary} {
		for _, t := range teams {
			if t.Active && t.Kind == kind && t.Region != "" {
				return t.Region
			}
		}
	}
	return ""
}
