package bolt

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"

	"go.etcd.io/bbolt"
)

// damage is what is wrong with a data file, in words for operators. A page of -1 is the file as a whole.
type damage struct {
	page int64
	what string
}

func (d damage) Error() string {
	if d.page < 0 {
		return d.what
	}
	return fmt.Sprintf("page %d: %s", d.page, d.what)
}

// file is a data file that was looked at before bbolt sees it.
type file struct {
	data  *os.File
	size  int64
	read  pages
	whole [metaPages]bool
	at    meta
	free  []uint64
}

// examine reads what bbolt would trust blindly. An error is damage.
func examine(data *os.File) (*file, error) {
	info, err := data.Stat()
	if err != nil {
		return nil, err
	}
	f := &file{data: data, size: info.Size(), read: fromFile(data, info.Size())}
	if f.size < 4*pageSize {
		return nil, damage{-1, fmt.Sprintf("the data file has %d bytes; a store has at least %d", f.size, 4*pageSize)}
	}
	if f.at, f.whole, err = newest(f.read); err != nil {
		return nil, damage{-1, err.Error()}
	}
	if uint64(f.size)/pageSize < f.at.pages {
		return nil, damage{-1, fmt.Sprintf("the data file was cut off: it has %d pages of %d", f.size/pageSize, f.at.pages)}
	}
	if f.free, err = freeOf(f.read, f.at, nil); err != nil {
		return nil, damage{int64(f.at.freelist), err.Error()}
	}
	return f, nil
}

// catchUp brings sums that were saved at an older commit up to the file: by the rows of the commits between, and for the very
// last commit by taking the pages that it wrote as they are (nothing else says what they should be). Each other page in use is
// compared, unless that is left for later. found is called for each that differs; an error is one that makes going on meaningless.
func (s *sums) catchUp(f *file, later bool, found func(damage)) error {
	if s.saved > f.at.txid {
		return damage{-1, fmt.Sprintf("the store is %d transactions behind its page sums: its newest root was lost, or an older data file was put in its place", s.saved-f.at.txid)}
	}
	if s.saved+1 < f.at.txid {
		if err := s.readRows(f); err != nil {
			return err
		}
	}
	s.compareMetas(f, found)
	compare := s.comparePages
	if later {
		compare = s.adoptPages
	}
	err := compare(f, found)
	s.at, s.free = f.at, f.free
	return err
}

// readRows applies the rows of the commits after the saved one, up to the last but one.
func (s *sums) readRows(f *file) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer caught("bolt.Open", &err)
	db, err := bbolt.Open(f.data.Name(), 0o600, &bbolt.Options{ReadOnly: true, Timeout: lockWait})
	if err != nil {
		return err
	}
	defer db.Close()
	return db.View(func(tx *bbolt.Tx) error {
		rows := tx.Bucket(sumsBucket)
		if rows == nil {
			return errRow
		}
		for txid := s.saved + 1; txid < f.at.txid; txid++ {
			d, err := parseRow(rows.Get(rowKey(txid)), f.at.pages)
			if err == nil && d.txid != txid {
				err = fmt.Errorf("the sums of transaction %d are gone: another program wrote to the file", txid)
			}
			if err != nil {
				return errors.Join(damage{-1, err.Error()})
			}
			s.apply(d)
		}
		return nil
	})
}

// compareMetas: the sums of the two meta pages were saved with the header; they are those of the file if no commit came after.
func (s *sums) compareMetas(f *file, found func(damage)) {
	if s.saved != f.at.txid {
		return // bbolt's own checksum has vouched for the newest
	}
	for id := range uint64(metaPages) {
		page, err := f.read(id, 1)
		if err != nil || sumOf(page) != s.metas[id] {
			found(damage{int64(id), "this root differs from its sum"})
		}
	}
}

func (s *sums) comparePages(f *file, found func(damage)) error {
	free := s.unused(f)
	return walk(f.data, metaPages, f.at.pages, func(id uint64, page []byte) error {
		if free(id) {
			return nil
		}
		switch want, known := s.expects(id); {
		case !known:
			s.adopt(f, id, page, found)
		case sumOf(page) != want:
			found(damage{int64(id), "this page differs from its sum"})
		}
		return nil
	})
}

// adoptPages is comparePages for the pages that have no sum yet; it reads no others.
func (s *sums) adoptPages(f *file, found func(damage)) error {
	free := s.unused(f)
	for id := uint64(metaPages); id < f.at.pages; id++ {
		if free(id) {
			continue
		}
		if _, known := s.expects(id); known {
			continue
		}
		page, err := f.read(id, 1)
		if err != nil {
			return err
		}
		s.adopt(f, id, page, found)
	}
	return nil
}

// unused is asked of each page in turn whether it is free, and notes that it is.
func (s *sums) unused(f *file) func(id uint64) bool {
	free := f.free
	return func(id uint64) bool {
		if len(free) == 0 || free[0] != id {
			return false
		}
		free = free[1:]
		if _, used := s.expects(id); used {
			s.set(id, s.sum[id], false)
		}
		return true
	}
}

// adopt takes a page without a sum as it is, if the last commit can have written it.
func (s *sums) adopt(f *file, id uint64, page []byte, found func(damage)) {
	if s.saved == f.at.txid {
		found(damage{int64(id), "this page is in use and has no sum"})
		return
	}
	s.set(id, sumOf(page), true)
}

// sumsOf makes the sums of a data file that is known to be good, because it was just made or its hash was checked.
func sumsOf(dataPath, sumsPath string) error {
	data, err := os.Open(dataPath)
	if err != nil {
		return err
	}
	defer data.Close()
	f, err := examine(data)
	if err != nil {
		return err
	}
	out, err := os.OpenFile(sumsPath, os.O_CREATE|os.O_TRUNC|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	s := &sums{file: out, units: map[uint64]struct{}{}, at: f.at}
	if s.life, err = lifeOf(dataPath); err == nil {
		err = s.comparePages(f, func(damage) {})
	}
	if err == nil {
		err = s.saveForSure(f.read)
	}
	return errors.Join(err, out.Close())
}

// lifeOf reads the name of this life of the store out of a data file.
func lifeOf(dataPath string) (life [16]byte, err error) {
	db, err := bbolt.Open(dataPath, 0o600, &bbolt.Options{ReadOnly: true, Timeout: lockWait})
	if err != nil {
		return life, err
	}
	err = db.View(func(tx *bbolt.Tx) error {
		row := tx.Bucket(metaBucket).Get(lifeRow)
		if len(row) != len(life) {
			return fmt.Errorf("the store has no life")
		}
		life = [16]byte(row)
		return nil
	})
	return life, errors.Join(err, db.Close())
}
