package server

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/postgres/pgtest"
	"satchel/sync/replica"
)

// What a round costs on PostgreSQL is how often the two have to speak: a phone's session is read in two exchanges, and the round itself asks for all
// documents that it changes at once, for no row twice, and for nothing that it has just written.
func TestARoundOnPostgreSQLIsFewExchanges(t *testing.T) {
	t.Parallel()
	const rounds, most = 20, 16 // a follower may speak meanwhile
	var folder, database string
	_, err := fmt.Sscanf(pgtest.Database(t), "host=%s user=postgres dbname=%s", &folder, &database)
	require.NoError(t, err)
	between := pgtest.NewCutter(t, folder, database, 1<<30, 0)
	c := configIn(t.TempDir())
	c.Data, c.Store, c.Connections = "", between.URL(), 1
	c.FollowEvery, c.WitnessEvery = time.Hour, time.Hour // nothing else asks
	require.NoError(t, Init(t.Context(), c, nil))
	s := opened(t, c)
	w := peopled(t, s)
	p := newPhone(t, s, w.ada, w.record)
	stop := running(t, s)
	p.base = s.Base()
	notes := []replica.Change{message("first"), message("second")}
	round := func(n int) {
		for i := range 3 {
			p.write(t, message(fmt.Sprintf("new %d %d", n, i)))
		}
		for _, note := range notes {
			p.write(t, replica.Change{Doc: note.Doc, Set: fields("text", fmt.Sprintf("changed %d", n))})
		}
		require.NoError(t, p.sync(t.Context()))
	}
	for _, note := range notes {
		p.write(t, note)
	}
	for n := range 10 { // statements are prepared once
		round(n)
	}
	before := between.Exchanges()
	for n := range rounds {
		round(10 + n)
	}
	each := float64(between.Exchanges()-before) / rounds
	t.Logf("%.1f exchanges a round", each)
	require.LessOrEqual(t, each, float64(most))
	require.NoError(t, stop())
}
