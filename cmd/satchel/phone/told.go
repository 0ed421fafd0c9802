package phone

import (
	"strings"

	"satchel/cmd/satchel/client"
	"satchel/internal/care"
	syncing "satchel/sync"
)

// CaregiversTold lists what the person's caregivers were told, the newest first, from this phone alone. On a caregiver's phone there is nothing:
// it is for the person.
func (p *Phone) CaregiversTold(record syncing.RecordID) (string, error) {
	lines, err := care.CaregiversTold(client.Papers(p.DB, record))
	if err != nil {
		return "", err
	}
	zone := p.look(record).zone
	var b strings.Builder
	for _, line := range lines {
		name := line.Name
		if name == "" {
			name = "A caregiver"
		}
		b.WriteString(care.When(line.At, zone) + ", " + name + ": " + line.Words)
		if line.About != "" {
			b.WriteString(" It was about “" + line.About + "”.")
		}
		if line.SentAt == 0 {
			b.WriteString(" It waited in the app; nothing rang.\n")
			continue
		}
		b.WriteString(" It went out to a device " + care.When(line.SentAt, zone) + ".\n")
	}
	if len(lines) == 0 {
		b.WriteString("No caregiver was told anything.\n")
	}
	return b.String(), nil
}
