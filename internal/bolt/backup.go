package bolt

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"slices"

	"go.etcd.io/bbolt"

	"satchel/internal/fault"
)

// A backup is: backupMagic, life (16 bytes), sequence (8), number of pages (8), the pages, and the SHA-256 of all before it. Free
// pages are zeros. Its values are sealed as they were.
const backupMagic = "satchel backup\x00\x01" // the last byte is the version

const backupHead = len(backupMagic) + 16 + 8 + 8

// Taken says what a backup holds.
type Taken struct {
	Life     [16]byte // of the store it was taken from
	Sequence uint64   // every commit up to this one is in it
	Bytes    int64    // of the whole backup
	SHA256   [sha256.Size]byte
}

// Backup writes a consistent copy of the store while others go on reading and writing. w must be a local file: pages that the
// copy still needs are not used again until it ends, so a slow w makes the data file grow. Every page is compared with its sum on
// the way, so that damage is not copied over the last good backup: then the fault is Corrupt, and what was written is no backup.
func (s *Store) Backup(ctx context.Context, w io.Writer) (Taken, error) {
	now, err := s.Sequence()
	if err != nil {
		return Taken{}, err
	}
	if err := s.MarkTaken(ctx, now); err != nil && !fault.Is(err, fault.Full) { // a full disk is when a backup is needed most
		return Taken{}, err
	}
	return s.copyOut(ctx, w)
}

// Unread says that Open did not compare the pages of a large file with their sums.
func (s *Store) Unread() bool { return s.unread }

// Scrub reads every page in use and compares it with its sum. A store that runs for months should be scrubbed now and then: Open
// looked at each page once, or at none of a large file.
func (s *Store) Scrub(ctx context.Context) error {
	_, err := s.copyOut(ctx, io.Discard)
	return err
}

// snapshot is one commit, with the sums of its pages.
type snapshot struct {
	tx    *bbolt.Tx
	sum   []uint32
	free  []uint64
	taken Taken
	pages uint64
}

// hold begins a snapshot between two commits, when transaction and sums speak of the same.
func (s *Store) hold(ctx context.Context) (*snapshot, error) {
	var h *snapshot
	err := s.submit(ctx, &request{between: func() error {
		tx, err := s.db.Begin(false)
		if err != nil {
			return beginFailed("bolt.Backup", err)
		}
		h = &snapshot{tx: tx, sum: slices.Clone(s.sums.sum), free: slices.Clone(s.sums.free), pages: s.sums.at.pages}
		h.taken = Taken{Life: s.life, Sequence: s.sequence(tx), Bytes: int64(backupHead) + int64(h.pages)*pageSize + sha256.Size}
		return nil
	}})
	return h, err
}

func (s *Store) copyOut(ctx context.Context, w io.Writer) (Taken, error) {
	const op = "bolt.Backup"
	h, err := s.hold(ctx)
	if err != nil {
		return Taken{}, err
	}
	defer func() { _ = h.tx.Rollback() }()
	sum := sha256.New()
	out := io.MultiWriter(w, sum)
	head := append([]byte(backupMagic), s.life[:]...)
	head = binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(head, h.taken.Sequence), h.pages)
	if _, err := out.Write(head); err != nil {
		return Taken{}, fault.Wrap(err, fault.Internal, op, "The backup cannot be written.")
	}
	checked := &checkedPages{ctx: ctx, w: out, sum: h.sum, free: h.free}
	if _, err := h.tx.WriteTo(checked); err != nil {
		return Taken{}, fault.Wrap(err, checked.code(), op, "The backup was not finished.")
	}
	h.taken.SHA256 = [sha256.Size]byte(sum.Sum(nil))
	if _, err := w.Write(h.taken.SHA256[:]); err != nil {
		return Taken{}, fault.Wrap(err, fault.Internal, op, "The backup cannot be written.")
	}
	return h.taken, nil
}

// checkedPages passes a data file on, page by page, if each page in use has its sum.
type checkedPages struct {
	ctx    context.Context
	w      io.Writer
	sum    []uint32
	free   []uint64
	id     uint64
	page   []byte // of a page that has not fully come
	broken bool
}

func (c *checkedPages) code() fault.Code {
	switch {
	case c.broken:
		return fault.Corrupt
	case c.ctx.Err() != nil:
		return fault.Busy
	default:
		return fault.Internal
	}
}

func (c *checkedPages) Write(b []byte) (int, error) {
	n := len(b)
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	for len(b) > 0 {
		part := min(len(b), pageSize-len(c.page))
		c.page, b = append(c.page, b[:part]...), b[part:]
		if len(c.page) < pageSize {
			break
		}
		if err := c.pass(); err != nil {
			return 0, err
		}
		c.page, c.id = c.page[:0], c.id+1
	}
	return n, nil
}

