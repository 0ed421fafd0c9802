package phone

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"satchel/internal/calendar"
	"satchel/internal/care"
	"satchel/internal/instrument"
	syncing "satchel/sync"
	"satchel/sync/replica"
)

// answersPrefix begins the fields of an assessment that hold answers.
const answersPrefix = "answers."

// Judged is what the phone's own copy of the rules says of answers, with no network.
type Judged struct {
	instrument.Result
	Rules  *instrument.Rules // nil: this phone has none that it can trust, and the result says nothing
	Advice []Advice          // what to do, first to say first
	// Page is shown in the place of a verdict where there are no rules.
	Page string
}

// Advice is one text to show at once.
type Advice struct {
	Text    string
	Call    []string // the numbers to call, the first is the biggest button
	Private bool     // for the person alone: never for a caregiver, never in a push
}

// surroundings are what the record on this phone says beside the answers.
type surroundings struct {
	region, zone, phase  string
	line, desk, practice string // numbers: day and night, the oncology team's in hours, the practice's
	context              map[string]json.RawMessage
	previous             *instrument.Previous
}

// Judge says what answers mean and what to do, from what lies on this phone. answers are an assessment's values by code; urgency is
// the person's wish, "" for none.
func (p *Phone) Judge(record syncing.RecordID, answers instrument.Answers, urgency string) (*Judged, error) {
	around := p.look(record)
	if p.library == nil {
		return &Judged{Page: p.calling.Page(around.region, around.line)}, nil
	}
	rules := p.library.Current()
	today := p.today(around.zone)
	context, err := p.library.DeriveContext(rules.Key(), around.region, around.context, nil, today)
	if err != nil {
		return nil, err
	}
	j := &Judged{Rules: rules}
	j.Result, err = p.library.Evaluate(instrument.Input{
		Questionnaire: rules.Questionnaire().Key(), Rules: rules.Key(), Region: around.region, Answers: answers, Urgency: urgency,
		Context: context, Previous: around.previous, Phase: around.phase, Today: today,
	})
	if err != nil {
		return nil, err
	}
	for _, id := range j.Result.Advice {
		text, err := p.library.Render(rules.Key(), around.region, id, around.line)
		if err != nil {
			return nil, err
		}
		known, _ := p.library.Advice(id)
		j.Advice = append(j.Advice, Advice{Text: text, Call: p.numbers(around, known.Call), Private: known.Private})
	}
	return j, nil
}

func (p *Phone) today(zone string) string {
	civil, err := calendar.In(p.now(), zone)
	if err != nil {
		return p.now().UTC().Format(time.DateOnly)
	}
	return civil.Date.String()
}

// look reads what the phone knows of the record. What it does not know counts as present in the rules (hazard H06).
func (p *Phone) look(record syncing.RecordID) surroundings {
	around := surroundings{region: p.region(), zone: "Europe/London", context: map[string]json.RawMessage{}}
	regions := p.data().Current().Regions()
	var latest string
	for _, d := range p.DB.View(record) {
		switch d.ID.Type() {
		case "careTeam":
			around.team(d, regions)
		case "carePlan":
			if Text(d, "status") == "active" {
				around.phase = Text(d, "phase")
			}
		case "assessment":
			if reported(d) && d.ID.ID() > latest {
				latest = d.ID.ID() // ids of version 7 grow with the time at which they were made
				around.previous = &instrument.Previous{Answers: AnswersOf(d), Completed: madeOn(latest)}
			}
		}
	}
	if d := p.DB.Document(record, care.ClinicalContextID(record)); d != nil {
		for name, value := range d.Fields {
			around.context[name] = json.RawMessage(value)
		}
	}
	if d := p.DB.Document(record, care.PersonID(record)); d != nil {
		if home := Text(d, "homeZone"); home != "" {
			around.zone = home
		}
	}
	return around
}

// team takes in whom to call. The oncology team's number and region count before the practice's.
func (s *surroundings) team(d *replica.Document, regions []string) {
	kind := Text(d, "kind")
	if Text(d, "status") != "active" {
		return
	}
	switch kind {
	case care.KindOncology:
		s.desk = Text(d, "phone")
	case care.KindPrimary:
		s.practice = Text(d, "phone")
	default:
		return
	}
	if kind == care.KindPrimary && s.line != "" {
		return
	}
	if slices.Contains(regions, Text(d, "region")) {
		s.region = Text(d, "region")
	}
	if line := care.DayAndNight(care.WirePaper(d.ID, d.Rev, d.Fields)); line != "" {
		s.line = line // the team's own card says so
	} else if always := string(d.Fields["is24h"]) == "true"; always && Text(d, "phone") != "" {
		s.line = Text(d, "phone")
	} else if Text(d, "outOfHours") != "" {
		s.line = Text(d, "outOfHours")
	} else if number := dayAndNight(d); number != "" {
		s.line = number
	}
}

