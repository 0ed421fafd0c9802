package replica_test

import (
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
	"satchel/sync/replica"
)

func TestElementsShowOnceAndInOrderAndTheLastOneTakesTheSetAway(t *testing.T) {
	t.Parallel()
	docs, id := map[syncing.DocID]*replica.Document{}, syncing.NewDocID("note", syncing.DerivedUUID("a"))
	tags := func() string { return string(docs[id].Fields["tags"]) }
	replica.Replay(docs, id, jsontext.Value(`{"add":{"tags":["b","a"]}}`))
	require.Equal(t, `["a","b"]`, tags())
	replica.Replay(docs, id, jsontext.Value(`{"add":{"tags":["b","c"]},"remove":{"tags":["a","never there"]}}`))
	require.Equal(t, `["b","c"]`, tags())
	replica.Replay(docs, id, jsontext.Value(`{"remove":{"tags":["b","c"]}}`))
	require.NotContains(t, docs[id].Fields, "tags")
}
