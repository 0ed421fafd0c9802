package instrument

import "slices"

// verdict is a judgement while it is being reached.
type verdict struct {
	Judgement
	s     *situation
	rules []*Rule // the fired ones of the file
	amber []int   // acute symptoms that reached amber, each once
	hits  []hit
}

// hit is a fired rule that speaks of one item.
type hit struct {
	item  int
	rule  string
	level Level
}

// judge applies the rules of the file, then the generic ones, in the order in which they are listed.
func (s *situation) judge() *verdict {
	v := &verdict{s: s, Judgement: Judgement{Level: Info, Fired: []string{}, Advice: []string{}}}
	v.fileRules()
	v.severe()
	v.worse()
	v.skipped()
	v.combine()
	v.green()
	v.urgency()
	v.advise()
	return v
}

func (v *verdict) fire(id string, level Level) {
	v.Fired = append(v.Fired, id)
	v.Level = max(v.Level, level)
}

func (v *verdict) fileRules() {
	for i := range v.s.rules.rules {
		rule := &v.s.rules.rules[i]
		if rule.Private && v.s.public || rule.when.truth(v.s) != yes {
			continue
		}
		v.fire(rule.ID, rule.Level)
		v.rules = append(v.rules, rule)
		v.hitItems(rule)
		if rule.Level == Amber && rule.combine >= 0 {
			v.reachedAmber(rule.combine)
		}
	}
}

// anythingPrivate reports whether a rule fired that only some may see.
func (v *verdict) anythingPrivate() bool {
	return slices.ContainsFunc(v.rules, func(rule *Rule) bool { return rule.Private })
}

// reachedAmber counts an acute symptom for COMBINE, once however many rules say so.
func (v *verdict) reachedAmber(item int) {
	if v.s.questionnaire.Items[item].Acute && !slices.Contains(v.amber, item) {
		v.amber = append(v.amber, item)
	}
}

func (v *verdict) severe() {
	g := v.s.rules.generic.Severe
	v.acuteRule("SEVERE", g.Level, func(item int) bool {
		return v.s.now[item].tenths >= int64(g.SevAtLeast)*10
	})
}

func (v *verdict) worse() {
	g := v.s.rules.generic.Worse
	if v.s.before == nil {
		return
	}
	v.acuteRule("WORSE", g.Level, func(item int) bool {
		now, before := v.s.now[item].tenths, v.s.before[item].tenths // absent before counts as 0
		return now >= int64(g.Now)*10 && now-before >= int64(g.Delta)*10
	})
}

// acuteRule fires once if the test holds for any acute item; each such item counts as amber.
func (v *verdict) acuteRule(id string, level Level, holds func(item int) bool) {
	before := len(v.hits)
	for i, item := range v.s.questionnaire.Items {
		if item.Acute && item.Kind == KindSeverity && holds(i) {
			v.hits = append(v.hits, hit{i, id, level})
			v.reachedAmber(i)
		}
	}
	if len(v.hits) > before {
		v.fire(id, level)
	}
}

// skipped: a severe symptom whose own urgent question stands unanswered.
func (v *verdict) skipped() {
	g := v.s.rules.generic
	before := len(v.hits)
	for _, pair := range g.skipped {
		if v.s.now[pair.item].tenths >= int64(g.Skipped.SevAtLeast)*10 && !v.s.now[pair.measure].known {
			v.hits = append(v.hits, hit{pair.item, "SKIPPED", g.Skipped.Level})
		}
	}
	if len(v.hits) > before {
		v.fire("SKIPPED", g.Skipped.Level)
	}
}

func (v *verdict) combine() {
	g := v.s.rules.generic.Combine
	if len(v.amber) >= g.Count {
		v.fire("COMBINE", g.Level)
	}
}

func (v *verdict) green() {
	for i := range v.s.questionnaire.Items {
		v.Level = max(v.Level, v.s.band(i))
	}
}

// band is the level of an item's severity alone. A yes has no severity and is info until a rule speaks of it.
func (s *situation) band(item int) Level {
	if s.now[item].tenths >= int64(s.rules.generic.Green.SevAtLeast)*10 {
		return Green
	}
	return Info
}

// urgency lifts the level to what the person asked for, and is listed only if it did.
func (v *verdict) urgency() {
	floor, stated := v.s.rules.generic.Urgency[v.s.urgency]
	if stated && floor > v.Level {
		v.fire("URGENCY", floor)
	}
}

// advise lists a private rule's own text, the level's own, then those of the other rules; what is weaker than the level is dropped.
func (v *verdict) advise() {
	for _, rule := range v.rules {
		if rule.Private {
			v.addAdvice(rule.Level, rule.Advice)
		}
	}
	v.addAdvice(v.Level, v.s.rules.levelAdvice[v.Level])
	for _, rule := range v.rules {
		v.addAdvice(rule.Level, rule.Advice)
	}
}

func (v *verdict) addAdvice(level Level, id string) {
	if level >= v.Level && !slices.Contains(v.Advice, id) {
		v.Advice = append(v.Advice, id)
	}
}
