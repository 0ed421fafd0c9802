package bolt

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
)

// The sums of the pages.
//
// bbolt never writes to a page in use: a commit writes pages that were free, then its meta. So the pages that a commit wrote
// are those that its list of free pages names no more, and their sums may be noted after the commit.
//
// They are noted in three places. In memory at once. In the next commit, as a row of sumsBucket: the latest ringRows commits
// are there. And in satchel.sums, in place, every saveEvery commits and at Close. So after a kill or a power cut Open has the
// saved sums of commit M and the rows of M+1 to N-1, and takes only the pages that the very last commit N wrote as it finds
// them. No write in the way of an acknowledgement waits for a sum.
const (
	// saveEvery is how many commits share one writing of satchel.sums.
	saveEvery = 128
	// ringRows is how many commits back the rows reach. A saved header counts for sure only once the next saving is on disk, so
	// it must be more than twice saveEvery.
	ringRows = 512
)

const (
	sumsMagic   = "satsums\x01" // the last byte is the version
	sumsHead    = 4096          // two headers, in sectors of their own, written in turn
	sumsSlot    = 512
	sumsPerUnit = 1024 // sums written together
	unitBytes   = sumsPerUnit * 4
)

// sums knows the sum of every page in use. Only the writer changes it; at says of which commit.
type sums struct {
	file  *os.File
	life  [16]byte
	at    meta
	free  []uint64 // of commit at
	spare []uint64
	sum   []uint32 // by page; a freed page keeps its sum until it is written again, for those who still read it
	used  []bool   // by page

	last   delta               // of commit at, for the row in the next one
	saved  uint64              // txid of the latest header that was written
	synced uint64              // txid of the latest header that is on disk for sure
	slot   int64               // where the next header goes
	units  map[uint64]struct{} // to be saved
	metas  [metaPages]uint32   // sums of the meta pages as of the header that was read
	buffer []byte
}

// delta is what one commit changed.
type delta struct {
	txid    uint64
	written []pageSum
	freed   []uint64
}

type pageSum struct {
	id  uint64
	sum uint32
}

// apply makes the sums those of the delta's commit.
func (s *sums) apply(d delta) {
	for _, w := range d.written {
		s.set(w.id, w.sum, true)
	}
	for _, id := range d.freed {
		s.set(id, s.sum[id], false)
	}
	s.last = d
}

func (s *sums) set(id uint64, sum uint32, used bool) {
	for uint64(len(s.sum)) <= id {
		s.sum, s.used = append(s.sum, 0), append(s.used, false)
	}
	s.sum[id], s.used[id] = sum, used
	s.units[id/sumsPerUnit] = struct{}{}
}

// expects gives the sum that a page must have; ok is false if the page is not in use.
func (s *sums) expects(id uint64) (sum uint32, ok bool) {
	if id >= uint64(len(s.used)) || !s.used[id] {
		return 0, false
	}
	return s.sum[id], true
}

// advance takes in the commit that has just become the newest of the file.
func (s *sums) advance(read pages) error {
	m, _, err := newest(read)
	if err != nil {
		return err
	}
	if m.txid != s.at.txid+1 {
		return fmt.Errorf("transaction %d follows %d: another program writes to the file", m.txid, s.at.txid)
	}
	free, err := freeOf(read, m, s.spare[:0])
	if err != nil {
		return err
	}
	before := s.free
	for id := s.at.pages; id < m.pages; id++ {
		before = append(before, id)
	}
	written, freed := difference(before, free)
	d := delta{txid: m.txid, freed: freed, written: make([]pageSum, len(written))}
	for i, id := range written {
		page, err := read(id, 1)
		if err != nil {
			return err
		}
		d.written[i] = pageSum{id, sumOf(page)}
	}
	s.at, s.free, s.spare = m, free, before
	s.apply(d)
	return nil
}

// row is what the next commit keeps of the latest one, and under which key.
func (s *sums) row() (key, value []byte) {
	value = binary.BigEndian.AppendUint64(nil, s.last.txid)
	value = binary.AppendUvarint(value, uint64(len(s.last.written)))
	last := uint64(0)
	for _, w := range s.last.written {
		value = binary.AppendUvarint(value, w.id-last)
		value = binary.BigEndian.AppendUint32(value, w.sum)
		last = w.id
	}
	value, last = binary.AppendUvarint(value, uint64(len(s.last.freed))), 0
	for _, id := range s.last.freed {
		value, last = binary.AppendUvarint(value, id-last), id
	}
	return rowKey(s.last.txid), binary.BigEndian.AppendUint32(value, crc32.Checksum(value, castagnoli))
}

func rowKey(txid uint64) []byte { return binary.BigEndian.AppendUint16(nil, uint16(txid%ringRows)) }

var errRow = errors.New("a row of page sums is damaged")

