package mobileapi

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/sync"
)

func TestAPhoneEnrolsWritesAndReadsOverTCP(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	note := "note/" + p.fresh().String()
	ph := p.phone(p.patient)
	got, _ := ph.sync(set(note, map[string]any{"text": "Bring the blue folder"}))
	require.Nil(t, got.Error)
	require.Equal(t, syncing.Applied, got.Outcomes[0].Status, got.Outcomes[0].Detail)
	require.NotEmpty(t, got.Digest)

	other, _ := p.phone(p.caregiver).sync()
	require.True(t, other.Reset)
	require.Len(t, other.Changes, 1, "a caregiver sees the schedule, and a note is part of it")
	require.Equal(t, note, string(other.Changes[0].Doc))
}

func TestTheSameBatchTwiceIsOneEffectAndOneAnswer(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	ph := p.phone(p.patient)
	m := set("note/"+p.fresh().String(), map[string]any{"text": "once"})
	first, _ := ph.sync(m)
	ph.n, ph.cursor = 0, nil
	again, _ := ph.sync(m)
	require.Equal(t, first.Outcomes, again.Outcomes)
	require.Equal(t, first.Digest, again.Digest)
}
