package instrument

import (
	"encoding/json"
	"time"
)

// Context holds what is known of a person's treatment. A flag that is not here is unknown, and counts as true in a rule.
type Context map[string]bool

// derivedFlags are the flags that DeriveContext knows; a rules file may use no other.
var derivedFlags = []string{"infectionRisk", "checkpointInhibitor", "lowPlatelets", "anticoagulated", "steroid", "paracetamolRegular", "spinalMetsRisk"}

// statedFlags are those that a clinician states as they are; absent means unknown.
var statedFlags = derivedFlags[3:]

// Test groups of the counts that matter here.
const (
	GroupNeutrophils = "cbc.anc" // absolute count; a percentage must never get here (hazard H13)
	GroupPlatelets   = "cbc.plt"
)

// Count is a blood count, normalised.
type Count struct {
	Group string
	Value string // decimal text, 10*9/L
	Date  string // civil date of the sample in the person's home zone, "2026-11-22"
}

// DeriveContext works out the context flags as the rules file's "context" says, from the fields of a clinical context document
// and recent counts. today is the civil date in the person's home zone. A field of the wrong type is unknown. Of two counts of one day the lower
// is taken; a date in the future counts as today. An unknown rules version, region or today is of code invalid.
func (l *Library) DeriveContext(rules, region string, clinical map[string]json.RawMessage, counts []Count, today string) (Context, error) {
	const op = "instrument.DeriveContext"
	r, ok := l.Rules(rules)
	if !ok {
		return nil, invalid(op, "rules %q are not here.", rules)
	}
	values, err := r.region(op, region)
	if err != nil {
		return nil, err
	}
	if _, ok := daysSince(today, today); !ok {
		return nil, invalid(op, "today must be a date such as 2026-11-22.")
	}
	context := Context{}
	risk, immune, platelets := r.limits.InfectionRisk, r.limits.CheckpointInhibitor, r.limits.LowPlatelets
	transplant, stated := statedBool(clinical["transplantOrCarT"])
	low, _ := latestBelow(counts, GroupNeutrophils, risk.NeutrophilsBelow, risk.CountDays, today)
	context["infectionRisk"] = recentOrUnknown(clinical["sactLastDose"], int(values.numbers[risk.SactDaysParam]/10), today) ||
		transplant || !stated || low
	context["checkpointInhibitor"] = recentOrUnknown(clinical["checkpointInhibitorLastDose"], immune.Days, today)
	if low, known := latestBelow(counts, GroupPlatelets, platelets.Below, platelets.CountDays, today); known {
		context["lowPlatelets"] = low
	}
	for _, flag := range statedFlags {
		if value, stated := statedBool(clinical[flag]); stated {
			context[flag] = value
		}
	}
	return context, nil
}

func statedBool(raw json.RawMessage) (value, stated bool) {
	return string(raw) == "true", string(raw) == "true" || string(raw) == "false"
}

// recentOrUnknown: the date is at most so many civil days ago, that day included, or nobody can tell.
func recentOrUnknown(raw json.RawMessage, days int, today string) bool {
	var date string
	if json.Unmarshal(raw, &date) != nil {
		return true
	}
	ago, ok := daysSince(date, today)
	return !ok || ago <= days
}

// latestBelow reports whether the latest count of the last days lies below a limit; known is false if there is none.
func latestBelow(counts []Count, group, limit string, days int, today string) (below, known bool) {
	edge, _ := parseDecimal(limit) // checked when the limits were loaded
	latest := days
	var lowest decimal
	for _, count := range counts {
		value, ok := parseDecimal(count.Value)
		ago, dated := daysSince(count.Date, today)
		ago = max(ago, 0)
		if count.Group != group || !ok || !dated || ago > latest {
			continue
		}
		if !known || ago < latest || value.less(lowest) {
			lowest = value
		}
		latest, known = ago, true
	}
	return known && lowest.less(edge), known
}

// daysSince counts civil days from a date to today, negative if the date lies ahead.
func daysSince(date, today string) (int, bool) {
	from, errFrom := time.Parse(time.DateOnly, date)
	to, errTo := time.Parse(time.DateOnly, today)
	return int(to.Sub(from).Hours() / 24), errFrom == nil && errTo == nil
}
