package instrument

import "slices"

// Input is everything that an evaluation depends on. There is no clock: today is handed in.
type Input struct {
	Questionnaire string // version that was answered, "hna|1.0.0"
	Rules         string // version to judge by, "redflags|1.0.0"
	Region        string // "UK", "US": the parameters of the place that cares for the person
	Answers       Answers
	Urgency       string    // answer to the urgency question; "" if not answered
	Context       Context   // see DeriveContext; nil: nothing is known
	Previous      *Previous // the last completed response; nil: none
	Phase         string    // of the care plan, "active-treatment"; "": unknown, then X items go to both teams
	Today         string    // civil date in the person's home zone, "2026-11-22"
}

// Previous is the last completed response before this one.
type Previous struct {
	Answers Answers
	// Completed is its civil date in the person's home zone. One that cannot be read counts as recent: forgetting a response could
	// hide that somebody got worse.
	Completed string
}

// Judgement is what one viewer may see of a result.
type Judgement struct {
	Level  Level    `json:"level"`
	Fired  []string `json:"fired"`  // rules that hold, in the file's order, then the generic rules that hold
	Advice []string `json:"advice"` // ids of advice texts, first to show first
}

// Result is what a response means. Lists are never nil.
type Result struct {
	Judgement
	// Public leaves out everything that comes from sensitive items: what a caregiver, a banner or a count may show.
	Public Judgement `json:"public"`
	// Concerns are the items that matter, in the questionnaire's order. Sensitive ones are among them.
	Concerns []Concern `json:"concerns"`
	// Routes are the teams that must act. If a wish alone made the response urgent, the teams that treat by plan phase.
	Routes []Team `json:"routes"`
	// Missing names answers that could not be used, sensitive ones among them; Unrecognised answers that nobody asked for.
	Missing      []string `json:"missing"`
	Unrecognised []string `json:"unrecognised"`
	// The files that were used, as SHA-256 in hex.
	QuestionnaireSHA256 string `json:"questionnaireSha256"`
	RulesSHA256         string `json:"rulesSha256"`
}

// situation is the input, understood.
type situation struct {
	questionnaire *Questionnaire
	rules         *Rules
	region        region
	context       Context
	now           []reading
	before        []reading // nil: no response to compare with
	urgency       string
	public        bool // private rules are left out, and sensitive answers were
}

// Evaluate judges a response. It is pure, and any answers whatever give a result. An unknown version or region, and rules that
// were written for another questionnaire, are errors of code invalid.
func (l *Library) Evaluate(in Input) (Result, error) {
	const op = "instrument.Evaluate"
	r, ok := l.Rules(in.Rules)
	if !ok {
		return Result{}, invalid(op, "rules %q are not here.", in.Rules)
	}
	q := r.questionnaire
	if q.key != in.Questionnaire {
		return Result{}, invalid(op, "rules %s judge %s, not %q.", r.key, q.key, in.Questionnaire)
	}
	region, err := r.region(op, in.Region)
	if err != nil {
		return Result{}, err
	}
	s := situation{questionnaire: q, rules: r, region: region, context: in.Context, urgency: in.Urgency}
	result := Result{QuestionnaireSHA256: q.sha256, RulesSHA256: r.sha256}
	s.now, result.Missing, result.Unrecognised = q.read(in.Answers)
	if in.Urgency != "" && !slices.Contains(q.Urgency.Values, in.Urgency) {
		result.Missing = append(result.Missing, q.Urgency.Code)
	}
	if in.Previous != nil && recent(in.Previous.Completed, in.Today, r.generic.Worse.LookbackDays) {
		s.before, _, _ = q.read(in.Previous.Answers)
	}
	v := s.judge()
	result.Judgement, result.Public = v.Judgement, v.Judgement
	if s.anythingSensitive() || v.anythingPrivate() {
		result.Public = s.withoutSensitive().judge().Judgement
	}
	result.Concerns = v.concerns(in.Phase)
	result.Routes = v.routes(result.Concerns, in.Phase)
	return result, nil
}

func recent(completed, today string, days int) bool {
	ago, ok := daysSince(completed, today)
	return !ok || ago <= days
}

func (s *situation) anythingSensitive() bool {
	for i, f := range s.questionnaire.fields {
		if f.sensitive && s.now[i].known {
			return true
		}
	}
	return false
}

// withoutSensitive is the situation as it would be if no sensitive question had been answered.
func (s *situation) withoutSensitive() *situation {
	public := *s
	public.public = true
	public.now, public.before = slices.Clone(s.now), slices.Clone(s.before)
	for i, f := range s.questionnaire.fields {
		if !f.sensitive {
			continue
		}
		public.now[i] = reading{}
		if public.before != nil {
			public.before[i] = reading{}
		}
	}
	return &public
}

// touched reports whether the item was ticked: scored at least 1, or answered with yes.
func (s *situation) touched(item int) bool {
	r := s.now[item]
	return r.yes || r.tenths >= int64(s.rules.generic.Info.SevAtLeast)*10
}
