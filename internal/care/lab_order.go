package care

import (
	"slices"
	"strings"

	"satchel/internal/lab"
	syncing "satchel/sync"
)

// LabOrderType is the document type of what was ordered.
const LabOrderType = labOrderName

// labOrderType is FHIR's ServiceRequest for tests. The recurrence is kept as civil dates at the place where blood is taken:
// the zone belongs to the site, because two clinics in one state may keep different time (LABS 5.1).
func (w *ward) labOrderType() *syncing.Type {
	order := func(name string, kind syncing.Kind, doc string, more ...option) syncing.FieldSpec {
		return field(name, kind, syncing.CAS, doctors, doc, more...)
	}
	return &syncing.Type{
		Name: labOrderName, Category: CategorySchedule, Creators: doctors,
		Doc: "Tests, images and procedures to be done, once or again and again (FHIR ServiceRequest).",
		Fields: append([]syncing.FieldSpec{
			order("code", syncing.Code, "test group, image or procedure, such as cbc.panel, ct or colonoscopy", required),
			order("title", syncing.Text, "the test in plain words, such as blood test", required, upTo(lineMax)),
			order("requesterTeam", syncing.Reference, "the team that wants the test", required),
			order("resultResponsibleTeam", syncing.Reference, "the team that acts on the result", required),
			order("performerTeam", syncing.Reference, "the team that is asked to do it; naming one asks it"),
			order("performerSite", syncing.Text, "a place that does it and is no team here", upTo(lineMax)),
			field("loinc", syncing.Code, syncing.Set, doctors, "LOINC codes of the group"),
			field("bodySite", syncing.Code, syncing.Set, doctors, "parts of the body, of an image or a procedure", codes(lab.OwnExaminations.Sites()...)),
			order("laterality", syncing.Code, "which side of it", codes(lab.OwnExaminations.Sides()...)),
			order("place", syncing.Text, "where it is done", upTo(lineMax)),
			order("performedOn", syncing.Date, "when an image or a procedure was done, at the site"),
			order("report", syncing.Reference, "what was found: the result, or the message that brings it"),
			order("anchor", syncing.Date, "first civil date at the site", required),
			order("zone", syncing.Code, "IANA zone of the site", required),
			order("recurrence", syncing.Text, "RFC 5545 rule without DTSTART, such as FREQ=WEEKLY;BYDAY=MO,TH;COUNT=6", upTo(noteMax)),
			field("exceptDate", syncing.Date, syncing.Set, doctors, "dates that fall out"),
			field("extraDate", syncing.Date, syncing.Set, doctors, "dates beside the rule"),
			field("excusedDate", syncing.Date, syncing.Set, doctors, "dates that need not be done; they stay on the list, with that"),
			field("cycleDay", syncing.Int, syncing.Set, doctors, "in place of a rule: days of each treatment cycle, whose first is day 1"),
			order("cycleLength", syncing.Int, "days from one cycle to the next", unit("d")),
			order("cycles", syncing.Int, "how many cycles"),
			field(cycleStartPrefix+"*", syncing.Date, syncing.CAS, doctors, "when a cycle began that was moved; its number, from 1, after the dot. Those behind it move along"),
			order("windowBeforeDays", syncing.Int, "how many days earlier is still right", unit("d")),
			order("windowAfterDays", syncing.Int, "how many days later is still right", unit("d")),
			order("minGapDays", syncing.Int, "days that must lie between two", unit("d")),
			order("hardStop", syncing.Bool, "treatment waits for this result"),
			order("priority", syncing.Code, "FHIR request priority", codes("routine", "urgent", "asap", "stat")),
			order("reason", syncing.Text, "why", upTo(noteMax)),
			order("fasting", syncing.Bool, "come with an empty stomach"),
			field("instructions", syncing.Text, syncing.MV, doctors, "what to do before, in plain words", upTo(pageMax)),
			field("logisticsNote", syncing.Text, syncing.MV, []syncing.Role{RoleNavigator, RoleNursing}, "how it is arranged", upTo(noteMax)),
			order("validUntil", syncing.Date, "the last day on which it is to be followed; a phone hides it afterwards"),
			order("supersedes", syncing.Reference, "the order that this one replaces"),
			order("overrideReason", syncing.Code, "why it is needed though it may repeat another; given with the order", codes(lab.OwnWindows.Reasons()...)),
			order("overrideNote", syncing.Text, "that reason in words", upTo(noteMax)),
			field("repeats", syncing.Object, syncing.Set, nobody, "what it may repeat, as it stood when it was ordered", repeatMembers()),
			order("authorisationRef", syncing.Reference, "the referral that covers it"),
			order("status", syncing.Code, "FHIR request status", required, asStatus, requestMoves()),
			order("endReason", syncing.Text, "why it was ended or paused, in plain words", upTo(noteMax)),
			field("patientNote", syncing.Text, syncing.MV, family, "what the person has to say about it", upTo(noteMax)),
		}, handshakeFields()...),
		Allow:   allowLabOrder,
		Require: requireOrder,
		Derive: func(c syncing.Change, r syncing.Reader) ([]syncing.Patch, error) {
			repeats, err := repeatDrafts(c, r)
			if err != nil {
				return nil, err
			}
			follows, err := labDrafts(c, r)
			return patches(joinDrafts(follows, repeats)...), err
		},
		Index: indexLabOrder,
	}
}

