package bolt

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"go.etcd.io/bbolt"

	"satchel/internal/fault"
	syncing "satchel/sync"
)

// Init makes an empty store in a folder, which it makes too if it is not there. A folder that holds a store already is refused
// with Conflict. The store is made beside its place and moved in when it is whole and on disk: a power cut leaves all or nothing.
func Init(dir string) error {
	const op = "bolt.Init"
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fault.Wrap(err, fault.Internal, op, "The data folder cannot be made.")
	}
	lock, err := lockFolder(dir)
	if err != nil {
		return err
	}
	defer lock.Close()
	if err := vacant(dir); err != nil {
		return err
	}
	fresh := filepath.Join(dir, dataName+".new")
	if err := makeEmpty(fresh); err != nil {
		return fault.Wrap(err, fault.Internal, op, "The store cannot be made.")
	}
	return fault.Wrap(moveIn(dir, fresh), fault.Internal, op, "The store cannot be moved into its place.")
}

// vacant refuses a folder that holds a store, whatever its state.
func vacant(dir string) error {
	_, err := os.Stat(filepath.Join(dir, dataName))
	switch {
	case err == nil:
		return fault.New(fault.Conflict, "bolt.Init", "There is a store in this folder already. It was left as it is.")
	case errors.Is(err, fs.ErrNotExist):
		return nil
	default:
		return fault.Wrap(err, fault.Internal, "bolt.Init", "The data folder cannot be read.")
	}
}

// makeEmpty writes a bbolt file with the buckets that a store begins with, and nothing in them.
func makeEmpty(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err // left behind by an Init that did not end
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{PageSize: pageSize, FreelistType: bbolt.FreelistMapType, Timeout: lockWait})
	if err != nil {
		return err
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		for _, name := range firstBuckets() {
			if _, err := tx.CreateBucket(name); err != nil {
				return fmt.Errorf("bucket %q: %w", name, err)
			}
		}
		meta := tx.Bucket(metaBucket)
		if err := meta.Put(formatRow, []byte{formatVersion}); err != nil {
			return err
		}
		return newLife(meta)
	})
	return errors.Join(err, db.Close())
}

func firstBuckets() [][]byte {
	names := [][]byte{metaBucket, sumsBucket}
	for _, table := range syncing.Tables {
		names = append(names, tableBucket(table))
	}
	return names
}

// newLife names this life of the store, and forgets which backups an earlier one had.
func newLife(meta *bbolt.Bucket) error {
	life := make([]byte, 16)
	if _, err := rand.Read(life); err != nil {
		return err
	}
	return errors.Join(meta.Put(lifeRow, life), meta.Delete(takenRow), meta.Delete(safeRow))
}

// moveIn makes the sums of a finished data file and moves both into place, the data file last: where it lies, all is there.
func moveIn(dir, fresh string) error {
	freshSums := filepath.Join(dir, sumsName+".new")
	if err := sumsOf(fresh, freshSums); err != nil {
		return err
	}
	for _, name := range []string{fresh, freshSums} {
		if err := syncPath(name); err != nil {
			return err
		}
	}
	if err := os.Rename(freshSums, filepath.Join(dir, sumsName)); err != nil {
		return err
	}
	if err := os.Rename(fresh, filepath.Join(dir, dataName)); err != nil {
		return err
	}
	return syncPath(dir)
}

// syncPath makes a file, or the names in a folder, outlive a power cut.
func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
