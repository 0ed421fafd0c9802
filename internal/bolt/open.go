package bolt

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"go.etcd.io/bbolt"
	"golang.org/x/sys/unix"

	"satchel/internal/fault"
	syncing "satchel/sync"
)

// mapBytes is how much address space the file is mapped into at most at first, so that it grows without waiting for readers:
// remapping is what makes nested or long reads deadlock or stall. Address space is not memory. Where so much is not to be had,
// less is taken.
var mapBytes = []int{16 << 30, 1 << 30, 0}

// Options are the settings of an open store. The zero value serves.
type Options struct {
	// MaxBytes is the size at which the data file stops growing and updates answer Full; 0: as large as the disk.
	MaxBytes int
	// Fatal is called once, at the first write that could not be made durable: what the disk holds is unknown from then on, and
	// the only way to know is to start again. It should end the process and must not return to serve. The default prints one
	// sentence and exits with status 3.
	Fatal func(error)

	// ReadFirst is up to which size of the data file Open compares every page with its sum before anything is read; 0: 2 GiB. With a larger one it takes what is
	// written down for granted, and Unread says so: a Scrub should follow.
	ReadFirst int64

	openFile func(string, int, fs.FileMode) (*os.File, error) // tests put a failing disk underneath
}

// readFirst is Options.ReadFirst by default: about half a second's reading from memory.
const readFirst = 2 << 30

// Open opens the store of a data folder that Init or Restore made. It compares every page in use with its sum before anything
// is read, if the file is not larger than Options.ReadFirst. The faults: NotFound (no store here), Conflict (another process has it open), Forbidden (this user may not write it),
// Unsupported (made by a newer program), Corrupt (damaged; not one row is served), each with a sentence for an operator.
func Open(dir string, options Options) (*Store, error) {
	if options.Fatal == nil {
		options.Fatal = exit
	}
	lock, err := lockFolder(dir)
	if err != nil {
		return nil, err
	}
	s := &Store{options: options, lock: lock, queue: make(chan *request, queueMax), stopped: make(chan struct{})}
	if err := s.open(dir); err != nil {
		s.letGo()
		return nil, err
	}
	go s.run()
	return s, nil
}

func exit(err error) {
	fmt.Fprintln(os.Stderr, "satchel stops: a write could not be made durable. Nothing unwritten was acknowledged. Look at the disk, then start again.", err)
	os.Exit(3)
}

func (s *Store) open(dir string) error {
	if err := s.openSums(dir); err != nil {
		return err
	}
	if err := s.openData(filepath.Join(dir, dataName)); err != nil {
		return err
	}
	if err := s.admit(); err != nil {
		return err
	}
	return s.settle()
}

// openSums looks at both files with our own eyes first.
func (s *Store) openSums(dir string) (err error) {
	if s.data, err = openExisting(filepath.Join(dir, dataName)); err != nil {
		return err
	}
	f, err := examine(s.data)
	if err != nil {
		return damaged(err)
	}
	sumsFile, err := openExisting(filepath.Join(dir, sumsName))
	if fault.Is(err, fault.NotFound) {
		return damaged(damage{-1, "the file of page sums is missing"})
	} else if err != nil {
		return err
	}
	if s.sums, err = loadSums(sumsFile); err != nil {
		return damaged(errors.Join(err, sumsFile.Close()))
	}
	var all []error
	s.unread = f.size > cmp.Or(s.options.ReadFirst, readFirst)
	if err := s.sums.catchUp(f, s.unread, func(d damage) {
		if int(d.page) == int(f.at.txid+1)%metaPages && !f.whole[d.page] {
			s.torn = true // the older root was being written when the power went: nothing was promised, and settle mends it
			return
		}
		all = append(all, d)
	}); err != nil {
		all = append(all, err)
	}
	return damaged(errors.Join(all...))
}

func openExisting(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, missing(err)
	}
	if err != nil {
		return nil, notOurs(err)
	}
	return f, nil
}

