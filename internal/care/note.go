package care

import syncing "satchel/sync"

// The audiences of a note.
const (
	audienceEveryone = "everyone"
	audienceTeams    = "teams"
)

// noteType is a shared note, like one on the fridge: several people write on it and anybody may take it down.
func noteType() *syncing.Type {
	pinners := []syncing.Role{RolePatient, RoleOncology, RolePrimary, RoleNavigator, RoleNursing}
	return &syncing.Type{
		Name: "note", Category: CategorySchedule, Deletable: true, Creators: anyone,
		Doc: "A note that the person, the caregiver and the teams share. Not for anything urgent.",
		Fields: []syncing.FieldSpec{
			field("text", syncing.Text, syncing.MV, anyone, "what it says", required, upTo(pageMax)),
			field("title", syncing.Text, syncing.LWW, anyone, "what it is called", upTo(lineMax)),
			field("tags", syncing.Text, syncing.Set, anyone, "words to find it by", upTo(lineMax)),
			field("importance", syncing.Int, syncing.Max, anyone, "0 to 3; of two opinions the higher is shown"),
			field("pinnedBy", syncing.Text, syncing.CAS, anyone, "who keeps it on top; one at a time", upTo(lineMax)),
			field("audience", syncing.Code, syncing.LWW, pinners, "everyone sees it as part of the schedule, teams only with the messages",
				codes(audienceEveryone, audienceTeams)),
		},
		Categorise: func(s syncing.Snapshot) string {
			if s.Text("audience") == audienceTeams {
				return CategoryMessages
			}
			return CategorySchedule
		},
	}
}
