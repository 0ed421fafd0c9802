package care

import (
	"cmp"
	"slices"

	syncing "satchel/sync"
)

// PreferenceType is the document type of what the person decides about the app and the reminders.
const PreferenceType = "preference"

// PreferenceID names the settings of a person who has none yet: two phones that begin them without a network begin the same.
func PreferenceID(record syncing.RecordID) syncing.DocID {
	return syncing.NewDocID(PreferenceType, record.UUID)
}

// PreferenceOf are the settings that count, of all that a record has; nil if it has none.
func PreferenceOf(list []Paper) Paper {
	if len(list) == 0 {
		return nil
	}
	return slices.MaxFunc(list, func(a, b Paper) int { return cmp.Or(cmp.Compare(a.Rev(), b.Rev()), cmp.Compare(a.ID(), b.ID())) })
}

// preferenceType is what the person decides about how the app and the reminders behave.
func preferenceType() *syncing.Type {
	return &syncing.Type{
		Name: PreferenceType, Category: CategoryPerson, Creators: person, Deletable: true,
		Doc: "What the person decides about reminders and the app.",
		Fields: []syncing.FieldSpec{
			field("remindersOn", syncing.Bool, syncing.LWW, person, "reminders are wanted at all"),
			field("channel", syncing.Code, syncing.LWW, person, "how reminders come", codes("push", "sms", "phone", "none")),
			field("leadMinutes", syncing.Int, syncing.LWW, person, "how long before an appointment", unit("min")),
			field("textSize", syncing.Code, syncing.LWW, person, "size of letters", codes("normal", "large", "largest")),
			field("temperatureUnit", syncing.Code, syncing.LWW, person, "how temperatures are shown; they are kept in degrees Celsius", codes("Cel", "[degF]")),
			field("neutralName", syncing.Bool, syncing.LWW, person, "show a name and an icon that say nothing of illness"),
			field("calendarDetail", syncing.Bool, syncing.LWW, person, "the calendars to which the person's own apps subscribe say what an appointment is, and where; absent: they say that there is one"),
			field("remindAbout", syncing.Code, syncing.Set, person, "what to be reminded of", codes("appointment", "lab", "assessment", "medication", "plan")),
			field("quietHours", syncing.Object, syncing.CAS, person, "when nothing may ring, in the home zone; safety calls are never quiet", members(
				member("from", syncing.Text, "hh:mm", upTo(5)),
				member("to", syncing.Text, "hh:mm", upTo(5)))),
			field("enoughOn", syncing.Date, syncing.LWW, person, "today is enough: nothing rings any more on this day by the clock of the phone, but that somebody must leave, and what is urgent"),
			field("detail", syncing.Code, syncing.CAS, person, "how much a reminder says on a locked screen; absent: neutral", codes("neutral", "kind")),
			field("channels", syncing.Code, syncing.Set, person, "ways in which reminders come beside the phone's own", codes("push", "web", "email", "calendar")),
			field("zonePolicy.*", syncing.Code, syncing.CAS, person, "by whose clock reminders come; after the dot appointment, lab, assessment, supply or unread", codes("site", "home", "device")),
			field("deviceZone", syncing.Code, syncing.LWW, person, "IANA zone in which the phone is; absent: at home"),
			field("zoneAsked", syncing.Code, syncing.LWW, person, "the zone of the phone about which the person was asked: keep the time at home, or move?"),
			field("zoneAnswer", syncing.Code, syncing.LWW, person, "what they said: keep the time at home, or move with the phone", codes("keep", "move")),
			field("reminderStrength", syncing.Int, syncing.Max, person, "how insistent reminders are, 0 to 3; of two wishes the stronger is shown"),
			field("aboutMe", syncing.Text, syncing.MV, person, "what I want everybody who cares for me to know", upTo(pageMax)),
		},
	}
}
