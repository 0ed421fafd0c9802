package bolt

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"hash/fnv"
	"io"
	"os"
)

// What bbolt 1.5 writes, as far as the sums need it: a page begins with id (8 bytes), flags (2), count (2), overflow (4); pages 0
// and 1 hold the two metas, each naming the freelist and the first page beyond the file's used part. Numbers are in the order of
// the machine's bytes.
const (
	pageHead     = 16
	metaFlag     = 0x04
	freelistFlag = 0x10
	metaMagic    = 0xED0CDAED
	metaVersion  = 2
	metaBytes    = 56        // what a meta's checksum covers
	countMany    = 1<<16 - 1 // the freelist's count lies in its first entry
	noFreelist   = 1<<64 - 1
	metaPages    = 2
)

var order = binary.NativeEndian

// meta is one of the two roots of the file: what the commit txid left.
type meta struct {
	txid     uint64
	freelist uint64 // page of the list of free pages
	pages    uint64 // pages from here on were never used
}

// parseMeta reads a meta page; false if it is torn, flipped, or none of ours.
func parseMeta(page []byte) (meta, bool) {
	if len(page) < pageHead+metaBytes+8 || order.Uint16(page[8:])&metaFlag == 0 {
		return meta{}, false
	}
	b := page[pageHead:]
	sum := fnv.New64a()
	sum.Write(b[:metaBytes])
	ok := order.Uint32(b) == metaMagic && order.Uint32(b[4:]) == metaVersion && order.Uint32(b[8:]) == pageSize &&
		order.Uint64(b[metaBytes:]) == sum.Sum64()
	return meta{freelist: order.Uint64(b[32:]), pages: order.Uint64(b[40:]), txid: order.Uint64(b[48:])}, ok
}

// pages reads count pages from id on. The bytes are lent until the next call.
type pages func(id, count uint64) ([]byte, error)

// fromFile reads pages of a file of a known size, so that nothing beyond its end is asked for.
func fromFile(f io.ReaderAt, size int64) pages {
	var buf []byte
	return func(id, count uint64) ([]byte, error) {
		if id+count > uint64(size)/pageSize || id+count < id {
			return nil, fmt.Errorf("pages %d to %d lie beyond the end of the file", id, id+count)
		}
		if n := count * pageSize; uint64(len(buf)) < n {
			buf = make([]byte, n)
		}
		_, err := f.ReadAt(buf[:count*pageSize], int64(id)*pageSize)
		return buf[:count*pageSize], err
	}
}

// newest picks the meta that counts, as bbolt does, and says which of the two are whole.
func newest(read pages) (m meta, whole [metaPages]bool, err error) {
	var found bool
	for i := range whole {
		page, err := read(uint64(i), 1)
		if err != nil {
			return m, whole, err
		}
		var one meta
		one, whole[i] = parseMeta(page)
		if whole[i] && (!found || one.txid > m.txid) {
			m, found = one, true
		}
	}
	if !found {
		return m, whole, fmt.Errorf("neither of the two meta pages is whole")
	}
	return m, whole, nil
}

// freeOf lists the pages that a commit does not use, in order, appended to free.
func freeOf(read pages, m meta, free []uint64) ([]uint64, error) {
	if m.freelist == noFreelist {
		return nil, fmt.Errorf("the list of free pages was not written")
	}
	page, err := read(m.freelist, 1)
	if err != nil {
		return nil, err
	}
	if order.Uint64(page) != m.freelist || order.Uint16(page[8:]) != freelistFlag {
		return nil, fmt.Errorf("page %d is not the list of free pages", m.freelist)
	}
	count, at := uint64(order.Uint16(page[10:])), uint64(pageHead)
	if count == countMany {
		count, at = order.Uint64(page[pageHead:]), pageHead+8
	}
	if count > m.pages {
		return nil, fmt.Errorf("the list of free pages names %d of %d", count, m.pages)
	}
	if page, err = read(m.freelist, (at+count*8+pageSize-1)/pageSize); err != nil {
		return nil, err
	}
	last := uint64(metaPages - 1)
	for ; count > 0; count, at = count-1, at+8 {
		id := order.Uint64(page[at:])
		if id <= last || id >= m.pages {
			return nil, fmt.Errorf("the list of free pages names page %d after %d, of %d", id, last, m.pages)
		}
		free, last = append(free, id), id
	}
	return free, nil
}

// difference compares two ordered lists.
func difference(a, b []uint64) (onlyA, onlyB []uint64) {
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] == b[0]:
			a, b = a[1:], b[1:]
		case a[0] < b[0]:
			onlyA, a = append(onlyA, a[0]), a[1:]
		default:
			onlyB, b = append(onlyB, b[0]), b[1:]
		}
	}
	return append(onlyA, a...), append(onlyB, b...)
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// sumOf is the checksum of one page; never 0, which stands for a page not in use. CRC-32C finds every flip of up to three bits in
// a page and every burst up to 32 bits, and is one instruction of the processor.
func sumOf(page []byte) uint32 {
	return max(1, crc32.Checksum(page, castagnoli))
}

// walkBatch is how many pages are read at once when a whole file is walked.
const walkBatch = 256

// walk hands each page from `from` up to `to` to fn. The bytes are lent for the call.
func walk(f *os.File, from, to uint64, fn func(id uint64, page []byte) error) error {
	buf := make([]byte, walkBatch*pageSize)
	for id := from; id < to; id += walkBatch {
		n := min(walkBatch, to-id)
		if _, err := f.ReadAt(buf[:n*pageSize], int64(id)*pageSize); err != nil {
			return fmt.Errorf("reading page %d and on: %w", id, err)
		}
		for i := range n {
			if err := fn(id+i, buf[i*pageSize:(i+1)*pageSize]); err != nil {
				return err
			}
		}
	}
	return nil
}
