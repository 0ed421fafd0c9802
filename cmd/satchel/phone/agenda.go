package phone

import (
	"strings"

	"satchel/cmd/satchel/client"
	"satchel/internal/care"
	syncing "satchel/sync"
)

// Agenda lists the appointments ahead from this phone alone, and says on top when it was last checked: what was changed or called off
// since cannot be here (hazard H17).
func (p *Phone) Agenda(record syncing.RecordID) (string, error) {
	cfg, err := care.Default()
	if err != nil {
		return "", err
	}
	words := care.NewWords(cfg)
	from := care.Looking{Now: p.now(), Home: p.look(record).zone, Checked: p.Synced()}
	lines, err := words.Appointments(client.Papers(p.DB, record), from)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString(words.Checked(from, p.lineOf(record)) + "\n")
	for _, line := range lines {
		b.WriteString(line.Says + "\n")
	}
	if len(lines) == 0 {
		b.WriteString("No appointments are ahead.\n")
	}
	return b.String(), nil
}

// Agreed lists what is to be done and who does it, from this phone alone.
func (p *Phone) Agreed(record syncing.RecordID) (string, error) {
	cfg, err := care.Default()
	if err != nil {
		return "", err
	}
	lines, err := care.NewWords(cfg).Owned(client.Papers(p.DB, record))
	return strings.Join(append(lines, ""), "\n"), err
}
