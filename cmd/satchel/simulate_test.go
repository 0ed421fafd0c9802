package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/ward"
	syncing "satchel/sync"
	"satchel/sync/sim"
)

func simulateInTest(t *testing.T, c *simulateCommand) (out, problems string, err error) {
	t.Helper()
	var told, failed bytes.Buffer
	err = c.Run(&terminal{ctx: t.Context(), out: &told, err: &failed})
	return told.String(), failed.String(), err
}

func TestSimulateSaysThatEverythingHeld(t *testing.T) {
	t.Parallel()
	out, problems, err := simulateInTest(t, &simulateCommand{Seed: 3, Seeds: 1, Steps: 60, Devices: 10})
	require.NoError(t, err)
	require.Empty(t, problems)
	require.Contains(t, out, "simulated: 60 steps, 1 seeds, ")
	require.Contains(t, out, "seed 3: everything held. hash ")
	again, _, err := simulateInTest(t, &simulateCommand{Seed: 3, Seeds: 1, Steps: 60, Devices: 10})
	require.NoError(t, err)
	hash := func(s string) string { return s[strings.Index(s, "hash"):] }
	require.Equal(t, hash(out), hash(again), "the same seed is the same run")
	other, _, err := simulateInTest(t, &simulateCommand{Seed: 3, Seeds: 1, Steps: 60, Devices: 9})
	require.NoError(t, err)
	require.NotEqual(t, hash(out), hash(other))
}

func TestSimulateTellsAFailureAsAShortStory(t *testing.T) {
	t.Parallel()
	forget := sim.Tamper{Response: func(answer *syncing.Response) {
		for i := range answer.Records {
			answer.Records[i].Outcomes = answer.Records[i].Outcomes[:max(0, len(answer.Records[i].Outcomes)-1)]
		}
	}}
	out, problems, err := simulateInTest(t, &simulateCommand{Seed: 1, Seeds: 4, Steps: 200, Shrink: time.Minute, tamper: forget})
	require.ErrorIs(t, err, errSaid)
	require.Contains(t, problems, "failed: seed 1, step ")
	require.Contains(t, out, "4 seeds, ")
	require.Contains(t, out, "4 failures")
	require.Contains(t, out, " of 200 steps. This is what happens:")
	require.Contains(t, out, "ann, a patient, has ann's phone")
	require.Contains(t, out, "Play it again: satchel simulate --seed 1 --steps 200 --devices 0")
	require.Less(t, strings.Count(out, "\n"), storyMost+20, "short enough to be read")
}

func TestSimulateTellsAFailureInAWardAsAShortStory(t *testing.T) {
	t.Parallel()
	forget := ward.Tamper{Response: func(_ syncing.AccountID, _ *syncing.Request, answer *syncing.Response) {
		for i := range answer.Records {
			answer.Records[i].Digest = ""
		}
	}}
	out, problems, err := simulateInTest(t, &simulateCommand{Seed: 1, Seeds: 1, Steps: 100, Ward: true, Shrink: time.Minute, faults: forget})
	require.ErrorIs(t, err, errSaid)
	require.Contains(t, problems, "failed: seed 1, step ")
	require.Contains(t, out, " of 100 steps. This is what happens:")
	require.Contains(t, out, "cara begins the record of ann")
	require.Contains(t, out, "Play it again: satchel simulate --ward --seed 1 --steps 100 --devices 0")
	out, _, err = simulateInTest(t, &simulateCommand{Seed: 1, Seeds: 1, Steps: 100, Ward: true})
	require.NoError(t, err)
	require.Contains(t, out, "seed 1: everything held. hash ")
}

func TestSimulateRefusesWhatNobodyMeans(t *testing.T) {
	t.Parallel()
	for _, c := range []simulateCommand{
		{Seeds: 1},
		{Seeds: 1, Steps: simulatedStepsMost + 1},
		{Seeds: 1, Steps: 1, Devices: -1},
		{Seeds: 1, Steps: 1, Devices: simulatedDevicesMost + 1},
		{Seeds: 2, Steps: 1, Story: true},
	} {
		_, _, err := simulateInTest(t, &c)
		require.ErrorContains(t, err, "--")
	}
}
