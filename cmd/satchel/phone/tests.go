package phone

import (
	"strings"

	"satchel/cmd/satchel/client"
	"satchel/internal/care"
	syncing "satchel/sync"
)

// Tests lists what was ordered and done, by whatever team, from this phone alone: the latest first.
func (p *Phone) Tests(record syncing.RecordID) (string, error) {
	cfg, err := care.Default()
	if err != nil {
		return "", err
	}
	lines, err := care.NewWords(cfg).Tests(client.Papers(p.DB, record))
	if err != nil {
		return "", err
	}
	var b strings.Builder
	if age := p.Age(record); age != "" {
		b.WriteString(age + "\n")
	}
	for _, line := range lines {
		b.WriteString(line.Says + "\n")
	}
	if len(lines) == 0 {
		b.WriteString("No tests are ordered.\n")
	}
	return b.String(), nil
}
