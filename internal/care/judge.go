package care

import (
	"fmt"
	"slices"
	"strings"

	"satchel/internal/instrument"
	syncing "satchel/sync"
)

// judged is what a reported assessment means for its record.
type judged struct {
	result  instrument.Result
	input   instrument.Input
	rules   *instrument.Rules
	around  surroundings
	concern []weighed
	phone   phoneLevels
	bare    [2]instrument.Level // level of what no concern carries, open and private; info: nothing is left over
	unread  [2]int              // answers that the rules could not read, open and sensitive
	before  *instrument.Previous
	twins   []string // assessments that may be duplicates of this one
	steers  bool     // the change says nothing but who may see what
}

// weighed is a concern with the level that it carries for the whole response.
type weighed struct {
	instrument.Concern
	level      instrument.Level
	serverSays instrument.Level
	phoneSays  bool // the phone judged higher than the server, and this concern carries it
	fired      []string
	teams      []string
	choice     string // who may see it, if the person chose
	part       rowPart
	stands     syncing.Snapshot // the concern as it is, if an earlier judgement made it
}

func (w *ward) judge(c syncing.Change, r syncing.Reader) (*judged, error) {
	around, err := w.look(c.Record, r)
	if err != nil {
		return nil, err
	}
	j := &judged{around: around, rules: w.rulesFor(c.After.Text("questionnaire")), steers: onlySteers(c)}
	if j.before, err = previousOf(c, r, around); err != nil {
		return nil, err
	}
	today := around.dateOf(c.Effective)
	context, err := w.library.DeriveContext(j.rules.Key(), around.region, statedContext(around.context), nil, today)
	if err != nil {
		return nil, fmt.Errorf("care.judge: %w", err)
	}
	j.input = instrument.Input{
		Questionnaire: j.rules.Questionnaire().Key(), Rules: j.rules.Key(), Region: around.region,
		Answers: answersOf(c.After), Urgency: c.After.Text("urgency"), Context: context, Previous: j.before,
		Phase: around.phase, Today: today,
	}
	if j.result, err = w.library.Evaluate(j.input); err != nil {
		return nil, fmt.Errorf("care.judge: %w", err)
	}
	j.phone = j.readPhone(c.After)
	if err := j.weigh(c.After, r, w.library); err != nil {
		return nil, err
	}
	j.countUnread(c.After, w.levels.UnreadLevel)
	return j, nil
}

// weigh gives each concern its level. The level of the whole response (several symptoms together, the person's wish, or the
// phone, which knew more or judged by other rules) is carried by the concerns nearest to it, apart for each part of a row: what
// somebody may not see lifts nothing that they do.
func (j *judged) weigh(assessment syncing.Snapshot, r syncing.Reader, library *instrument.Library) error {
	j.concern = make([]weighed, 0, len(j.result.Concerns))
	for _, found := range j.result.Concerns {
		choice := choiceFor(assessment, found.Code)
		stands, err := r.Document(ConcernID(assessment.ID(), found.Code))
		if err != nil {
			return err
		}
		teams := j.around.teams.chosenTeams(found.Routes, choice)
		if !narrowed(choice) {
			teams = followed(union(teams, stillWith(stands)), stands)
		}
		j.concern = append(j.concern, weighed{
			Concern: found, level: found.Level, serverSays: found.Level, fired: slices.Clone(found.Fired),
			teams: teams, choice: choice, part: partOf(found.Sensitive, choice), stands: stands,
		})
	}
	open := j.those(func(one *weighed) bool { return one.part == partOpen })
	hidden := j.those(func(one *weighed) bool { return narrowed(one.choice) })
	public, err := j.publicWithout(library, assessment, seenByTreating, seenByOncology, seenByPractice)
	if err != nil {
		return err
	}
	phoneOpen := j.phone.open
	if len(hidden) > 0 {
		phoneOpen = min(phoneOpen, public.Level) // what the phone judged higher may come from what is hidden
		if err := j.carryHidden(library, assessment); err != nil {
			return err
		}
	}
	carry(open, public.Level, ofTheWhole(public.Fired), false)
	carry(open, phoneOpen, nil, true)
	if j.phone.all > max(j.result.Level, phoneOpen) {
		apart := append(hidden, j.those(func(one *weighed) bool { return one.Sensitive && !narrowed(one.choice) })...)
		carry(apart, j.phone.all, nil, true)
		if len(apart) == 0 {
			j.bare[1] = j.phone.all
		}
	}
	if len(open) == 0 {
		j.bare[0] = max(public.Level, phoneOpen)
	}
	return nil
}

// stillWith are the teams that have a concern before them and have not closed it. Whoever is asked today, they keep it: a team that acts as
// something else since has what it was asked before (ward seed 691).
func stillWith(concern syncing.Snapshot) []string {
	return slices.DeleteFunc(concern.Texts("routes"), func(team string) bool {
		status := concern.Text(routeStatusPrefix + team)
		return status == "" || status == "closed"
	})
}

// carryHidden lets what the person hid from some carry what all together mean to those who may see it.
func (j *judged) carryHidden(library *instrument.Library, assessment syncing.Snapshot) error {
	for choice, unseen := range map[string][]string{
		seenByTreating: {seenByOncology, seenByPractice}, seenByOncology: {seenByPractice}, seenByPractice: {seenByOncology},
	} {
		public, err := j.publicWithout(library, assessment, unseen...)
		if err != nil {
			return err
		}
		group := j.those(func(one *weighed) bool { return one.choice == choice && !one.Sensitive })
		carry(group, public.Level, ofTheWhole(public.Fired), false)
	}
	return nil
}

