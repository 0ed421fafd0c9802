package phone

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"satchel/cmd/satchel/client"
	"satchel/internal/care"
	syncing "satchel/sync"
	"satchel/sync/replica"
)

// LabDates says where each test that was ordered stands, from what is on this phone.
func (p *Phone) LabDates(record syncing.RecordID) ([]care.TestPlan, error) {
	return care.TestPlans(client.Papers(p.DB, record), p.NowMs())
}

// LabScreen tells them in words, with what this person was told of them last. It needs no network.
func (p *Phone) LabScreen(record syncing.RecordID) (string, error) {
	lines, err := care.TestLines(client.Papers(p.DB, record), p.NowMs())
	if err != nil {
		return "", err
	}
	if len(lines) == 0 {
		lines = []string{"No tests are ordered, as far as this phone knows."}
	}
	if age := p.Age(record); age != "" {
		lines = append([]string{age}, lines...)
	}
	return strings.Join(append(lines, p.Line(record)), "\n") + "\n", nil
}

// Notices lists what this person is to be told, the oldest first.
func (p *Phone) Notices(record syncing.RecordID) (words []string, err error) {
	notices, err := client.Papers(p.DB, record)(care.NoticeType)
	if err != nil {
		return nil, err
	}
	for _, notice := range care.InOrder(notices) {
		if care.Notified(notice, p.onlooker(record), nil) {
			words = append(words, care.NoticeWords(notice))
		}
	}
	return words, nil
}

// Taken writes down that a sample was taken, now, for a date of an order.
func (p *Phone) Taken(record syncing.RecordID, order syncing.DocID, date, site string) (syncing.DocID, error) {
	doc, err := p.NewDoc("collection")
	if err != nil {
		return doc, err
	}
	set := map[string]jsontext.Value{
		"order": syncing.TextValue(string(order)), "due": syncing.TextValue(date), "collectedAt": syncing.IntValue(p.NowMs()),
	}
	if site != "" {
		set["site"] = syncing.TextValue(site)
	}
	return doc, p.Write(record, replica.Change{Doc: doc, Set: set})
}

// CannotGo answers "was it done?" for a date of an order: "cannot-go" or "need-help". Somebody calls.
func (p *Phone) CannotGo(record syncing.RecordID, order syncing.DocID, date, reply string) error {
	return p.Write(record, replica.Change{Doc: order, Set: map[string]jsontext.Value{"reply." + date: syncing.TextValue(reply)}})
}