func damaged(cause error) error {
	return fault.Wrap(cause, fault.Corrupt, "bolt.Open",
		"The data file is damaged, and nothing in it is served. Keep a copy of the data folder, run verify to see what is damaged, and restore the latest backup.")
}

// openData lets bbolt open the file, which by now is whole.
func (s *Store) openData(path string) (err error) {
	defer caught("bolt.Open", &err)
	for _, size := range mapBytes {
		s.db, err = bbolt.Open(path, 0o600, &bbolt.Options{
			Timeout: lockWait, FreelistType: bbolt.FreelistMapType, InitialMmapSize: size, PageSize: pageSize,
			MaxSize: s.options.MaxBytes, OpenFile: s.options.openFile, NoStatistics: true,
		})
		if !errors.Is(err, unix.ENOMEM) {
			break
		}
	}
	return fault.Wrap(err, fault.Internal, "bolt.Open", "The data file cannot be opened.")
}

// admit reads the format and refuses what this program does not know.
func (s *Store) admit() error {
	return s.db.View(func(tx *bbolt.Tx) error {
		m := tx.Bucket(metaBucket)
		if m == nil {
			return damaged(damage{-1, "this is a bbolt file, but not a store of ours"})
		}
		if v := m.Get(formatRow); len(v) != 1 || v[0] != formatVersion {
			return newer(fmt.Errorf("format %v, known is %d", v, formatVersion))
		}
		if life := m.Get(lifeRow); string(life) != string(s.sums.life[:]) {
			return damaged(damage{-1, "data file and page sums are not of one store"})
		}
		s.life = s.sums.life
		s.base.Store(uint64Of(m.Get(baseRow)))
		s.taken.Store(uint64Of(m.Get(takenRow)))
		s.safe.Store(uint64Of(m.Get(safeRow)))
		return tx.ForEach(func(name []byte, _ *bbolt.Bucket) error {
			if _, ok := tableOf(name); ok || string(name) == string(metaBucket) || string(name) == string(sumsBucket) || strings.HasPrefix(string(name), indexPrefix) {
				return nil
			}
			return newer(fmt.Errorf("table %q", name))
		})
	})
}

func newer(cause error) error {
	return fault.Wrap(cause, fault.Unsupported, "bolt.Open",
		"This store was written by a newer version of the program. It was left as it is; start the newer version.")
}

// settle leaves what follows from a crash behind: sums that lag are saved, a torn root is written over, and tables that a newer
// program has are made.
func (s *Store) settle() error {
	if err := s.window.open(s.data); err != nil {
		return fault.Wrap(err, fault.Internal, "bolt.Open", "The data file cannot be mapped.")
	}
	missing := func(tx *bbolt.Tx) (names [][]byte) {
		for _, table := range syncing.Tables {
			if tx.Bucket(tableBucket(table)) == nil {
				names = append(names, tableBucket(table))
			}
		}
		return names
	}
	tx, err := s.db.Begin(false)
	if err != nil {
		return beginFailed("bolt.Open", err)
	}
	needed := missing(tx)
	if err := tx.Rollback(); err != nil {
		return beginFailed("bolt.Open", err)
	}
	if s.torn || len(needed) > 0 {
		if err := s.commitRaw(func(tx *bbolt.Tx) error {
			var err error
			for _, name := range missing(tx) {
				_, e := tx.CreateBucket(name)
				err = errors.Join(err, e)
			}
			return errors.Join(err, tx.Bucket(metaBucket).Put(formatRow, []byte{formatVersion}))
		}); err != nil {
			return err
		}
	}
	return fault.Wrap(s.sums.saveForSure(s.window.read), fault.Internal, "bolt.Open", "The page sums cannot be written.")
}

// letGo closes what an Open that failed had opened.
func (s *Store) letGo() {
	if s.db != nil {
		_ = s.db.Close()
	}
	if s.sums != nil {
		_ = s.sums.file.Close()
	}
	if s.data != nil {
		_ = s.data.Close()
	}
	s.window.close()
	_ = s.lock.Close()
}
