package server

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
)

// A page that the disk forgot while the server ran is found by the next scrub, said in the log and counted.
func TestAPageThatRotsWhileTheServerRunsIsFound(t *testing.T) {
	t.Parallel()
	c := installed(t)
	var log bytes.Buffer
	c.Log = slog.New(slog.NewTextHandler(&log, nil))
	s := opened(t, c)
	peopled(t, s)
	require.NoError(t, s.scrub(t.Context()))
	require.Equal(t, map[string]float64{"whole": 1}, scrubs(t, s))
	require.Empty(t, log.String())

	require.Equal(t, fault.Corrupt, fault.CodeOf(rot(t, s)))
	require.InDelta(t, 1, scrubs(t, s)["damaged"], 0)
	require.Contains(t, log.String(), "satchel verify")
	require.NotContains(t, log.String(), "Synthetic")
	require.NoError(t, s.Close())
}

// scrubs is the metric, by result.
func scrubs(t *testing.T, s *Server) map[string]float64 {
	t.Helper()
	families, err := s.metrics.registry.Gather()
	require.NoError(t, err)
	found := map[string]float64{}
	for _, family := range families {
		if family.GetName() != "satchel_scrubs_total" {
			continue
		}
		for _, m := range family.GetMetric() {
			found[m.GetLabel()[0].GetValue()] = m.GetCounter().GetValue()
		}
	}
	return found
}

// rot turns a byte round in page after page from the end, until the scrub meets one that is in use.
func rot(t *testing.T, s *Server) error {
	t.Helper()
	name := filepath.Join(s.config.Data, "satchel.db")
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	require.NoError(t, err)
	defer func() { require.NoError(t, f.Close()) }()
	size, err := f.Seek(0, 2)
	require.NoError(t, err)
	const page, metas = 4096, 2
	for at := size - page/2; at > metas*page; at -= page {
		one := make([]byte, 1)
		_, err := f.ReadAt(one, at)
		require.NoError(t, err)
		one[0] ^= 1
		_, err = f.WriteAt(one, at)
		require.NoError(t, err)
		if err := s.scrub(t.Context()); err != nil {
			return err
		}
	}
	return nil
}
