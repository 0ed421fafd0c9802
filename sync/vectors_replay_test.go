package syncing_test

import (
	"os"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
	"satchel/sync/replica"
)

// replayDocument is a document of a replay vector: as the server gave it, or as the person sees it.
type replayDocument struct {
	Fields   map[string]jsontext.Value   `json:"fields"`
	Siblings map[string][]jsontext.Value `json:"siblings"`
}

type replayVectors struct {
	About  string            `json:"about"`
	Format map[string]string `json:"format"`
	Cases  []struct {
		Name   string                           `json:"name"`
		Given  map[syncing.DocID]replayDocument `json:"given"`
		Outbox []struct {
			Doc    syncing.DocID  `json:"doc"`
			Set    jsontext.Value `json:"set,omitzero"`
			Add    jsontext.Value `json:"add,omitzero"`
			Remove jsontext.Value `json:"remove,omitzero"`
			Delete jsontext.Value `json:"delete,omitzero"`
		} `json:"outbox"`
		Seen map[syncing.DocID]replayDocument `json:"seen"`
	} `json:"cases"`
}

func TestReplayVectors(t *testing.T) {
	t.Parallel()
	body, err := os.ReadFile("testdata/vectors/replay.v1.json")
	require.NoError(t, err)
	var file replayVectors
	require.NoError(t, json.Unmarshal(body, &file, json.RejectUnknownMembers(true)))
	require.NotEmpty(t, file.About)
	require.NotEmpty(t, file.Format)
	require.NotEmpty(t, file.Cases)
	for _, c := range file.Cases {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			docs := map[syncing.DocID]*replica.Document{}
			for id, d := range c.Given {
				docs[id] = &replica.Document{ID: id, Rev: 1, Fields: d.Fields, Siblings: map[string][]syncing.SiblingJSON{}}
				for field, values := range d.Siblings {
					for _, v := range values {
						docs[id].Siblings[field] = append(docs[id].Siblings[field], syncing.SiblingJSON{Value: v})
					}
				}
			}
			for _, m := range c.Outbox {
				body, err := json.Marshal(m)
				require.NoError(t, err)
				replica.Replay(docs, m.Doc, body)
			}
			require.Equal(t, compact(t, c.Seen), compact(t, seenOf(docs)))
		})
	}
}

func seenOf(docs map[syncing.DocID]*replica.Document) map[syncing.DocID]replayDocument {
	seen := map[syncing.DocID]replayDocument{}
	for id, d := range docs {
		siblings := map[string][]jsontext.Value{}
		for field, list := range d.Siblings {
			for _, s := range list {
				siblings[field] = append(siblings[field], s.Value)
			}
		}
		seen[id] = replayDocument{d.Fields, siblings}
	}
	return seen
}

// compact writes documents in one order and without spaces; values stay as they are written.
func compact(t *testing.T, docs map[syncing.DocID]replayDocument) string {
	t.Helper()
	text, err := json.Marshal(docs, json.Deterministic(true))
	require.NoError(t, err)
	v := jsontext.Value(text)
	require.NoError(t, v.Compact())
	return string(v)
}
