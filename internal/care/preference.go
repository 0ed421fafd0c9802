package care

import syncing "satchel/sync"

// PreferenceType is the document type of what the person decides about the app and the reminders.
const PreferenceType = "preference"

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
			field("remindAbout", syncing.Code, syncing.Set, person, "what to be reminded of", codes("appointment", "lab", "assessment", "medication")),
			field("quietHours", syncing.Object, syncing.CAS, person, "when nothing may ring, in the home zone; safety calls are never quiet", members(
				member("from", syncing.Text, "hh:mm", upTo(5)),
				member("to", syncing.Text, "hh:mm", upTo(5)))),
			field("reminderStrength", syncing.Int, syncing.Max, person, "how insistent reminders are, 0 to 3; of two wishes the stronger is shown"),
			field("aboutMe", syncing.Text, syncing.MV, person, "what I want everybody who cares for me to know", upTo(pageMax)),
		},
	}
}
