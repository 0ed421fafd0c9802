package phone

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	syncing "satchel/sync"
	"satchel/sync/replica"
)

// AskBack asks oncology to be seen again soon: one tap, with or without a network, and gives the screen to show at once.
func (p *Phone) AskBack(record syncing.RecordID, answeredBy, reason string) (string, error) {
	doc, err := p.NewDoc("rapidReaccess")
	if err != nil {
		return "", err
	}
	set := map[string]jsontext.Value{"at": syncing.IntValue(p.NowMs()), "answeredBy": syncing.TextValue(answeredBy)}
	if reason != "" {
		set["reason"] = syncing.TextValue(reason)
	}
	if err := p.Write(record, replica.Change{Doc: doc, Set: set}); err != nil {
		return "", err
	}
	rule := strings.Repeat("=", screenWidth)
	return fmt.Sprintf("%s\nYou asked your cancer team to be in touch soon. They should be within a working day.\n%s%s\n%s\n%s\n",
		rule, p.notYet(record, doc), p.Line(record), p.calling.NotForEmergencies, rule), nil
}
