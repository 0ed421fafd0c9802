package phone

import (
	"satchel/cmd/satchel/client"
	"satchel/internal/care"
	syncing "satchel/sync"
)

// WhoHandles answers "who handles this?" from what lies on this phone; known is false if it is no topic.
func (p *Phone) WhoHandles(record syncing.RecordID, words care.Words, topic string) (who care.Responsibility, known bool, err error) {
	return words.WhoHandles(topic, client.Papers(p.DB, record))
}
