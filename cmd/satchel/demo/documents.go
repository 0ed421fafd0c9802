package demo

import (
	"fmt"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"satchel/internal/care"
	syncing "satchel/sync"
)

const zone = "Europe/London"

// planned is one document of a record's beginning, and whose desk writes it.
type planned struct {
	by  string
	doc syncing.DocID
	set map[string]jsontext.Value
	add map[string][]jsontext.Value
}

// plan is what both teams write at the beginning: whom to call, what the rules must know, the plan, what is to be done, tests
// and appointments of the coming weeks.
func (w *world) plan(record syncing.RecordID, p patient) []planned {
	oncology, primary := w.teams[roleOncology].ID, w.teams[rolePrimary].ID
	lab := newDoc("labOrder")
	return []planned{
		w.contact("olive", roleOncology, oncologyLine, true), w.contact("pia", rolePrimary, practiceLine, false), w.contact("nils", roleNavigator, bridgeLine, false),
		{by: "olive", doc: care.ClinicalContextID(record), set: merged(
			texts("sactLastDose", w.day(-9), "checkpointInhibitorLastDose", w.day(-900)),
			truths("transplantOrCarT", false, "spinalMetsRisk", false, "anticoagulated", false, "steroid", false, "paracetamolRegular", false, "centralLine", false))},
		{by: "olive", doc: newDoc("carePlan"), set: texts("title", "Treatment and recovery (synthetic)", "overallLead", oncology.String(),
			"followUpLead", oncology.String(), "status", "active", "phase", "active-treatment", "start", w.day(-60))},
		{by: "olive", doc: newDoc("activity"), set: texts("title", "Blood test before each treatment", "kind", "lab", "topic", "results",
			"accountableTeam", oncology.String(), "proposedBy", oncology.String(), "status", "accepted", "dueBy", w.day(14))},
		{by: "pia", doc: newDoc("activity"), set: texts("title", "Look after the blood pressure", "kind", "comorbidity", "topic", "bp",
			"accountableTeam", primary.String(), "proposedBy", primary.String(), "status", "accepted", "dueBy", w.day(28))},
		{by: "olive", doc: lab, set: merged(texts("code", "cbc.panel", "title", "Blood test", "requesterTeam", oncology.String(),
			"resultResponsibleTeam", oncology.String(), "anchor", w.monday(), "zone", zone, "recurrence", "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=6",
			"status", "active", "priority", "routine"), truths("hardStop", true))},
		w.appointment("olive", oncology, p.sees, 8, "10:30", "infusion", "Riverside Cancer Centre, level 2"),
		w.appointment("olive", oncology, "Blood test", 3, "08:50", "lab", "Riverside Cancer Centre, blood clinic"),
		w.appointment("pia", primary, "Practice nurse: blood pressure", 17, "14:10", "clinic", "Millbrook Practice, room 4"),
	}
}

// contact is how a team says that it is here, and how it is reached.
func (w *world) contact(by, role, line string, always bool) planned {
	set := merged(texts("status", "active", "phone", line, "hours", "Monday to Friday, 9:00 to 17:00"), truths("is24h", always))
	if role != roleOncology {
		set["outOfHours"] = syncing.TextValue(oncologyLine)
	} else {
		set["region"] = syncing.TextValue("UK")
		delete(set, "status") // the team that began the record is active in it already
	}
	return planned{by: by, doc: care.CareTeamID(w.teams[role].ID), set: set}
}

func (w *world) appointment(by string, team syncing.TeamID, title string, days int, at, kind, place string) planned {
	return planned{by: by, doc: newDoc("appointment"), set: merged(
		texts("start", w.day(days)+"T"+at, "zone", zone, "ownerTeam", team.String(), "title", title, "status", "booked", "type", kind, "place", place),
		map[string]jsontext.Value{"durationMinutes": syncing.IntValue(45), "instructions": syncing.TextValue("Bring your list of medicines.")})}
}

// day is the civil date so many days from today.
func (w *world) day(days int) string { return w.now.AddDate(0, 0, days).Format(time.DateOnly) }

// monday is the next one after today.
func (w *world) monday() string {
	return w.day(1 + (int(time.Monday)-int(w.now.AddDate(0, 0, 1).Weekday())+7)%7)
}

func newDoc(kind string) syncing.DocID {
	id, err := uuid.NewV7()
	if err != nil {
		panic(fmt.Sprintf("demo: no chance to be had from this machine: %v", err))
	}
	return syncing.NewDocID(kind, syncing.UUID(id))
}

// texts makes fields of names and texts in turn.
func texts(pairs ...string) map[string]jsontext.Value {
	set := map[string]jsontext.Value{}
	for i := 0; i+1 < len(pairs); i += 2 {
		set[pairs[i]] = syncing.TextValue(pairs[i+1])
	}
	return set
}

// truths makes fields of names and truth values in turn.
func truths(pairs ...any) map[string]jsontext.Value {
	set := map[string]jsontext.Value{}
	for i := 0; i+1 < len(pairs); i += 2 {
		set[pairs[i].(string)] = syncing.BoolValue(pairs[i+1].(bool))
	}
	return set
}

func merged(sets ...map[string]jsontext.Value) map[string]jsontext.Value {
	all := map[string]jsontext.Value{}
	for _, set := range sets {
		for name, value := range set {
			all[name] = value
		}
	}
	return all
}
