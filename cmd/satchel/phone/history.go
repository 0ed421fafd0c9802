package phone

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	syncing "satchel/sync"
)

// Written is one value of a field, and who wrote it: under which name, in which role, for which team of which organisation.
type Written struct {
	syncing.HistoryEntry
	Author struct {
		Name         string `json:"name"`
		Role         string `json:"role"`
		Team         string `json:"team"`
		Organisation string `json:"organisation"`
	} `json:"author"`
}

// History asks the server why each value of a document is what it is.
func (p *Phone) History(ctx context.Context, record syncing.RecordID, doc syncing.DocID) ([]Written, error) {
	var answer struct {
		Entries []Written `json:"entries"`
	}
	err := p.Client.Do(ctx, http.MethodGet, fmt.Sprintf("/v1/records/%s/documents/%s/history", record.UUID, doc), nil, &answer)
	return answer.Entries, err
}

// by says who wrote a value: "Olive Green (oncology, Riverside Oncology, Riverside Cancer Centre)".
func (p *Phone) by(h Written) string {
	if h.By.IsZero() || h.By == p.Account() {
		return p.Who(h.By)
	}
	as := slices.DeleteFunc([]string{h.Author.Role, h.Author.Team, h.Author.Organisation}, func(word string) bool { return word == "" })
	name := h.Author.Name
	if name == "" {
		name = p.Who(h.By)
	}
	return name + " (" + strings.Join(as, ", ") + ")"
}