// parseRow reads a row back. Ids at or above the file's pages are damage too.
func parseRow(b []byte, pages uint64) (d delta, err error) {
	if len(b) < 12 || crc32.Checksum(b[:len(b)-4], castagnoli) != binary.BigEndian.Uint32(b[len(b)-4:]) {
		return d, errRow
	}
	d.txid, b = binary.BigEndian.Uint64(b), b[8:len(b)-4]
	list := func(take func(id uint64) bool) {
		count, n := binary.Uvarint(b)
		b = b[max(n, 0):]
		for last := uint64(0); n > 0 && count > 0; count-- {
			var step uint64
			if step, n = binary.Uvarint(b); n <= 0 || step >= pages || last+step >= pages {
				break
			}
			b, last = b[n:], last+step
			if !take(last) {
				n = 0
			}
		}
		if n <= 0 || count > 0 {
			err = errRow
		}
	}
	list(func(id uint64) bool {
		if len(b) < 4 {
			return false
		}
		d.written, b = append(d.written, pageSum{id, binary.BigEndian.Uint32(b)}), b[4:]
		return true
	})
	if err == nil {
		list(func(id uint64) bool { d.freed = append(d.freed, id); return true })
	}
	return d, err
}

// save writes what has changed since the last saving. It syncs the sums; the header that makes them count is synced by the next
// saving, or by finish.
func (s *sums) save(read pages) error {
	for unit := range s.units {
		if err := s.writeUnit(unit); err != nil {
			return err
		}
	}
	if err := fdatasync(s.file); err != nil {
		return err
	}
	s.synced = s.saved
	if err := s.writeHead(read); err != nil {
		return err
	}
	clear(s.units)
	return nil
}

// saveForSure is save with the header on disk too when it returns. What was saved already is not written again: a header that a
// killed process wrote may not be on disk yet, but then the rows reach back to the one before it.
func (s *sums) saveForSure(read pages) error {
	if s.saved == s.at.txid && len(s.units) == 0 {
		s.synced = s.saved
		return nil
	}
	if err := s.save(read); err != nil {
		return err
	}
	if err := fdatasync(s.file); err != nil {
		return err
	}
	s.synced = s.saved
	return nil
}

func (s *sums) writeUnit(unit uint64) error {
	s.buffer = s.buffer[:0]
	for id := unit * sumsPerUnit; id < (unit+1)*sumsPerUnit; id++ {
		sum, _ := s.expects(id)
		s.buffer = binary.LittleEndian.AppendUint32(s.buffer, sum)
	}
	_, err := s.file.WriteAt(s.buffer, sumsHead+int64(unit)*unitBytes)
	return err
}

func (s *sums) writeHead(read pages) error {
	head := append([]byte(sumsMagic), s.life[:]...)
	head = binary.LittleEndian.AppendUint64(head, s.at.txid)
	for id := range uint64(metaPages) {
		page, err := read(id, 1)
		if err != nil {
			return err
		}
		s.metas[id] = sumOf(page)
		head = binary.LittleEndian.AppendUint32(head, s.metas[id])
	}
	head = binary.LittleEndian.AppendUint32(head, crc32.Checksum(head, castagnoli))
	if _, err := s.file.WriteAt(head, s.slot*sumsSlot); err != nil {
		return err
	}
	s.saved, s.slot = s.at.txid, 1-s.slot
	return nil
}

// loadSums reads satchel.sums. What it says is of commit s.saved, which may be older than the data file.
func loadSums(f *os.File) (*sums, error) {
	all, err := io.ReadAll(io.NewSectionReader(f, 0, 1<<62))
	if err != nil {
		return nil, err
	}
	s := &sums{file: f, units: map[uint64]struct{}{}}
	found := false
	for slot := range int64(2) {
		if found = s.readHead(all, slot) || found; err != nil {
			return nil, err
		}
	}
	if !found {
		return nil, fmt.Errorf("neither of the two headers is whole")
	}
	s.sum, s.used = make([]uint32, 0, len(all)/4), make([]bool, 0, len(all)/4)
	for all = all[sumsHead:]; len(all) >= 4; all = all[4:] {
		sum := binary.LittleEndian.Uint32(all)
		s.sum, s.used = append(s.sum, sum), append(s.used, sum != 0)
	}
	return s, nil
}

// readHead takes a header in if it is whole and newer than what was read before.
func (s *sums) readHead(all []byte, slot int64) bool {
	const size = len(sumsMagic) + 16 + 8 + 4*metaPages
	if len(all) < sumsHead {
		return false
	}
	head := all[slot*sumsSlot:][:size+4]
	if string(head[:len(sumsMagic)]) != sumsMagic || crc32.Checksum(head[:size], castagnoli) != binary.LittleEndian.Uint32(head[size:]) {
		return false
	}
	txid := binary.LittleEndian.Uint64(head[24:])
	if txid >= s.saved {
		s.life, s.saved, s.slot = [16]byte(head[8:24]), txid, 1-slot
		s.metas = [metaPages]uint32{binary.LittleEndian.Uint32(head[32:]), binary.LittleEndian.Uint32(head[36:])}
	}
	return true
}
