package care

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	syncing "satchel/sync"
)

// reports tells of each assessment when it was completed, what it raised, and to whom that went.
func (t *teller) reports() error {
	concerns, err := t.binder(concernName)
	if err != nil {
		return err
	}
	raised := map[syncing.DocID][]Paper{}
	for _, concern := range concerns {
		assessment := syncing.DocID(concern.Text("assessment"))
		raised[assessment] = append(raised[assessment], concern)
	}
	assessments, err := t.binder(assessmentName)
	for _, a := range assessments {
		if len(raised[a.ID()]) == 0 {
			t.happened(number(a, "reportedAt"), a.ID(), "%s completed an assessment.", t.reporter(a))
		}
	}
	for assessment, list := range raised {
		t.report(assessment, list)
	}
	return err
}

// reporter is who answered, marked where it was somebody else than the person (hazard H20).
func (t *teller) reporter(p Paper) string {
	if p.Text("answeredBy") == "caregiver" {
		return "A caregiver, answering for " + inside(t.person) + ","
	}
	return t.person
}

func (t *teller) report(assessment syncing.DocID, concerns []Paper) {
	var names, teams []string
	for _, concern := range concerns {
		names = append(names, t.words.item(concern))
		teams = union(teams, concern.Texts("routes"))
	}
	slices.Sort(names)
	t.happened(number(concerns[0], "reportedAt"), assessment, "%s reported: %s.", t.reporter(concerns[0]), strings.Join(names, "; "))
	t.happened(number(concerns[0], "receivedAt"), assessment, "That reached %s.", t.list(teams))
	t.steps(assessment, concerns)
}

// steps tells what the teams did about concerns. What they did about several at once is one line that names them all.
func (t *teller) steps(assessment syncing.DocID, concerns []Paper) {
	about := map[Step][]string{}
	for _, concern := range concerns {
		for _, s := range ReadSteps(concern.Value("steps")) {
			about[s] = append(about[s], t.words.item(concern))
		}
	}
	inOrder := func(a, b Step) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Team, b.Team), cmp.Compare(a.What, b.What), cmp.Compare(a.To, b.To), cmp.Compare(a.Note, b.Note))
	}
	for _, s := range slices.SortedFunc(maps.Keys(about), inOrder) {
		items := about[s]
		slices.Sort(items)
		said := strings.TrimPrefix(Tell(s, t.name, ""), When(s.At, "")+": ")
		t.tell(s.At, assessment, "About %s: %s", strings.Join(items, "; "), said)
	}
}

// item is what a concern is called, in the questionnaire's words.
func (w Words) item(concern Paper) string {
	questionnaire := w.ward.rulesFor(concern.Text("questionnaire")).Questionnaire()
	if item, known := questionnaire.Item(concern.Text("code")); known {
		return item.Text
	}
	return concern.Text("code")
}

var summaryWords = map[string]string{kindSummary: "the treatment summary", kindSurvive: "the survivorship plan"}

// summaries tells of treatment summaries, survivorship plans and handovers: published, acknowledged, accepted.
func (t *teller) summaries() error {
	versions, err := t.binder(summaryVersionName)
	if err != nil {
		return err
	}
	for _, v := range versions {
		what := fmt.Sprintf("version %d of %s", number(v, "number"), summaryWords[v.Text("kind")])
		t.happened(number(v, "publishedAt"), v.ID(), "%s published %s.", t.name(v.Text("team")), what)
		for _, team := range v.Texts("ackBy") {
			t.happened(number(v, ackAtPrefix+team), v.ID(), "%s acknowledged %s.", t.name(team), what)
		}
	}
	handovers, err := t.binder(phaseTransitionName)
	for _, h := range handovers {
		t.happened(number(h, "offeredAt"), h.ID(), "%s was asked by %s to take over.", t.name(h.Text("toTeam")), t.name(h.Text("fromTeam")))
		t.happened(number(h, "acceptedAt"), h.ID(), "%s has accepted to take over.", t.name(h.Text("toTeam")))
	}
	return err
}

// plans tells of the plan as it was published and agreed, and of what one team asked another to take on.
func (t *teller) plans() error {
	versions, err := t.binder(planVersionName)
	if err != nil {
		return err
	}
	for _, v := range versions {
		n := number(v, "number")
		t.happened(number(v, "publishedAt"), v.ID(), "%s published version %d of the plan.", t.name(v.Text("publishedTeam")), n)
		t.happened(number(v, "agreedAt"), v.ID(), "%s have both acknowledged version %d of the plan.", opening(t.list(v.Texts("parties"))), n)
	}
	if err := t.summaries(); err != nil {
		return err
	}
	activities, err := t.binder(activityName)
	for _, a := range activities {
		title := "“" + a.Text("title") + "”"
		team := t.name(a.Text("accountableTeam"))
		t.happened(number(a, "offeredAt"), a.ID(), "%s was asked to take on %s.", team, title)
		t.happened(number(a, "acceptedAt"), a.ID(), "%s has taken on %s.", team, title)
	}
	return err
}
