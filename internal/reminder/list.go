package reminder

import (
	"satchel/internal/calendar/remind"
	"satchel/internal/care"
)

// Rules say by which file a list was made, and what a phone needs to ring by it alone.
type Rules struct {
	ID           string `json:"id"`
	Version      string `json:"version"`
	Review       string `json:"review"`       // the state of clinical approval
	AgainMinutes int    `json:"againMinutes"` // how long after a ring without an answer it rings once more
}

// Page is what somebody is reminded of.
type Page struct {
	Reminders []remind.Reminder `json:"reminders"`
	// AskZone is where the phone is, if it should ask the person once: keep the time at home, or move?
	AskZone string `json:"askZone,omitzero"`
	Rules   Rules  `json:"rules"`
}

// List says what rings for an audience (remind.ForPatient, remind.ForCaregiver) behind now (ms), for so many days, from the papers that its
// reader sees. zone is that of whoever has none. A number of days beyond remind.DaysMax is of code invalid; other errors are the binder's.
func List(b care.Binder, audience, zone string, now int64, days int) (Page, error) {
	in, w, err := inputOf(b, audience, zone, now, now, days)
	if err != nil {
		return Page{}, err
	}
	own := remind.Own
	page := Page{AskZone: w.askZone, Rules: Rules{own.ID, own.Version, own.Review, own.Again.AfterMinutes}}
	page.Reminders, err = own.List(in)
	return page, err
}

// inputOf is all that a list depends on. What is behind from is listed, and what is of no use by now is not.
func inputOf(b care.Binder, audience, zone string, from, now int64, days int) (in remind.Input, w wishes, err error) {
	if w, err = wishesOf(b, audience, zone); err != nil {
		return in, w, err
	}
	in = remind.Input{Audience: audience, Settings: w.settings, From: from, Now: now, Days: days}
	if w.settings.Off {
		return in, w, nil
	}
	if in.Events, err = eventsOf(b, w.settings.HomeZone, now, from, days, remind.Kinds); err != nil {
		return in, w, err
	}
	for i := range in.Events {
		in.Events[i].Policy = w.policies[in.Events[i].Kind]
	}
	replies, err := b(care.ReminderReplyType)
	if err != nil {
		return in, w, err
	}
	in.Told, in.Answers, err = toldOf(b, audience, replies)
	return in, w, err
}
