package syncing_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
)

func TestTheActorSystemIsSpelledOut(t *testing.T) {
	t.Parallel()
	got, err := json.Marshal(syncing.SiblingJSON{Value: jsonValue("1"), Rev: 2, At: 3})
	require.NoError(t, err)
	require.JSONEq(t, `{"value":1,"rev":2,"by":"system","at":3}`, string(got))
	var back syncing.SiblingJSON
	require.NoError(t, json.Unmarshal(got, &back))
	require.True(t, back.By.IsZero())
}

func TestOneIdHasOneSpelling(t *testing.T) {
	t.Parallel()
	id := syncing.DerivedUUID("x").String()
	_, err := syncing.ParseDocID("thing/" + id)
	require.NoError(t, err)
	for _, bad := range []string{"", "thing", "thing/", "/" + id, "thing/7", "thing/" + strings.ToUpper(id), "thing/" + strings.ReplaceAll(id, "-", ""), strings.Repeat("t", 65) + "/" + id} {
		_, err := syncing.ParseDocID(bad)
		require.Error(t, err, bad)
	}
}

func TestIdsLogAsTags(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	id := syncing.RecordID{UUID: syncing.DerivedUUID("x")}
	slog.New(slog.NewTextHandler(&out, nil)).Info("m", "record", id)
	require.NotContains(t, out.String(), id.String())
	require.Contains(t, out.String(), "record=")
}