// dayAndNight is the contact of a team's own page that is answered at all times; of several, the one that was tried last.
func dayAndNight(d *replica.Document) string {
	var number string
	latest := int64(-1)
	for name, value := range d.Fields {
		var contact struct {
			System     string `json:"system"`
			Value      string `json:"value"`
			Is24h      bool   `json:"is24h"`
			VerifiedAt int64  `json:"verifiedAt"`
		}
		if !strings.HasPrefix(name, "contacts.") || json.Unmarshal(value, &contact) != nil || contact.System != "phone" || !contact.Is24h {
			continue
		}
		if contact.VerifiedAt > latest || contact.VerifiedAt == latest && contact.Value < number {
			number, latest = contact.Value, contact.VerifiedAt
		}
	}
	return number
}

// madeOn is the civil date, in UTC, at which an id of version 7 was made; "" for another.
func madeOn(id string) string {
	u, err := syncing.ParseUUID(id)
	if err != nil || u[6]>>4 != 7 {
		return ""
	}
	var ms int64
	for _, b := range u[:6] {
		ms = ms<<8 | int64(b)
	}
	return time.UnixMilli(ms).UTC().Format(time.DateOnly)
}

// reported reports whether an assessment says something that counts.
func reported(d *replica.Document) bool {
	status := Text(d, "status")
	return status == "completed" || status == "amended"
}

// AnswersOf gives an assessment's answers by code.
func AnswersOf(d *replica.Document) instrument.Answers {
	answers := instrument.Answers{}
	for name, value := range d.Fields {
		if code, ok := strings.CutPrefix(name, answersPrefix); ok {
			answers[code] = json.RawMessage(value)
		}
	}
	return answers
}

// Text reads a field's text; "" if it has none.
func Text(d *replica.Document, field string) string {
	var text string
	if d != nil && d.Fields[field] != nil {
		_ = json.Unmarshal(d.Fields[field], &text) // another kind of value has no text
	}
	return text
}

// Begin begins an assessment: a draft, which is kept and sent from the first answer on.
func (p *Phone) Begin(record syncing.RecordID, answeredBy string) (syncing.DocID, error) {
	doc, err := p.NewDoc("assessment")
	if err != nil {
		return doc, err
	}
	return doc, p.Write(record, replica.Change{Doc: doc, Set: map[string]jsontext.Value{
		"questionnaire": syncing.TextValue(p.data().Current().Questionnaire().Key()),
		"status":        syncing.TextValue("in-progress"), "answeredBy": syncing.TextValue(answeredBy),
	}})
}

// Answer keeps one answer at once, so that switching the phone off loses none.
func (p *Phone) Answer(record syncing.RecordID, doc syncing.DocID, code string, value jsontext.Value) error {
	return p.Write(record, replica.Change{Doc: doc, Set: map[string]jsontext.Value{answersPrefix + code: value}})
}

// Complete ends an assessment: it judges the answers here and now, and notes what this phone worked out and showed. One that is
// completed already is amended. Without rules that can be trusted it says no level: the server judges.
func (p *Phone) Complete(record syncing.RecordID, doc syncing.DocID, urgency, note string) (*Judged, error) {
	d := p.DB.Document(record, doc)
	j, err := p.Judge(record, AnswersOf(d), urgency)
	if err != nil {
		return nil, err
	}
	set := map[string]jsontext.Value{"adviceShownAt": syncing.IntValue(p.NowMs())}
	if !reported(d) {
		set["status"] = syncing.TextValue("completed")
	}
	change := replica.Change{Doc: doc, Set: set}
	if j.Rules != nil {
		set["phoneLevel"], set["phoneHash"] = syncing.TextValue(j.Level.String()), syncing.TextValue(j.Rules.SHA256())
		if asked := p.settings.Rules.Asked; asked != 0 {
			set["phoneRulesAt"] = syncing.IntValue(asked)
		}
		_, version, _ := strings.Cut(j.Rules.Key(), "|")
		for _, id := range j.Fired {
			if change.Add == nil {
				change.Add = map[string][]jsontext.Value{}
			}
			change.Add["phoneRules"] = append(change.Add["phoneRules"], syncing.TextValue(id+"|"+version))
		}
	}
	if urgency != "" {
		set["urgency"] = syncing.TextValue(urgency)
	}
	if note != "" {
		set["note"] = syncing.TextValue(note)
	}
	return j, p.Write(record, change)
}
