package care

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"satchel/internal/calendar"
)

// EmergencyCard is what somebody who has never met the person must know in the first minute. It is made from what lies on a phone,
// with no network at either end; what is not stated is said to be unknown, never to be absent.
type EmergencyCard struct {
	// Findings come first: a number that looks like an emergency and was expected (hazard H09).
	Findings  []EmergencyFinding `json:"findings"`
	Name      string             `json:"name"` // "" if it is not on this phone
	BirthDate string             `json:"birthDate"`
	// Treatment is yes, no or unknown: cancer treatment is in progress.
	Treatment Stated `json:"treatment"`
	// Sepsis is the risk of neutropenic sepsis, by the rules' own window after the last dose.
	Sepsis Stated          `json:"sepsis"`
	Facts  []EmergencyFact `json:"facts"`
	// Line is answered day and night; "" if this phone knows none. Emergency is the number of the place.
	Line        string          `json:"line"`
	Emergency   string          `json:"emergency"`
	Teams       []EmergencyTeam `json:"teams"`       // oncology first
	PlanVersion int64           `json:"planVersion"` // 0: no plan was published
	UpdatedAt   int64           `json:"updatedAt"`   // ms, when this copy was last read from the server; 0: never
	Zone        string          `json:"zone"`        // IANA, of the home
	Today       string          `json:"today"`       // the civil date at home

	Conditions  []EmergencyCondition  `json:"conditions"`
	Medications []EmergencyMedication `json:"medications"`
}

// Stated is what is known of something: yes, no, or unknown, which is none of both.
type Stated string

// The answers.
const (
	Yes       Stated = "yes"
	No        Stated = "no"
	NotStated Stated = "unknown"
)

// EmergencyFact is one line of the card. Value is "" if nobody stated it.
type EmergencyFact struct {
	Code  string `json:"code"`
	Label string `json:"label"`
	Value string `json:"value"`
}

// FactAllergies is the code of the fact that says them.
const FactAllergies = "allergies"

// EmergencyTeam is a treating team and its number.
type EmergencyTeam struct {
	Kind  string `json:"kind"`
	Name  string `json:"name"`
	Phone string `json:"phone"` // "" if this phone does not know it
}

// EmergencyCondition is something that the person has; it is not refuted and not resolved.
type EmergencyCondition struct {
	Text   string `json:"text"`
	Code   string `json:"code,omitempty"` // ICD-10
	Status string `json:"status"`
	Verify string `json:"verify"`
	Onset  string `json:"onset,omitempty"`
}

// EmergencyMedication is something that the person should take now.
type EmergencyMedication struct {
	Display string `json:"display"`
	Dose    string `json:"dose,omitempty"`
	Status  string `json:"status"`
	Started string `json:"started,omitempty"`
	Taking  string `json:"taking,omitempty"` // what the person says
}

// EmergencyCard makes the card at an instant, from papers of one record. updatedAt is when they were last read from the server, ms.
// Errors are those of the binder.
func (w Words) EmergencyCard(at time.Time, updatedAt int64, b Binder) (EmergencyCard, error) {
	b = EmergencyPapers(b)
	c := EmergencyCard{UpdatedAt: updatedAt, Zone: homeZone(b, w.ward.zone), Findings: []EmergencyFinding{}, Facts: []EmergencyFact{}}
	today, err := calendar.In(at, c.Zone)
	if err != nil {
		return c, err
	}
	c.Today = today.Date.String()
	people, err := b(personName)
	if err != nil {
		return c, err
	}
	for _, p := range people {
		c.Name, c.BirthDate = p.Text("name"), p.Text("birthDate")
	}
	region, err := c.teamsOf(w, b)
	if err != nil {
		return c, err
	}
	if err := c.planOf(b); err != nil {
		return c, err
	}
	contexts, err := b(clinicalContextName)
	if err != nil {
		return c, err
	}
	stated := map[string]json.RawMessage{}
	for _, p := range contexts {
		for _, name := range p.Fields("") {
			stated[name] = json.RawMessage(p.Value(name))
		}
	}
	c.factsOf(stated)
	if err := c.risks(w, region, stated); err != nil {
		return c, err
	}
	if c.Findings, err = findingsNow(b, today.Date); err != nil {
		return c, err
	}
	return c, c.summary(b)
}

// teamsOf takes in the treating teams, and whom to call; it gives the region whose numbers and windows hold.
func (c *EmergencyCard) teamsOf(w Words, b Binder) (region string, err error) {
	papers, err := b(careTeamName)
	if err != nil {
		return "", err
	}
	var all []CallTeam
	for _, kind := range []string{KindOncology, KindPrimary} {
		for _, p := range byID(papers) {
			t := callTeamOf(p)
			if !t.Active || t.Kind != kind {
				continue
			}
			all = append(all, t)
			if c.Line == "" {
				c.Line = lineOf(p)
			}
			if len(c.Teams) == 0 || c.Teams[len(c.Teams)-1].Kind != kind { // of several of a kind the first by id acts
				c.Teams = append(c.Teams, EmergencyTeam{Kind: kind, Name: t.Name, Phone: phoneOf(p, t)})
			}
		}
	}
	profile, known := w.ward.library.Profile(regionOf(all))
	if !known {
		profile, _ = w.ward.library.Profile(w.ward.region)
	}
	c.Emergency = profile.Emergency
	region = w.ward.region
	if slices.Contains(w.ward.library.Current().Regions(), regionOf(all)) {
		region = regionOf(all)
	}
	return region, nil
}

