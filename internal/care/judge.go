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
	rules   *instrument.Rules
	around  surroundings
	concern []weighed
	bare    [2]instrument.Level // level of what no concern carries, open and private; info: nothing is left over
	unread  [2]int              // answers that the rules could not read, open and sensitive
	before  *instrument.Previous
}

// weighed is a concern with the level that it carries for the whole response.
type weighed struct {
	instrument.Concern
	level      instrument.Level
	serverSays instrument.Level
	phoneSays  bool // the phone judged higher than the server, and this concern carries it
	fired      []string
	teams      []string
}

func (w *ward) judge(c syncing.Change, r syncing.Reader) (*judged, error) {
	around, err := w.look(c.Record, r)
	if err != nil {
		return nil, err
	}
	j := &judged{around: around, rules: w.rulesFor(c.After.Text("questionnaire"))}
	if j.before, err = previousOf(c, r, around); err != nil {
		return nil, err
	}
	today := around.dateOf(c.Effective)
	context, err := w.library.DeriveContext(j.rules.Key(), around.region, statedContext(around.context), nil, today)
	if err != nil {
		return nil, fmt.Errorf("care.judge: %w", err)
	}
	j.result, err = w.library.Evaluate(instrument.Input{
		Questionnaire: j.rules.Questionnaire().Key(), Rules: j.rules.Key(), Region: around.region,
		Answers: answersOf(c.After), Urgency: c.After.Text("urgency"), Context: context, Previous: j.before,
		Phase: around.phase, Today: today,
	})
	if err != nil {
		return nil, fmt.Errorf("care.judge: %w", err)
	}
	j.weigh(c.After)
	j.countUnread(w.levels.UnreadLevel)
	return j, nil
}

// weigh gives each concern its level. The level of the whole response (several symptoms together, the person's wish, or the
// phone, which knew more or judged by other rules) is carried by the concerns nearest to it, apart for those that everybody
// may see and those that are sensitive.
func (j *judged) weigh(assessment syncing.Snapshot) {
	phone, phoneOpen := j.phoneLevels(assessment)
	open, sensitive := []*weighed{}, []*weighed{}
	j.concern = make([]weighed, 0, len(j.result.Concerns))
	for _, found := range j.result.Concerns {
		j.concern = append(j.concern, weighed{
			Concern: found, level: found.Level, serverSays: found.Level, fired: slices.Clone(found.Fired), teams: j.around.teams.resolve(found.Routes),
		})
	}
	for i := range j.concern {
		if one := &j.concern[i]; one.Sensitive {
			sensitive = append(sensitive, one)
		} else {
			open = append(open, one)
		}
	}
	carry(open, j.result.Public.Level, ofTheWhole(j.result.Public.Fired), false)
	carry(open, phoneOpen, nil, true)
	if phone > max(j.result.Level, phoneOpen) {
		carry(sensitive, phone, nil, true)
		if len(sensitive) == 0 {
			j.bare[1] = phone
		}
	}
	if len(open) == 0 {
		j.bare[0] = max(j.result.Public.Level, phoneOpen)
	}
}

// countUnread counts what the rules could not read. A report that holds nothing else is for a person to look at.
func (j *judged) countUnread(level instrument.Level) {
	questionnaire := j.rules.Questionnaire()
	for _, code := range append(slices.Clone(j.result.Missing), j.result.Unrecognised...) {
		j.unread[flag(questionnaire.Sensitive(code))]++
	}
	var found [2]bool
	for _, one := range j.concern {
		found[flag(one.Sensitive)] = true
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

// phoneLevels gives the phone's level, and how much of it may show to everybody: what comes from other than private rules. A
// phone that names no rules, or none of that level, or one that we do not know, is taken at its word, unless what we may not
// show explains its level: then the private row carries it.
func (j *judged) phoneLevels(assessment syncing.Snapshot) (all, open instrument.Level) {
	all, _ = instrument.ParseLevel(assessment.Text("phoneLevel"))
	highest, private, unknown := instrument.Info, false, false
	for _, named := range assessment.Texts("phoneRules") {
		id, _, _ := strings.Cut(named, "|")
		level, ok := j.rules.Generic(id, assessment.Text("urgency"))
		if rule, known := j.rules.Rule(id); known {
			level, ok = rule.Level, true
			private = private || rule.Private
			if rule.Private {
				highest = max(highest, level)
				continue
			}
		}
		unknown = unknown || !ok
		highest, open = max(highest, level), max(open, min(all, level))
	}
	if !private && (unknown || highest < all && all > j.result.Level) {
		return all, all
	}
	return all, open
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
