package bolt

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"satchel/internal/fault"
	"satchel/internal/flock"
)

// lockWait is how long Open waits for another process to let go.
const lockWait = 2 * time.Second

// lockFolder takes the folder for this process; closing the file lets go. It waits lockWait at most.
func lockFolder(dir string) (*os.File, error) {
	const op = "bolt.Open"
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil, missing(err)
	}
	f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, notOurs(err)
	}
	err = flock.Take(f, lockWait)
	switch {
	case err == nil:
		return f, nil
	case !errors.Is(err, unix.EWOULDBLOCK):
		err = notOurs(err)
	default:
		err = fault.Wrap(err, fault.Conflict, op, "Another process has this data folder open. Stop it first; one store is served by one process.")
	}
	return nil, errors.Join(err, f.Close())
}

func missing(cause error) error {
	return fault.Wrap(cause, fault.NotFound, "bolt.Open",
		"There is no store in this folder. If this is a new installation, make one with init; if not, the folder is the wrong one or its files are gone.")
}

// notOurs is a file that this user may not read and write.
func notOurs(cause error) error {
	if errors.Is(cause, fs.ErrPermission) || errors.Is(cause, unix.EROFS) {
		return fault.Wrap(cause, fault.Forbidden, "bolt.Open",
			"The files of the store cannot be written by this user, or the disk is mounted read-only. Run as the user who owns the data folder.")
	}
	return fault.Wrap(cause, fault.Internal, "bolt.Open", "The files of the store cannot be opened.")
}
