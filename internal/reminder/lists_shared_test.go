package reminder

import (
	"bytes"
	"flag"
	"os"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"satchel/internal/care"
	syncing "satchel/sync"
)

var rewrite = flag.Bool("rewrite", false, "write down what the lists are now, for reading the difference")

// listsFile holds records as a phone has them, and what it rings by: for clients in any language.
const listsFile = "testdata/lists.v1.json"

// listCase is one record, and what comes of it.
type listCase struct {
	Name      string      `json:"name"`
	Audience  string      `json:"audience"`
	Zone      string      `json:"zone"` // of whoever has none
	Now       int64       `json:"now"`  // ms
	Days      int         `json:"days"`
	Documents []shownDoc  `json:"documents"`
	Want      Page        `json:"want"`
	Tests     []shownPlan `json:"tests"` // where each order and its dates stand
}

type shownDoc struct {
	ID     syncing.DocID             `json:"id"`
	Rev    syncing.Rev               `json:"rev"`
	Fields map[string]jsontext.Value `json:"fields"`
}

type shownPlan struct {
	Order syncing.DocID    `json:"order"`
	State care.Arrangement `json:"state"`
	Dates []care.TestDate  `json:"dates"`
}

func (c *listCase) papers(kind string) (list []care.Paper, _ error) {
	for _, d := range c.Documents {
		if d.ID.Type() == kind {
			list = append(list, care.WirePaper(d.ID, d.Rev, d.Fields))
		}
	}
	return list, nil
}

func (c *listCase) comes(t *testing.T) (Page, []shownPlan) {
	t.Helper()
	page, err := List(c.papers, c.Audience, c.Zone, c.Now, c.Days)
	require.NoError(t, err, c.Name)
	plans, err := care.TestPlans(c.papers, c.Now)
	require.NoError(t, err, c.Name)
	shown := []shownPlan{}
	for _, p := range plans {
		shown = append(shown, shownPlan{p.Order, p.State, p.Dates})
	}
	return page, shown
}

func TestTheListsThatEveryClientSharesHold(t *testing.T) {
	data, err := os.ReadFile(listsFile)
	require.NoError(t, err)
	var cases []listCase
	require.NoError(t, json.Unmarshal(data, &cases, json.RejectUnknownMembers(true)))
	require.NotEmpty(t, cases)
	for i := range cases {
		c := &cases[i]
		page, plans := c.comes(t)
		if *rewrite {
			c.Want, c.Tests = page, plans
			continue
		}
		require.Equal(t, c.Want, page, c.Name)
		require.Equal(t, c.Tests, plans, c.Name)
	}
	if *rewrite {
		var out bytes.Buffer
		require.NoError(t, json.MarshalWrite(&out, cases, jsontext.WithIndent(" "), json.Deterministic(true)))
		require.NoError(t, os.WriteFile(listsFile, append(out.Bytes(), '\n'), 0o644))
	}
}
