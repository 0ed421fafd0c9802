package demo

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"satchel/internal/instrument"
	syncing "satchel/sync"
)

// row is a row of a queue, as GET /v1/teams/{team}/queue gives it.
type row struct {
	Record   syncing.RecordID `json:"record"`
	Level    instrument.Level `json:"level"`
	Status   string           `json:"status"`
	Why      string           `json:"why"`
	Concerns []string         `json:"concerns"`
	Waiting  []jsontext.Value `json:"waiting"`
	Person   struct {
		Name string `json:"name"`
	} `json:"person"`
}

func (w *world) queue(ctx context.Context, who string) (rows []row, err error) {
	var page struct {
		Rows []row `json:"rows"`
	}
	d := w.desks[who]
	err = d.Do(ctx, http.MethodGet, fmt.Sprintf("/v1/teams/%s/queue", w.teams[d.role].ID.UUID), nil, &page)
	return page.Rows, err
}

// order tells a queue as names and levels.
func order(rows []row) string {
	list := make([]string, len(rows))
	for i, r := range rows {
		list[i] = first(r.Person.Name) + " " + r.Level.String()
	}
	return strings.Join(list, ", ")
}
