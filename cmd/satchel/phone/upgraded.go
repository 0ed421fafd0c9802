package phone

import (
	"satchel/internal/care"
	"satchel/internal/instrument"
	"satchel/sync/replica"
)

// upgraded says what to do where the server judged an assessment higher than this phone had; "" where it did not.
func upgraded(d *replica.Document) string {
	if d.ID.Type() != "assessment" || string(d.Fields["upgraded"]) != "true" {
		return ""
	}
	level, _ := instrument.ParseLevel(Text(d, "serverLevel"))
	return care.UpgradedTo(level)
}