// publicWithout judges what is not sensitive, and not hidden by these choices.
func (j *judged) publicWithout(library *instrument.Library, assessment syncing.Snapshot, hidden ...string) (instrument.Judgement, error) {
	if !slices.ContainsFunc(j.concern, func(one weighed) bool { return slices.Contains(hidden, one.choice) }) {
		return j.result.Public, nil
	}
	input := j.input
	input.Answers = withoutHidden(input.Answers, j.rules.Questionnaire(), assessment, hidden...)
	result, err := library.Evaluate(input)
	if err != nil {
		return instrument.Judgement{}, fmt.Errorf("care.judge: %w", err)
	}
	return result.Public, nil
}

func (j *judged) those(fit func(*weighed) bool) (found []*weighed) {
	for i := range j.concern {
		if fit(&j.concern[i]) {
			found = append(found, &j.concern[i])
		}
	}
	return found
}

// countUnread counts what the rules could not read. A report that holds nothing else is for a person to look at.
func (j *judged) countUnread(assessment syncing.Snapshot, level instrument.Level) {
	questionnaire := j.rules.Questionnaire()
	for _, code := range append(slices.Clone(j.result.Missing), j.result.Unrecognised...) {
		j.unread[flag(questionnaire.Sensitive(code) || narrowed(choiceFor(assessment, code)))]++
	}
	var found [2]bool
	for _, one := range j.concern {
		found[flag(one.part != partOpen)] = true
	}
	for i, n := range j.unread {
		if n > 0 && !found[i] {
			j.bare[i] = max(j.bare[i], level)
		}
	}
}

// carry lifts to the floor those concerns that stand for it, if none reaches it: acute ones at amber or above, else acute ones,
// else the highest.
func carry(concerns []*weighed, floor instrument.Level, because []string, phone bool) {
	top := instrument.Info
	for _, one := range concerns {
		top = max(top, one.level)
	}
	if len(concerns) == 0 || top >= floor {
		return
	}
	carriers := choose(concerns, func(one *weighed) bool { return one.Acute && one.level >= instrument.Amber })
	if len(carriers) == 0 {
		carriers = choose(concerns, func(one *weighed) bool { return one.Acute })
	}
	if len(carriers) == 0 {
		carriers = choose(concerns, func(one *weighed) bool { return one.level == top })
	}
	for _, one := range carriers {
		one.level, one.phoneSays = floor, phone
		one.fired = append(one.fired, because...)
	}
}

func choose(concerns []*weighed, fits func(*weighed) bool) []*weighed {
	var chosen []*weighed
	for _, one := range concerns {
		if fits(one) {
			chosen = append(chosen, one)
		}
	}
	return chosen
}

// ofTheWhole are the fired rules that speak of the whole response.
func ofTheWhole(fired []string) []string {
	var whole []string
	for _, id := range fired {
		if id == "COMBINE" || id == "URGENCY" {
			whole = append(whole, id)
		}
	}
	return whole
}

// phoneLevels are what the phone worked out: all of it, and how much of it may show to everybody.
type phoneLevels struct {
	all, open instrument.Level
	judged    bool // the phone said a level
	named     bool // and by which rules
}

// readPhone gives the phone's level, and how much of it may show to everybody: what comes from other than private rules. A
// phone that names no rules, or none of that level, or one that we do not know, is taken at its word, unless what we may not
// show explains its level: then the private row carries it.
func (j *judged) readPhone(assessment syncing.Snapshot) (p phoneLevels) {
	p.all, p.judged = instrument.ParseLevel(assessment.Text("phoneLevel"))
	highest, private, unknown := instrument.Info, false, false
	for _, named := range assessment.Texts("phoneRules") {
		id, _, _ := strings.Cut(named, "|")
		level, ok := j.rules.Generic(id, assessment.Text("urgency"))
		p.named = true
		if rule, known := j.rules.Rule(id); known {
			level, ok = rule.Level, true
			private = private || rule.Private
			if rule.Private {
				highest = max(highest, level)
				continue
			}
		}
		unknown = unknown || !ok
		highest, p.open = max(highest, level), max(p.open, min(p.all, level))
	}
	if !private && (unknown || highest < p.all && p.all > j.result.Level) {
		p.open = p.all
	}
	return p
}

// told is the level whose advice the phone has shown, as far as those may know who see this part of a row.
func (p phoneLevels) told(part rowPart) instrument.Level {
	if part == partOpen && p.named {
		return p.open
	}
	return p.all
}

// upgrades reports whether the server judged higher than the phone that showed its advice.
func (j *judged) upgrades(part rowPart, level instrument.Level) bool {
	return j.phone.judged && level > j.phone.told(part) && level >= instrument.Amber
}

// firedIDs are the rules as documents name them, with their version.
func (j *judged) firedIDs(fired []string) []string {
	_, version, _ := strings.Cut(j.rules.Key(), "|")
	list := make([]string, 0, len(fired))
	for _, id := range fired {
		list = append(list, id+"|"+version)
	}
	return list
}

// bareTeams answer for what no concern carries.
func (j *judged) bareTeams() []string {
	if len(j.result.Concerns) == 0 && len(j.result.Routes) > 0 {
		return j.around.teams.resolve(j.result.Routes)
	}
	return union(j.around.teams.treating(), nil)
}
