package care

import (
	"slices"

	syncing "satchel/sync"
)

// AppointmentType is the document type of a meeting with a place and a time.
const AppointmentType = appointmentName

const (
	appointmentName = "appointment"
	responsePrefix  = "response."
	meetingMDT      = "mdt"
)

// appointmentType is FHIR's Appointment. When, where and whether it takes place belongs to the team that owns it; the person
// and their caregiver have fields of their own in the same document, so that nobody overwrites anybody.
func (w *ward) appointmentType() *syncing.Type {
	readiers := []syncing.Role{RoleNavigator, RoleOncology, RolePrimary}
	return &syncing.Type{
		Name: appointmentName, Category: CategorySchedule, Creators: staff,
		Doc: "A meeting with a place and a time (FHIR Appointment).",
		Fields: []syncing.FieldSpec{
			field("start", syncing.CivilTime, syncing.CAS, staff, "when it begins, on the clock of the place", required),
			field("zone", syncing.Code, syncing.CAS, staff, "IANA zone of the place", required),
			field("ownerTeam", syncing.Reference, syncing.CAS, staff, "the team whose appointment it is", required),
			field("title", syncing.Text, syncing.CAS, staff, "what it is, in plain words", required, upTo(lineMax)),
			field("status", syncing.Code, syncing.FSM, staff, "FHIR appointment status", required, appointmentMoves()),
			field("durationMinutes", syncing.Int, syncing.CAS, staff, "how long it should take", unit("min")),
			field("type", syncing.Code, syncing.CAS, staff, "what kind of meeting",
				codes("clinic", "infusion", "lab", "imaging", "video", "mdt", "3-way", "ccr")),
			field("place", syncing.Text, syncing.CAS, staff, "where to go", upTo(noteMax)),
			field("travelMinutes", syncing.Int, syncing.CAS, staff, "how long the way there takes", unit("min")),
			field("participant", syncing.Text, syncing.Set, staff, "who takes part, by name", upTo(lineMax)),
			field("audience", syncing.Code, syncing.CAS, staff, "clinicians: only the teams that treat the person; absent: everyone, but for an mdt", codes(audienceEveryone, audienceClinicians)),
			field("invited", syncing.Reference, syncing.Set, staff, "ids of the teams that take part beside the one whose it is; an mdt invites those that treat the person by itself"),
			field(responsePrefix+"*", syncing.Code, syncing.LWW, staff, "what an invited team says (FHIR participationStatus); its id after the dot", codes("accepted", "tentative", "declined")),
			field("instructions", syncing.Text, syncing.MV, staff, "what to bring or do before", upTo(pageMax)),
			field("programme", syncing.Code, syncing.CAS, readiers, "who pays, where no referral says it", codes(w.journeys.programmeCodes()...)),
			field("readiness", syncing.Code, syncing.CAS, readiers, "what somebody says of papers and results; what the papers themselves lack stands against it", codes(ReadinessUnknown, Ready, NotReady)),
			field("readinessReason", syncing.Text, syncing.CAS, readiers, "what is missing", upTo(noteMax)),
			field("authorisationRef", syncing.Reference, syncing.CAS, readiers, "the referral that covers it"),
			field("papersLooked", syncing.Text, syncing.Set, nobody, "what was looked at because the day is near, written by the clock"),

			field("patientResponse", syncing.Code, syncing.FSM, family, "whether the person will come", moves(first("accepted", "tentative", "declined"),
				from("accepted", "tentative", "declined"), from("tentative", "accepted", "declined"), from("declined", "accepted", "tentative"))),
			field("patientNote", syncing.Text, syncing.MV, family, "what the person wants to say or ask there", upTo(noteMax)),
			field("caregiverNote", syncing.Text, syncing.MV, family, "what the caregiver wants to say or ask there", upTo(noteMax)),
			field("transport", syncing.Text, syncing.LWW, family, "how the person gets there", upTo(lineMax)),
			field("companion", syncing.Text, syncing.CAS, family, "who comes along; a second answer that has not seen the first is held", upTo(lineMax)),
			field("bring", syncing.Text, syncing.Set, family, "things to take along", upTo(lineMax)),
			field("callMe", syncing.Code, syncing.Max, family, "please call about this appointment", codes("no", "when-convenient", "before-it")),
		},
		Categorise: categoryOfAppointment,
		Apart:      apartAppointment,
		Allow:      allowAppointment,
		Require:    requireInvited,
		Derive:     w.deriveAppointment,
		Index:      w.indexAppointment,
	}
}

// ownedByTeam are the fields that belong to the team whose appointment it is.
var ownedByTeam = []string{"start", "zone", "ownerTeam", "title", "status", "durationMinutes", "type", "place", "audience", "invited"}

func allowAppointment(c syncing.Change) *syncing.Refusal {
	owner := belongsTo(c, "ownerTeam")
	if wroteAny(c, ownedByTeam...) && !bySystem(c) && !actsForTeam(c, owner) {
		return refuse(syncing.Forbidden, "Only the team whose appointment this is can change when, where and whether it takes place, and who takes part.")
	}
	if _, known := beginOf(c.After); !known && wroteAny(c, "start", "zone") && !bySystem(c) {
		return refuse(syncing.Invalid, "Say when it begins by the clock of the place, and in which zone that is, such as America/Denver.")
	}
	return allowResponse(c)
}

// onlyClinicians reports whether an appointment is between the teams that treat the person: as its team says, or a meeting about the
// person that nobody has shared with them (seed B38).
func onlyClinicians(audience, kind string) bool {
	return audience == audienceClinicians || audience == "" && kind == meetingMDT
}

func categoryOfAppointment(s syncing.Snapshot) string {
	if onlyClinicians(s.Text("audience"), s.Text("type")) {
		return CategoryClinical
	}
	return CategorySchedule
}

// apartAppointment keeps a meeting of clinicians between them, also when it could not be taken in.
func apartAppointment(text func(field string) string) string {
	if onlyClinicians(text("audience"), text("type")) {
		return CategoryClinical
	}
	return ""
}

// inPart are the teams that take part: the one whose it is, and those that are invited.
func inPart(appointment syncing.Snapshot) []string {
	return union([]string{appointment.Text("ownerTeam")}, appointment.Texts("invited"))
}

func takesPart(appointment syncing.Snapshot, team string) bool {
	return slices.Contains(inPart(appointment), team)
}

func appointmentMoves() option {
	return moves(first("proposed", "pending", "booked", "waitlist"),
		from("proposed", "pending", "booked", "cancelled", "entered-in-error"),
		from("pending", "booked", "waitlist", "cancelled", "entered-in-error"),
		from("waitlist", "pending", "booked", "cancelled", "entered-in-error"),
		from("booked", "checked-in", "arrived", "fulfilled", "noshow", "cancelled", "entered-in-error"),
		from("checked-in", "arrived", "fulfilled", "cancelled"),
		from("arrived", "fulfilled", "cancelled"),
		from("noshow", "arrived", "fulfilled", "entered-in-error"),
		from("fulfilled", "entered-in-error"), from("cancelled"), from("entered-in-error"))
}
