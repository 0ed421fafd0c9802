package phone

import (
	"slices"
	"strings"

	"satchel/cmd/satchel/client"
	"satchel/internal/care"
	"satchel/internal/fault"
	syncing "satchel/sync"
)

// WhoToCall says whom to call about a topic now, from this phone alone. Fault: NotFound, for what is no topic; it names those there are.
func (p *Phone) WhoToCall(record syncing.RecordID, topic string) (string, error) {
	cfg, err := care.Default()
	if err != nil {
		return "", err
	}
	call, known, err := care.NewWords(cfg).WhoToCall(topic, p.now(), client.Papers(p.DB, record))
	if err != nil {
		return "", err
	}
	if !known {
		return "", fault.New(fault.NotFound, "phone.WhoToCall", "This is no topic. In an emergency call the emergency number. There are: "+topics())
	}
	var b strings.Builder
	b.WriteString(call.Says + "\n")
	for _, contact := range call.Contacts[min(1, len(call.Contacts)):] {
		b.WriteString("  else " + contact.Name + ", " + contact.Value + ". " + strings.Join(contact.Reasons, " ") + "\n")
	}
	return b.String(), nil
}

func topics() string {
	var codes []string
	for _, t := range care.CallTopics() {
		codes = append(codes, t.Code)
	}
	slices.Sort(codes)
	return strings.Join(codes, ", ")
}
