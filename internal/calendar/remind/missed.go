package remind

import "slices"

// Missed is a reminder to which the person has said nothing so far: whoever helps hears at `at` that it needs a look, and no more after `until`.
type Missed struct {
	Kind  Kind   `json:"kind"`
	Focus string `json:"focus"`
	Step  string `json:"step,omitzero"`
	At    int64  `json:"at"`    // ms
	Until int64  `json:"until"` // ms
}

// Missed lists them, as the person was told and has answered: so long behind the reminder of the day itself, and never later than what leaves
// whoever helps the time to do something. One that would come before the person could have heard of it is left out. Errors are those of List.
func (r *Rules) Missed(in Input) ([]Missed, error) {
	l, err := r.looking(in)
	if err != nil || in.Settings.Off {
		return nil, err
	}
	list := []Missed{}
	for i := range in.Events {
		e := &in.Events[i]
		look, looked := r.Looks[e.Kind]
		if !looked || e.Over || slices.Contains(in.Settings.OffKinds, e.Kind) || r.Answered(*e, in.Answers) {
			continue
		}
		id := ID(look.Code, e.Focus, e.Step, ForPatient)
		told := slices.IndexFunc(in.Told, func(t Told) bool { return t.ID == id || slices.Contains(t.About, id) })
		end, err := l.ends(e)
		if told < 0 || err != nil {
			continue
		}
		rang := in.Told[told].At
		m := Missed{Kind: e.Kind, Focus: e.Focus, Step: e.Step, At: rang + int64(look.AfterMinutes)*minuteMs, Until: end}
		if look.LeaveMinutes > 0 {
			m.At = min(m.At, end-int64(look.LeaveMinutes+max(e.TravelMinutes, 0))*minuteMs)
		}
		if m.At > rang && m.At < end {
			list = append(list, m)
		}
	}
	return list, nil
}

// Answered reports whether the person has said anything to a reminder of an event: of this date of it, whatever they said of others.
func (r *Rules) Answered(e Event, answers []Answer) bool {
	for _, lead := range r.Kinds[e.Kind].Leads {
		for _, step := range []string{e.Step, AgainStep(e.Step)} {
			id := ID(lead.Code, e.Focus, step, ForPatient)
			if slices.ContainsFunc(answers, func(a Answer) bool { return a.Reminder == id }) {
				return true
			}
		}
	}
	return false
}

// looksWhole reports whether looks are of reminders that there are.
func (r *Rules) looksWhole() bool {
	for kind, look := range r.Looks {
		own := slices.ContainsFunc(r.Kinds[kind].Leads, func(l Lead) bool { return l.Code == look.Code })
		if !own || look.AfterMinutes < 1 || look.LeaveMinutes < 0 || look.Source == "" || look.Review == "" {
			return false
		}
	}
	return true
}
