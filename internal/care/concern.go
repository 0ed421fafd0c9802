package care

import (
	"slices"
	"strings"

	"satchel/internal/instrument"
	syncing "satchel/sync"
)

const (
	concernName        = "concern"
	routeStatusPrefix  = "routeStatus."
	routeOutcomePrefix = "routeOutcome."
	routeNotePrefix    = "routeNote."
	routeToPrefix      = "routeTo."
)

// ConcernID names the concern that an assessment raises about an item. Making it twice makes one, and an amendment finds it.
func ConcernID(assessment syncing.DocID, code string) syncing.DocID {
	return syncing.NewDocID(concernName, syncing.DerivedUUID(concernName, assessment.ID(), code))
}

// concernType is one thing that matters to the person, made from an assessment. What the person said of it is never edited by
// clinicians; each team that must act has its own status in it.
func (w *ward) concernType() *syncing.Type {
	told := func(name string, kind syncing.Kind, rule syncing.Rule, doc string, more ...option) syncing.FieldSpec {
		return field(name, kind, rule, nobody, doc, more...)
	}
	return &syncing.Type{
		Name: concernName, Category: CategorySensitive, Creators: nobody,
		Doc: "One thing that matters to the person, routed to the teams that must act. Made by the rules from an assessment.",
		Fields: []syncing.FieldSpec{
			told("assessment", syncing.Reference, syncing.LWW, "the assessment that it comes from", required),
			told("code", syncing.Code, syncing.LWW, "the item, such as phy.fever; permanent", required),
			told("questionnaire", syncing.Code, syncing.LWW, "name and version that was answered"),
			told("severity", syncing.Int, syncing.LWW, "0 to 10 as the person said; 0 if only a follow-up question raised it", unit("{score}")),
			told("yes", syncing.Bool, syncing.LWW, "the answer to a yes/no item"),
			told("prevSeverity", syncing.Int, syncing.LWW, "the same in the assessment before", unit("{score}")),
			told("trend", syncing.Code, syncing.LWW, "compared with the assessment before", codes("first", "new", "worse", "same", "better")),
			told("wantToTalk", syncing.Bool, syncing.LWW, "the person wants to talk about it"),
			told("note", syncing.Text, syncing.LWW, "the person's words about it", upTo(noteMax)),
			told("answeredBy", syncing.Code, syncing.LWW, "who answered; a nurse must know (hazard H20)", codes("patient", "caregiver")),
			told("sensitive", syncing.Bool, syncing.LWW, "hidden from caregivers unless the person ticks it"),
			told("seenBy", syncing.Code, syncing.LWW, "whom the person chose to see it; without a choice its kind decides", codes(choices...)),
			told("acute", syncing.Bool, syncing.LWW, "a symptom that can be urgent"),
			told("level", syncing.Code, syncing.Max, "the higher of phone and server; it only rises until a nurse closes it", codes(levelCodes...)),
			told("serverLevel", syncing.Code, syncing.Max, "level by the server's rules", codes(levelCodes...)),
			told("phoneLevel", syncing.Code, syncing.Max, "the phone's level for the whole response, where it was higher and this concern carries it", codes(levelCodes...)),
			told("upgraded", syncing.Bool, syncing.Max, "the server judged higher than the phone that showed its advice"),
			told("firedRules", syncing.Code, syncing.Set, "rules that speak of it, with their version"),
			told("reportedAt", syncing.Instant, syncing.LWW, "when the person completed the assessment, by the server's clock"),
			told("receivedAt", syncing.Instant, syncing.LWW, "when it came in"),
			told("withdrawn", syncing.Bool, syncing.LWW, "the person says that the assessment was sent by mistake"),
			told("routes", syncing.Reference, syncing.Set, "ids of the teams that must act"),
			field(routeStatusPrefix+"*", syncing.Code, syncing.FSM, append([]syncing.Role{RolePatient}, staff...),
				"where a team stands with it; the name after the dot is the team's id. The person may open it again", routeMoves()),
			told(routeOutcomePrefix+"*", syncing.Code, syncing.LWW, "with which outcome that team closed it", codes(outcomes...)),
			told(routeToPrefix+"*", syncing.Reference, syncing.LWW, "id of the team that has taken the place of that team"),
			field(routeNotePrefix+"*", syncing.Text, syncing.LWW, staff, "what that team says about it; why, if it asks a doctor", upTo(noteMax)),
			stepsField(),
			field("patientComment", syncing.Text, syncing.MV, person, "what the person says about what was done", upTo(noteMax)),
		},
		Categorise: categoriseConcern,
		Allow:      allowConcern,
		Derive:     w.deriveConcern,
		Index:      indexConcern,
	}
}

// categoryOfDomain says in which category the concerns of a questionnaire's domain lie.
var categoryOfDomain = map[string]string{
	"phy": CategoryPhysical,
	"emo": CategoryEmotional, "rel": CategoryEmotional, "bel": CategoryEmotional,
	"day": CategoryPractical, "mny": CategoryPractical, "inf": CategoryPractical, "fut": CategoryPractical,
	"cg": CategoryPractical, // of a caregiver's own record
}

