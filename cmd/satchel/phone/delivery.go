package phone

import (
	"slices"

	"satchel/internal/instrument"
	syncing "satchel/sync"
	"satchel/sync/replica"
)

// What can be said of how far something has come. None of it is a tick that could mean two things: "arrived" is said only when the
// server answered that it has it.
const (
	saved   = "Saved on this phone. Not sent yet: it will be sent when you are online."
	tried   = "Not delivered yet: this phone has tried to send it and has no answer."
	held    = "This could not be used as it is. Your team will look at it."
	arrived = "Arrived."
)

// Delivery says how far what was written to a document on this phone has come; "" if nothing was.
func (p *Phone) Delivery(record syncing.RecordID, doc syncing.DocID) string {
	state := ""
	for _, e := range p.DB.Outbox(record) {
		switch {
		case e.Doc != doc:
		case !e.Answered && e.Sent:
			state = tried
		case !e.Answered && state != tried:
			state = saved
		case e.Answered && e.Outcome != nil && e.Outcome.Status == syncing.Held && state == "":
			state = held
		case e.Answered && state == "":
			state = arrived
		}
	}
	return state
}

// Urgent lists the documents of a record that cannot wait and have not arrived: what the phone judged red, what it could not judge,
// and what the person wants to be called about now.
func (p *Phone) Urgent(record syncing.RecordID) []syncing.DocID {
	var list []syncing.DocID
	for _, e := range p.DB.Outbox(record) {
		if !e.Answered && !slices.Contains(list, e.Doc) && cannotWait(p.DB.Document(record, e.Doc)) {
			list = append(list, e.Doc)
		}
	}
	return list
}

func cannotWait(d *replica.Document) bool {
	if d == nil {
		return false
	}
	switch d.ID.Type() {
	case "assessment":
		return reported(d) && (Text(d, "phoneLevel") == "" || high(Text(d, "phoneLevel")) || Text(d, "urgency") == "now")
	case "recurrenceReport", "healthEvent", "rapidReaccess":
		return true
	}
	return false
}

func high(level string) bool {
	known, ok := instrument.ParseLevel(level)
	return ok && known >= instrument.Red
}

// urgentRecords are the records that must not wait for the others.
func (p *Phone) urgentRecords() []syncing.RecordID {
	return slices.DeleteFunc(p.Records(), func(record syncing.RecordID) bool { return len(p.Urgent(record)) == 0 })
}