// byID puts papers into the order of their ids: the same record makes the same card.
func byID(papers []Paper) []Paper {
	return slices.SortedFunc(slices.Values(papers), func(a, b Paper) int { return strings.Compare(string(a.ID()), string(b.ID())) })
}

// lineOf is a team's number that is answered day and night, or out of hours.
func lineOf(team Paper) string {
	if line := DayAndNight(team); line != "" {
		return line
	}
	if truth(team, "is24h") && team.Text("phone") != "" {
		return team.Text("phone")
	}
	return team.Text("outOfHours")
}

// phoneOf is a team's number in hours.
func phoneOf(p Paper, t CallTeam) string {
	if number := p.Text("phone"); number != "" {
		return number
	}
	for _, contact := range t.Contacts {
		if contact.System == "phone" {
			return contact.Value
		}
	}
	return ""
}

// planOf takes in which version was published last, and whether the plan says that treatment is under way. No other phase is ever said.
func (c *EmergencyCard) planOf(b Binder) error {
	plan, err := currentPlan(b)
	if err != nil || plan == nil {
		return err
	}
	if plan.Text("phase") == "active-treatment" {
		c.Treatment = Yes
	}
	version, err := newestVersion(b, plan)
	if version != nil {
		c.PlanVersion = number(version, "number")
	}
	return err
}

// factsOf are what oncology has stated, in the order in which somebody asks.
func (c *EmergencyCard) factsOf(stated map[string]json.RawMessage) {
	text := func(name string) (s string) {
		_ = json.Unmarshal(stated[name], &s) // another kind of value is not stated
		return strings.TrimSpace(s)
	}
	yesNo := func(name string) string {
		switch string(stated[name]) {
		case "true":
			return string(Yes)
		case "false":
			return string(No)
		}
		return ""
	}
	gcsf := text("gcsfLastDose")
	if kind := text("gcsfKind"); gcsf != "" && kind != "" {
		gcsf += " (" + kind + ")"
	}
	c.Facts = []EmergencyFact{
		{"regimen", "Regimen", text("sactRegimen")},
		{"lastDose", "Last dose of treatment", text("sactLastDose")},
		{"gcsf", "Last dose of growth factor (G-CSF)", gcsf},
		{"centralLine", "Central line or port", yesNo("centralLine")},
		{FactAllergies, "Allergies", text("allergies")},
		{"anticoagulant", "Blood thinner", yesNo("anticoagulated")},
	}
}

// risks are worked out by the rules' own window. A second answer, as if everything unknown were absent, tells a yes from a not known.
func (c *EmergencyCard) risks(w Words, region string, stated map[string]json.RawMessage) error {
	rules := w.ward.library.Current().Key()
	derive := func(facts map[string]json.RawMessage) (bool, error) {
		context, err := w.ward.library.DeriveContext(rules, region, facts, nil, c.Today)
		return context["infectionRisk"], err
	}
	long := map[string]json.RawMessage{"sactLastDose": json.RawMessage(`"1900-01-01"`), "transplantOrCarT": json.RawMessage("false")}
	with := func(names ...string) map[string]json.RawMessage {
		facts := map[string]json.RawMessage{}
		for name, value := range long {
			facts[name] = value
		}
		for _, name := range names {
			if stated[name] != nil {
				facts[name] = stated[name]
			}
		}
		return facts
	}
	perhaps, err := derive(stated)
	if err != nil {
		return err
	}
	surely, err := derive(with("sactLastDose", "transplantOrCarT"))
	if err != nil {
		return err
	}
	recent, err := derive(with("sactLastDose"))
	if err != nil {
		return err
	}
	c.Sepsis = three(surely, perhaps)
	if c.Treatment != Yes {
		c.Treatment = three(recent, stated["sactLastDose"] == nil)
	}
	return nil
}

func three(surely, perhaps bool) Stated {
	switch {
	case surely:
		return Yes
	case perhaps:
		return NotStated
	}
	return No
}

// summary is what an emergency department asks for next: what else the person has, and what they take.
func (c *EmergencyCard) summary(b Binder) error {
	c.Conditions, c.Medications = []EmergencyCondition{}, []EmergencyMedication{}
	conditions, err := b(conditionName)
	if err != nil {
		return err
	}
	for _, p := range byID(conditions) {
		verify := p.Text("verificationStatus")
		if verify == "" {
			verify = "confirmed"
		}
		if status := p.Text("clinicalStatus"); status != "resolved" && verify != "refuted" && verify != "entered-in-error" {
			c.Conditions = append(c.Conditions, EmergencyCondition{p.Text("text"), p.Text("code"), status, verify, p.Text("onset")})
		}
	}
	medications, err := b(medicationName)
	if err != nil {
		return err
	}
	for _, p := range byID(medications) {
		if status := p.Text("status"); status == "active" || status == "on-hold" {
			c.Medications = append(c.Medications, EmergencyMedication{p.Text("display"), p.Text("dose"), status, p.Text("started"), p.Text("taking")})
		}
	}
	return nil
}
