package fault_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
)

var errDisk = errors.New("disk on fire")

func TestTheOutermostFaultSpeaksAndTheCauseStays(t *testing.T) {
	t.Parallel()
	inner := fault.Wrap(errDisk, fault.Full, "bolt.Update", "The disk is full.")
	outer := fmt.Errorf("while syncing: %w", fault.Wrap(inner, fault.Busy, "syncing.Sync", "Please try again."))
	require.Equal(t, fault.Busy, fault.CodeOf(outer))
	require.True(t, fault.Is(outer, fault.Busy))
	require.Equal(t, "Please try again.", fault.TextOf(outer))
	require.ErrorIs(t, outer, errDisk)
	require.Contains(t, outer.Error(), "syncing.Sync")
}

func TestALibrarysErrorTextNeverReachesACaller(t *testing.T) {
	t.Parallel()
	require.Equal(t, fault.Internal, fault.CodeOf(errDisk))
	require.NotContains(t, fault.TextOf(errDisk), "fire")
	require.NotContains(t, fault.TextOf(fault.Wrap(errDisk, fault.Internal, "x.Y", "")), "fire")
}

func TestNoErrorIsNoFault(t *testing.T) {
	t.Parallel()
	require.NoError(t, fault.Wrap(nil, fault.Internal, "x.Y", "text"))
	require.Empty(t, fault.CodeOf(nil))
	require.False(t, fault.Is(nil, fault.Internal))
}

func TestOnlyAFaultThatSaysSoAsksToWait(t *testing.T) {
	t.Parallel()
	require.Equal(t, time.Second, fault.RetryAfterOf(fault.Later(fault.Busy, "x.Y", "Later.", time.Second)))
	require.Zero(t, fault.RetryAfterOf(fault.New(fault.Busy, "x.Y", "Later.")))
	require.Zero(t, fault.RetryAfterOf(errDisk))
}
