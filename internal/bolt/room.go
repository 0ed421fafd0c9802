package bolt

import (
	"errors"

	"golang.org/x/sys/unix"
)

// What is kept of a disk for updates that are needed: a share of it, within bounds.
const (
	roomShare = 16 // one part in so many
	roomMin   = 128 << 10
	roomMax   = 64 << 20
)

var errScarce = errors.New("what is left of the disk is kept for signing in and for ending an access")

// scarce reports whether the disk has so little room left that only what is needed may take it. It asks the disk each time: others
// write to it as well, and when there is room again everything goes on by itself. A disk that cannot be asked is tried.
func (s *Store) scarce() bool {
	var disk unix.Statfs_t
	if err := unix.Fstatfs(int(s.data.Fd()), &disk); err != nil {
		return false
	}
	return leaves(int64(disk.Blocks)*disk.Bsize, int64(disk.Bavail)*disk.Bsize)
}

// leaves reports whether of a disk of so many bytes, so many of them free, no more is left than is kept.
func leaves(all, free int64) bool { return free < min(max(all/roomShare, roomMin), roomMax) }
