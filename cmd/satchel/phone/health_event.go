package phone

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	syncing "satchel/sync"
	"satchel/sync/replica"
)

// Happened writes down that something happened to the person now, such as an admission, and gives the screen to show at once. It needs
// no network: both teams are told when it arrives, and the screen says that they do not know yet.
func (p *Phone) Happened(record syncing.RecordID, what, place, note string) (syncing.DocID, string, error) {
	set := map[string]jsontext.Value{"type": syncing.TextValue(what), "at": syncing.IntValue(p.NowMs())}
	for field, text := range map[string]string{"place": place, "note": note} {
		if text != "" {
			set[field] = syncing.TextValue(text)
		}
	}
	doc, err := p.NewDoc("healthEvent")
	if err != nil {
		return doc, "", err
	}
	if err := p.Write(record, replica.Change{Doc: doc, Set: set}); err != nil {
		return doc, "", err
	}
	var b strings.Builder
	rule := strings.Repeat("=", screenWidth)
	fmt.Fprintf(&b, "%s\nYour teams will be told.\n%s%s\nShow this phone to whoever treats you.\n%s\n%s\n", rule, p.notYet(record, doc), p.Line(record), p.calling.NotForEmergencies, rule)
	return doc, b.String(), nil
}
