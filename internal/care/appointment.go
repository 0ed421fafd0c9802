package care

import syncing "satchel/sync"

// appointmentType is FHIR's Appointment. When, where and whether it takes place belongs to the team that owns it; the person
// and their caregiver have fields of their own in the same document, so that nobody overwrites anybody.
func (w *ward) appointmentType() *syncing.Type {
	readiers := []syncing.Role{RoleNavigator, RoleOncology, RolePrimary}
	return &syncing.Type{
		Name: "appointment", Category: CategorySchedule, Creators: staff,
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
			field("virtualService", syncing.Text, syncing.CAS, staff, "link for a video meeting", upTo(noteMax)),
			field("travelMinutes", syncing.Int, syncing.CAS, staff, "how long the way there takes", unit("min")),
			field("participant", syncing.Text, syncing.Set, staff, "who takes part, by name or team", upTo(lineMax)),
			field("instructions", syncing.Text, syncing.MV, staff, "what to bring or do before", upTo(pageMax)),
			field("readiness", syncing.Code, syncing.CAS, readiers, "whether papers and results are there", codes("unknown", "ready", "not-ready")),
			field("readinessReason", syncing.Text, syncing.CAS, readiers, "what is missing", upTo(noteMax)),
			field("authorisationRef", syncing.Reference, syncing.CAS, readiers, "the referral that covers it"),

			field("patientResponse", syncing.Code, syncing.FSM, family, "whether the person will come", moves(first("accepted", "tentative", "declined"),
				from("accepted", "tentative", "declined"), from("tentative", "accepted", "declined"), from("declined", "accepted", "tentative"))),
			field("patientNote", syncing.Text, syncing.MV, family, "what the person wants to say or ask there", upTo(noteMax)),
			field("caregiverNote", syncing.Text, syncing.MV, family, "what the caregiver wants to say or ask there", upTo(noteMax)),
			field("transport", syncing.Text, syncing.LWW, family, "how the person gets there", upTo(lineMax)),
			field("companion", syncing.Text, syncing.CAS, family, "who comes along; a second answer that has not seen the first is held", upTo(lineMax)),
			field("bring", syncing.Text, syncing.Set, family, "things to take along", upTo(lineMax)),
			field("callMe", syncing.Code, syncing.Max, family, "please call about this appointment", codes("no", "when-convenient", "before-it")),
		},
		Allow: func(c syncing.Change) *syncing.Refusal {
			owner := c.Before.Text("ownerTeam")
			if owner == "" {
				owner = c.After.Text("ownerTeam")
			}
			owned := wroteAny(c, "start", "zone", "ownerTeam", "title", "status", "durationMinutes", "type", "place")
			if owned && !bySystem(c) && !actsForTeam(c, owner) {
				return refuse(syncing.Forbidden, "Only the team whose appointment this is can change when, where and whether it takes place.")
			}
			return nil
		},
		Derive: w.deriveAppointment,
	}
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