// categoriseConcern goes by what the person chose for the item, then by its domain. A domain that we do not know is shown as
// little as a sensitive item.
func categoriseConcern(s syncing.Snapshot) string {
	domain, _, _ := strings.Cut(s.Text("code"), ".")
	category, known := categoryOfDomain[domain]
	sensitive, _ := s.Bool("sensitive")
	if sensitive || !known {
		category = CategorySensitive
	}
	choice := s.Text("seenBy")
	if choice == seenByCaregiver {
		return SharedWithCaregivers(category)
	}
	if hidden := partOf(sensitive, choice).audience(choice); hidden != "" {
		return hidden
	}
	return category
}

// concernDrafts writes the concerns of a judged assessment: new ones, those that stand, and those that the amended assessment
// no longer names, which stay with what the person says now.
func (w *ward) concernDrafts(c syncing.Change, r syncing.Reader, j *judged) ([]*draft, error) {
	var drafts []*draft
	named := map[syncing.DocID]bool{}
	for i := range j.concern {
		one := &j.concern[i]
		id := ConcernID(c.After.ID(), one.Code)
		named[id] = true
		drafts = append(drafts, j.concernDraft(c, one, id))
	}
	standing, err := concernsOf(c.After.ID(), r)
	if err != nil {
		return nil, err
	}
	for _, stands := range standing {
		if !named[stands.ID()] {
			d := newDraft(stands.ID(), stands)
			j.copyWords(d, c.After, stands.Text("code"))
			d.integer("severity", 0)
			drafts = append(drafts, d)
		}
	}
	return drafts, nil
}

func concernsOf(assessment syncing.DocID, r syncing.Reader) ([]syncing.Snapshot, error) {
	all, err := r.Documents(concernName)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(s syncing.Snapshot) bool { return s.Text("assessment") != string(assessment) }), nil
}

func (j *judged) concernDraft(c syncing.Change, one *weighed, id syncing.DocID) *draft {
	stands := one.stands
	d := newDraft(id, stands)
	d.textOnce("assessment", string(c.After.ID()))
	d.textOnce("code", one.Code)
	d.textOnce("questionnaire", c.After.Text("questionnaire"))
	d.once("reportedAt", c.Effective)
	d.once("receivedAt", c.Now)
	item, _ := j.rules.Questionnaire().Item(one.Code)
	if item.Kind == instrument.KindYesNo {
		d.truth("yes", one.Yes)
	} else {
		d.integer("severity", int64(one.Severity))
		j.compare(d, one)
	}
	d.truth("sensitive", one.Sensitive)
	d.truth("acute", one.Acute)
	j.copyWords(d, c.After, one.Code)
	level := max(one.level, levelThatStands(stands))
	worse := level.String() != stands.Text("level")
	d.text("level", level.String())
	d.text("serverLevel", one.serverSays.String())
	if one.phoneSays {
		d.text("phoneLevel", one.level.String())
	}
	d.add("firedRules", j.firedIDs(one.fired))
	if j.upgrades(one.part, one.level) {
		d.truth("upgraded", true)
	}
	d.add("routes", one.teams)
	if narrowed(one.choice) {
		d.removeValues("routes", quoted(without(stands.Texts("routes"), one.teams))...)
	}
	for _, team := range one.teams {
		if status := stands.Text(routeStatusPrefix + team); status == "" || status == "closed" && !j.steers || status == "seen" && worse {
			d.text(routeStatusPrefix+team, "new")
		}
	}
	return d
}

// copyWords takes over what the person said beside the number.
func (j *judged) copyWords(d *draft, assessment syncing.Snapshot, code string) {
	d.set("wantToTalk", assessment.Value("wantToTalk."+code))
	d.set("note", assessment.Value("itemNote."+code))
	if choice := choiceFor(assessment, code); choice != "" || d.stands.Has("seenBy") {
		d.set("seenBy", choiceValue(choice))
	}
	if by := assessment.Text("answeredBy"); by != "" {
		d.text("answeredBy", by)
	}
}

// compare sets the trend against the assessment before. An item that was not ticked then counts as 0.
func (j *judged) compare(d *draft, one *weighed) {
	if j.before == nil {
		d.text("trend", "first")
		return
	}
	before := severityIn(j.before.Answers, one.Code)
	d.integer("prevSeverity", before)
	now, trend := int64(one.Severity), "same"
	switch {
	case before == 0 && now > 0:
		trend = "new"
	case now > before:
		trend = "worse"
	case now < before:
		trend = "better"
	}
	d.text("trend", trend)
}

// levelThatStands is what a concern has reached and a nurse has not closed; info if there is nothing of the kind.
func levelThatStands(concern syncing.Snapshot) instrument.Level {
	statuses := concern.Fields(routeStatusPrefix)
	closed := func(name string) bool { return concern.Text(name) == "closed" }
	if len(statuses) > 0 && !slices.ContainsFunc(statuses, func(name string) bool { return !closed(name) }) {
		return instrument.Info
	}
	level, _ := instrument.ParseLevel(concern.Text("level"))
	return level
}

// ConcernCategory is the category in which a concern lies: whoever sees that, sees it.
func ConcernCategory(concern syncing.Snapshot) string { return categoriseConcern(concern) }
