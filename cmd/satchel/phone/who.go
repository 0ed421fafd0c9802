package phone

import (
	"satchel/internal/care"
	syncing "satchel/sync"
	"satchel/sync/replica"
)

// Binder reads documents as they lie on a phone, for what care works out of them without network.
func Binder(docs []*replica.Document) care.Binder {
	return func(kind string) ([]care.Paper, error) {
		var list []care.Paper
		for _, d := range docs {
			if d.ID.Type() == kind {
				list = append(list, care.WirePaper(d.ID, d.Rev, d.Fields))
			}
		}
		return list, nil
	}
}

// WhoHandles answers "who handles this?" from what lies on this phone; known is false if it is no topic.
func (p *Phone) WhoHandles(record syncing.RecordID, words care.Words, topic string) (who care.Responsibility, known bool, err error) {
	return words.WhoHandles(topic, Binder(p.DB.View(record)))
}
