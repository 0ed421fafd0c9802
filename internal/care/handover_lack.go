package care

import syncing "satchel/sync"

// Why a person cannot be handed over into follow-up yet, beside what keeps a plan from being published.
const (
	LackSummary      = "no-treatment-summary"  // nobody has published one
	LackSurvivorship = "no-survivorship-plan"  // nobody has published one
	LackHandover     = "no-handover"           // no other team was asked to take over
	LackAcceptance   = "handover-not-accepted" // it was asked, and has not accepted, or is here no more
	LackFirstVisit   = "no-follow-up-date"     // nobody has said when the first follow-up is

	handoverText = "This person cannot go into follow-up yet: something is missing, or the other team has not accepted. The list says what."
	followerText = "Who follows up is the team that accepted the handover, or the team that leads the plan."
)

// HandoverLacks lists what keeps the plan that holds from going into follow-up (seed A07). Errors are those of the binder.
func (w Words) HandoverLacks(b Binder) ([]Lack, error) { return w.ward.handoverLacks(b) }

func (w *ward) handoverLacks(b Binder) ([]Lack, error) {
	m, err := w.matrix(b)
	if err != nil || m.plan == nil {
		return nil, err
	}
	list, err := w.lacks(b) // who does what
	if err != nil {
		return nil, err
	}
	lack := func(doc Paper, why string) { list = append(list, Lack{Doc: doc.ID(), Why: why}) }
	for i, kind := range []string{kindSummary, kindSurvive} {
		published, err := newestSummary(b, kind)
		if err != nil {
			return nil, err
		}
		if published == nil {
			lack(m.plan, []string{LackSummary, LackSurvivorship}[i])
		}
	}
	handover, err := openHandover(b, m.plan, phaseFollowUp)
	switch {
	case err != nil:
		return nil, err
	case handover == nil:
		lack(m.plan, LackHandover)
		return list, nil
	case handover.Text("status") != "accepted" || !m.roster.isTreating(handover.Text("toTeam")):
		lack(handover, LackAcceptance)
	}
	if handover.Text("followUpOn") == "" {
		lack(handover, LackFirstVisit)
	}
	return list, nil
}

// openHandover is the handover of a plan to a phase that is under way: an accepted one, else the one that was changed last; nil if there
// is none.
func openHandover(b Binder, plan Paper, to string) (open Paper, err error) {
	docs, err := b(phaseTransitionName)
	for _, doc := range docs {
		status := doc.Text("status")
		if doc.Text("plan") != string(plan.ID()) || doc.Text("to") != to || status == "effective" || status == "withdrawn" {
			continue
		}
		if open == nil || status == "accepted" && open.Text("status") != "accepted" || status == open.Text("status") && doc.Rev() > open.Rev() {
			open = doc
		}
	}
	return open, err
}

// requirePhase refuses to send anybody into follow-up before everything is there and the other team has accepted: whether by another
// phase of the plan that holds, or by another plan. A record's first plan may begin there.
func (w *ward) requirePhase(c syncing.Change, r syncing.Reader) (*syncing.Refusal, error) {
	enters := c.After.Text("phase") == phaseFollowUp && c.After.Text("status") == "active"
	entered := c.Before.Text("phase") == phaseFollowUp && c.Before.Text("status") == "active"
	b := BinderOf(r)
	plan, err := currentPlan(b)
	if err != nil || !enters || entered || plan == nil || plan.Text("phase") == phaseFollowUp {
		return nil, err
	}
	lacks, err := w.handoverLacks(b)
	if err != nil {
		return nil, err
	}
	if len(lacks) > 0 {
		return refuse(syncing.Invalid, handoverText), nil
	}
	handover, err := openHandover(b, plan, phaseFollowUp)
	if err != nil {
		return nil, err
	}
	if lead := c.After.Text("followUpLead"); lead != handover.Text("toTeam") && lead != c.After.Text("overallLead") {
		return refuse(syncing.Invalid, followerText), nil
	}
	return nil, nil
}