// handshakeFields say where an order stands with whoever is to do it, and what time has asked for.
func handshakeFields() []syncing.FieldSpec {
	told := func(name string, kind syncing.Kind, doc string, more ...option) syncing.FieldSpec {
		return field(name, kind, syncing.LWW, nobody, doc, more...)
	}
	return []syncing.FieldSpec{
		field("handshake", syncing.Code, syncing.FSM, performers, "where it stands with whoever is to do it; an answer needs a connection", handshakeMoves()),
		field("handshakeReason", syncing.Text, syncing.CAS, performers, "why it was declined", upTo(noteMax)),
		field("counterProposal", syncing.Text, syncing.CAS, performers, "what whoever was asked proposes instead", upTo(noteMax)),
		field("heldAnswered", syncing.Reference, syncing.Set, doctors, "stays in hospital about which it is said which dates count; an answer to one answers those before it"),
		told("publishedAt", syncing.Instant, "since when it is to be followed"),
		told("askedAt", syncing.Instant, "when somebody was asked to do it"),
		told("acceptBy", syncing.Instant, "by when they should answer"),
		told("acceptedAt", syncing.Instant, "when they accepted"),
		told("answeredBy", syncing.Text, "who answered on paper, as they typed it", upTo(lineMax)),
		field("lookedAt", syncing.Instant, syncing.Max, nobody, "until when everything that time asks for about it was done"),
		field(replyPrefix+"*", syncing.Code, syncing.LWW, family, "what the person says of a date on which nothing was done; the date after the dot", codes(replies...)),
	}
}

// performers are the roles of those who may be asked to do a test.
var performers = []syncing.Role{RoleOncology, RolePrimary, RoleNursing, RoleSpecialist}

func allowLabOrder(c syncing.Change) *syncing.Refusal {
	requester := belongsTo(c, "requesterTeam")
	header := slices.ContainsFunc(c.Fields, func(name string) bool {
		return !slices.Contains(besideOrder, name) && !strings.HasPrefix(name, replyPrefix)
	})
	if header && !bySystem(c) && !actsForTeam(c, requester) && !saysDone(c) {
		return refuse(syncing.Forbidden, "Only the team that ordered this test can change the order.")
	}
	if refusal := allowHandshake(c); refusal != nil {
		return refusal
	}
	if refusal := allowReply(c); refusal != nil {
		return refusal
	}
	return allowSchedule(c)
}

// besideOrder are the fields of an order that are not the requester's alone; doneFields are those with which whoever performs it says
// that it was done.
var (
	besideOrder = append([]string{"instructions", "logisticsNote", "patientNote"}, answers...)
	doneFields  = []string{"performedOn", "place", "report"}
)

// saysDone reports whether the team that performs an order says that it was done, and nothing else.
func saysDone(c syncing.Change) bool {
	other := func(name string) bool {
		return !slices.Contains(doneFields, name) && !slices.Contains(besideOrder, name) && (name != "status" || c.After.Text("status") != "completed")
	}
	return c.Before.Exists() && actsForTeam(c, c.Before.Text("performerTeam")) && !slices.ContainsFunc(c.Fields, other)
}

// asStatus makes the field an fsm.
func asStatus(spec *syncing.FieldSpec) { spec.Rule = syncing.FSM }
