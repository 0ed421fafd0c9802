package storetest

import "satchel/sync/storetest/memory"

// Memory is the store without a disk, for the tests of every room.
type Memory = memory.Store

// Snapshot is a state of a Memory.
type Snapshot = memory.Snapshot

// NewMemory makes an empty store.
func NewMemory() *Memory { return memory.New() }
