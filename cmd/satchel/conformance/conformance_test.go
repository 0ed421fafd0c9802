package conformance

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheClientInGoConforms(t *testing.T) {
	t.Parallel()
	report, err := Run(t.Context(), Options{Client: NewSpeaker(), Seeds: 30})
	require.NoError(t, err)
	for _, f := range report.Findings {
		t.Error(f)
	}
	t.Log(report.Line())
}