// pass hands one page on. The metas are the copy's own; what lies on free pages is nobody's.
func (c *checkedPages) pass() error {
	switch {
	case len(c.free) > 0 && c.free[0] == c.id:
		c.free = c.free[1:]
		clear(c.page)
	case c.id >= metaPages && (c.id >= uint64(len(c.sum)) || c.sum[c.id] != sumOf(c.page)):
		c.broken = true
		return damage{int64(c.id), "this page differs from its sum"}
	}
	_, err := c.w.Write(c.page)
	return err
}

// CheckBackup reads a backup to its end and says what it holds. The faults: Corrupt (damaged or cut short), Unsupported (of a
// newer version). It does not open values: restore into an empty folder and Verify for that.
func CheckBackup(r io.Reader) (Taken, error) { return readBackup(r, io.Discard) }

// readBackup passes the data file in a backup on. What was passed on counts only if the error is nil.
func readBackup(r io.Reader, w io.Writer) (Taken, error) {
	const op = "bolt.CheckBackup"
	cut := func(err error) error {
		return fault.Wrap(err, fault.Corrupt, op, "The backup is damaged or was cut short. Take another one.")
	}
	sum := sha256.New()
	in := io.TeeReader(r, sum)
	head := make([]byte, backupHead)
	if _, err := io.ReadFull(in, head); err != nil {
		return Taken{}, cut(err)
	}
	if !bytes.HasPrefix(head, []byte(backupMagic)) {
		return Taken{}, fault.New(fault.Unsupported, op, "This is not a backup, or one of a newer version of the program.")
	}
	numbers := head[len(backupMagic)+16:]
	t := Taken{Life: [16]byte(head[len(backupMagic):]), Sequence: binary.BigEndian.Uint64(numbers)}
	pages := binary.BigEndian.Uint64(numbers[8:])
	if pages > 1<<40 {
		return Taken{}, cut(fmt.Errorf("%d pages", pages))
	}
	t.Bytes = int64(backupHead) + int64(pages)*pageSize + sha256.Size
	if _, err := io.CopyN(w, in, int64(pages)*pageSize); err != nil {
		return Taken{}, cut(err)
	}
	return t, cut(t.readSum(r, sum))
}

// readSum compares the sum at the end, which must be the end.
func (t *Taken) readSum(r io.Reader, sum hash.Hash) error {
	sum.Sum(t.SHA256[:0])
	rest, err := io.ReadAll(io.LimitReader(r, sha256.Size+1))
	if err == nil && !bytes.Equal(rest, t.SHA256[:]) {
		err = errors.New("the sum at the end differs")
	}
	return err
}

// Restore makes the store of an empty folder out of a backup. It begins a new life: phones learn that what they had acknowledged
// may be gone, and marks of earlier backups are forgotten. A folder that holds a store is refused with Conflict; a backup that is
// damaged leaves nothing behind.
func Restore(dir string, r io.Reader) (Taken, error) {
	const op = "bolt.Restore"
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return Taken{}, fault.Wrap(err, fault.Internal, op, "The data folder cannot be made.")
	}
	lock, err := lockFolder(dir)
	if err != nil {
		return Taken{}, err
	}
	defer lock.Close()
	if err := vacant(dir); err != nil {
		return Taken{}, err
	}
	fresh := filepath.Join(dir, dataName+".new")
	taken, err := unpack(fresh, r)
	if err != nil {
		return Taken{}, errors.Join(err, os.Remove(fresh))
	}
	if err := beginLife(fresh); err != nil {
		return Taken{}, fault.Wrap(err, fault.Corrupt, op, "The backup holds no store that this program can read.")
	}
	return taken, fault.Wrap(moveIn(dir, fresh), fault.Internal, op, "The store cannot be moved into its place.")
}

func unpack(path string, r io.Reader) (Taken, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return Taken{}, fault.Wrap(err, fault.Internal, "bolt.Restore", "The data folder cannot be written.")
	}
	taken, err := readBackup(r, f)
	return taken, errors.Join(err, f.Close())
}

func beginLife(path string) (err error) {
	defer caught("bolt.Restore", &err)
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{PageSize: pageSize, FreelistType: bbolt.FreelistMapType, Timeout: lockWait})
	if err != nil {
		return err
	}
	return errors.Join(db.Update(func(tx *bbolt.Tx) error {
		m := tx.Bucket(metaBucket)
		if m == nil {
			return errors.New("no bucket of ours")
		}
		return newLife(m)
	}), db.Close())
}
