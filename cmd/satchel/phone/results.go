package phone

import (
	"strings"

	"satchel/cmd/satchel/client"
	"satchel/internal/care"
	syncing "satchel/sync"
)

// Results shows the results on this phone, the newest first. What a prescriber has signed about a number stands above the number, and
// what somebody should be asked before that counts stands above both. It needs no network.
func (p *Phone) Results(record syncing.RecordID) (string, error) {
	cfg, err := care.Default()
	if err != nil {
		return "", err
	}
	views, err := care.NewWords(cfg).Results(client.Papers(p.DB, record), p.NowMs(), p.look(record).zone, false)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString(p.Line(record) + "\n")
	if age := p.Age(record); age != "" {
		b.WriteString(age + "\n")
	}
	if len(views) == 0 {
		b.WriteString("There are no results on this phone.\n")
	}
	for _, view := range views {
		b.WriteString(strings.Repeat("-", screenWidth) + "\n")
		for _, question := range view.Questions {
			b.WriteString("  ? " + question + "\n")
		}
		if view.Note != "" {
			b.WriteString("  " + view.Note + "\n")
		}
		number := view.Number
		if view.Grey {
			number = "(not checked) " + number
		}
		b.WriteString(number + "\n")
		for _, line := range view.Says {
			b.WriteString("  " + line + "\n")
		}
	}
	if len(views) > 0 {
		b.WriteString("(The limits behind this: " + views[0].Review + ".)\n")
	}
	return b.String(), nil
}
