package phone

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"satchel/internal/fault"
	syncing "satchel/sync"
	"satchel/sync/replica"
)

// signPrefix begins the fields of a follow-up protocol that name signs, and those of a report that tick them.
const signPrefix = "sign."

// Sign is one thing that the person's specialists asked to watch for.
type Sign struct {
	Protocol syncing.DocID
	Code     string
	Text     string
}

// Signs lists what to watch for, from the protocols on this phone that hold today.
func (p *Phone) Signs(record syncing.RecordID) []Sign {
	var list []Sign
	today := p.today(p.look(record).zone)
	for _, d := range p.DB.View(record) {
		if d.ID.Type() != "followUpProtocol" || Text(d, "status") != "active" || expired(d, today) {
			continue
		}
		for _, name := range fieldsOf(d) {
			if code, ok := strings.CutPrefix(name, signPrefix); ok && Text(d, name) != "" {
				list = append(list, Sign{Protocol: d.ID, Code: code, Text: Text(d, name)})
			}
		}
	}
	return list
}

// ReportSigns writes down which signs of a protocol the person noticed, and gives the screen to show at once. It needs no network and
// no rules: what to do stands in the protocol. Fault: Invalid, if the protocol names no such sign.
func (p *Phone) ReportSigns(record syncing.RecordID, protocol syncing.DocID, codes []string, answeredBy, note string) (syncing.DocID, string, error) {
	const op = "phone.ReportSigns"
	d := p.DB.Document(record, protocol)
	set := map[string]jsontext.Value{
		"protocol": syncing.TextValue(string(protocol)), "answeredBy": syncing.TextValue(answeredBy), "adviceShownAt": syncing.IntValue(p.NowMs()),
	}
	for _, code := range codes {
		if Text(d, signPrefix+code) == "" {
			return "", "", fault.New(fault.Invalid, op, "There is no such sign to watch for. List them with: satchel phone signs")
		}
		set[signPrefix+code] = syncing.BoolValue(true)
	}
	if note != "" {
		set["note"] = syncing.TextValue(note)
	}
	doc, err := p.NewDoc("recurrenceReport")
	if err != nil {
		return doc, "", err
	}
	if err := p.Write(record, replica.Change{Doc: doc, Set: set}); err != nil {
		return doc, "", err
	}
	return doc, p.signScreen(record, d, doc), nil
}

func (p *Phone) signScreen(record syncing.RecordID, protocol *replica.Document, doc syncing.DocID) string {
	var b strings.Builder
	rule := strings.Repeat("=", screenWidth)
	fmt.Fprintf(&b, "%s\n%s\n", rule, strings.ToUpper(Text(protocol, "level")))
	around := p.look(record)
	for _, number := range []string{Text(protocol, "phone"), around.line} {
		if number != "" {
			fmt.Fprintf(&b, "  [ CALL %s ]\n", number)
		}
	}
	fmt.Fprintf(&b, "  %s\n%s%s\n%s\n", Text(protocol, "advice"), p.notYet(record, doc), p.calling.NotForEmergencies, rule)
	return b.String()
}
