package care

import (
	"bytes"
	_ "embed"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"
)

//go:embed data/messages.v1.json
var messageTimesFile []byte

// messageTimes says within which time a message of each urgency should be opened.
type messageTimes struct {
	ID              string              `json:"id"`
	Version         string              `json:"version"`
	Review          string              `json:"review"` // the state of clinical approval
	Source          string              `json:"source"`
	About           string              `json:"about"`
	OpenWithinHours map[string]openTime `json:"openWithinHours"`
}

type openTime struct {
	Hours  int64  `json:"hours"`
	Source string `json:"source"`
}

// loadMessageTimes reads a file and refuses one that is not whole, or that lets what asks for action wait longer than what does not.
func loadMessageTimes(data []byte) (*messageTimes, error) {
	var m messageTimes
	if err := json.UnmarshalRead(bytes.NewReader(data), &m, json.RejectUnknownMembers(true)); err != nil {
		return nil, fmt.Errorf("messages: %w", err)
	}
	if m.ID != "messages" || m.Version == "" || m.Review == "" || m.Source == "" || len(m.OpenWithinHours) != len(messageUrgencies) {
		return nil, fmt.Errorf("messages: id, version, review, source or an urgency is missing")
	}
	longest := int64(0)
	for _, urgency := range messageUrgencies {
		t := m.OpenWithinHours[urgency]
		if t.Hours <= 0 || t.Source == "" || t.Hours < longest {
			return nil, fmt.Errorf("messages: %s needs hours, not fewer than the one above it, and a source", urgency)
		}
		longest = t.Hours
	}
	return &m, nil
}

// openBy is by when a message that came in at `received` (ms) should be opened: sooner where it is due sooner.
func (m *messageTimes) openBy(urgency string, received, dueBy int64) int64 {
	by := received + m.OpenWithinHours[urgency].Hours*time.Hour.Milliseconds()
	if dueBy > received && dueBy < by {
		return dueBy
	}
	return by
}
