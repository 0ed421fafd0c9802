package care

import (
	"slices"

	"satchel/internal/calendar"
	syncing "satchel/sync"
)

const assessmentRequestName = "assessmentRequest"

// AssessmentRequestType is the document type of asking for an assessment.
const AssessmentRequestType = assessmentRequestName

// assessmentRequestType asks the person to answer the questions by a day (FHIR ServiceRequest). What they send after it was asked answers it.
func (w *ward) assessmentRequestType() *syncing.Type {
	asks := []syncing.Role{RoleOncology, RolePrimary, RoleNavigator, RoleNursing}
	return &syncing.Type{
		Name: assessmentRequestName, Category: CategoryAssessments, Creators: asks,
		Doc: "The person is asked to answer the questions by a day (FHIR ServiceRequest). An assessment that comes in after it was asked answers it; without one somebody calls.",
		Fields: []syncing.FieldSpec{
			field("team", syncing.Reference, syncing.CAS, asks, "id of the team that asks", required),
			field("dueOn", syncing.Date, syncing.CAS, asks, "by which day", required),
			field("status", syncing.Code, syncing.FSM, asks, "FHIR request status", required, moves(first("active"), from("active", "revoked"), from("revoked", "active"))),
			field("askedAt", syncing.Instant, syncing.LWW, nobody, "when it was asked"),
			field("callAt", syncing.Instant, syncing.CAS, nobody, "when somebody is to call, if nothing has come by then; absent: nobody is, or somebody was told to"),
		},
		Allow: func(c syncing.Change) *syncing.Refusal {
			if !bySystem(c) && !actsForTeam(c, belongsTo(c, "team")) {
				return refuse(syncing.Forbidden, "Only the team that asks for the answers can change what it asked.")
			}
			return nil
		},
		Derive: w.deriveAssessmentRequest,
		Index: func(record syncing.RecordID, s syncing.Snapshot) []syncing.IndexKey {
			if at := number(s, "callAt"); at != 0 {
				return []syncing.IndexKey{dueAt(record, s.ID(), at)}
			}
			return nil
		},
	}
}

// isAsked reports whether a request stands.
func isAsked(request Paper) bool { return request.Text("status") == "active" }

// RequestAnswered reports whether one of the assessments of a record answers a request: it says something that counts, and was made since it
// was asked. One without a time lies on this phone alone, so it was.
func RequestAnswered(request Paper, assessments []Paper) bool {
	return slices.ContainsFunc(assessments, func(a Paper) bool {
		reported := a.Text("status") == "completed" || a.Text("status") == "amended"
		at := number(a, "reportedAt")
		return reported && (at == 0 || at >= number(request, "askedAt"))
	})
}

// deriveAssessmentRequest says when somebody is to call, and takes back the calls about what is not asked any more.
func (w *ward) deriveAssessmentRequest(c syncing.Change, r syncing.Reader) ([]syncing.Patch, error) {
	own := newDraft(c.After.ID(), c.After)
	own.once("askedAt", c.Now)
	differs := func(field string) bool { return c.Before.Text(field) != c.After.Text(field) }
	if !differs("status") && !differs("dueOn") && !differs("team") {
		return patches(own), nil
	}
	calls, err := tasksAbout(r, TaskNoAnswers, c.After.ID())
	if err != nil {
		return nil, err
	}
	drafts := append(endAll(calls), own)
	if own.clear("callAt"); !isAsked(c.After) {
		return patches(drafts...), nil
	}
	around, err := w.look(c.Record, r)
	if err != nil {
		return nil, err
	}
	at := callFrom(c.After, around.zone)
	if again := c.Now + silences.Assessment.CallAfterHours*hourMs; differs("status") || differs("dueOn") {
		at = max(at, again) // whoever is asked late is given the same time
	}
	own.integer("callAt", max(at, c.Now))
	return patches(drafts...), nil
}

// callFrom is when somebody calls a person who has sent nothing: so many hours behind the reminder of the day, by the clock at home. A day
// that cannot be told is 0.
func callFrom(request Paper, zone string) int64 {
	day, err := calendar.ParseDate(request.Text("dueOn"))
	if err != nil {
		return 0
	}
	reminded, _, err := calendar.Resolve(day.At(silences.Assessment.ReminderAtHour, 0), zone)
	if err != nil {
		return 0
	}
	return reminded.UnixMilli() + silences.Assessment.CallAfterHours*hourMs
}

// dueAssessmentRequest gives somebody to call a person who was asked how they are and has sent nothing (REMINDERS 9). Of somebody in hospital, or
// who left the app, it is asked again each day; of somebody who has died no more.
func dueAssessmentRequest(_ *ward, m moment) ([]syncing.Patch, error) {
	at := number(m.doc, "callAt")
	if at == 0 || at > m.now {
		return nil, nil
	}
	own := newDraft(m.doc.ID(), m.doc)
	own.clear("callAt")
	assessments, err := BinderOf(m.reader)(assessmentName)
	if err != nil {
		return nil, err
	}
	person, err := m.reader.Document(PersonID(m.record))
	if err != nil {
		return nil, err
	}
	if !isAsked(m.doc) || RequestAnswered(m.doc, assessments) || slices.Contains([]string{statusDeceased, "merged"}, person.Text("status")) {
		return patches(own), nil
	}
	reminded, err := mayRemind(m.reader, m.record, m.now)
	if err != nil {
		return nil, err
	}
	var drafts []*draft
	if reminded {
		if drafts, err = callForAnswers(m.reader, m.doc, m.now); err != nil {
			return nil, err
		}
	}
	if len(drafts) == 0 { // nobody to be called now, or no team that would call
		own.integer("callAt", m.now+silences.AgainHours*hourMs)
	}
	return patches(append(drafts, own)...), nil
}

// callForAnswers gives somebody of the team that asks to call. Whoever navigates does not see what is asked of a person, and reads nothing of it.
func callForAnswers(r syncing.Reader, request syncing.Snapshot, now int64) ([]*draft, error) {
	teams, err := readTeams(r)
	if err != nil {
		return nil, err
	}
	return phonings(r, phoning{
		kind: TaskNoAnswers, focus: request.ID(), cause: request.Text("dueOn"), category: CategoryAssessments, at: now, teams: teams.answering(request.Text("team")),
	})
}

// endCalls takes back the calls about what an assessment answers that is being reported.
func endCalls(c syncing.Change, r syncing.Reader) (drafts []*draft, err error) {
	requests, err := r.Documents(assessmentRequestName)
	if err != nil {
		return nil, err
	}
	at, stated := c.After.Int("reportedAt")
	if !stated {
		at = c.Effective
	}
	for _, request := range requests {
		if at < number(request, "askedAt") {
			continue
		}
		calls, err := tasksAbout(r, TaskNoAnswers, request.ID())
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, endAll(calls)...)
	}
	return drafts, nil
}

// askAgain lets the time run anew for what an assessment had answered that was sent by mistake.
func askAgain(c syncing.Change, r syncing.Reader) (drafts []*draft, err error) {
	requests, err := r.Documents(assessmentRequestName)
	if err != nil || len(requests) == 0 {
		return nil, err
	}
	assessments, err := BinderOf(r)(assessmentName)
	if err != nil {
		return nil, err
	}
	for _, request := range requests {
		if isAsked(request) && !RequestAnswered(request, assessments) {
			d := newDraft(request.ID(), request)
			d.once("callAt", c.Now+silences.Assessment.CallAfterHours*hourMs)
			drafts = append(drafts, d)
		}
	}
	return drafts, nil
}
