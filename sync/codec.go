package syncing

import (
	"encoding/binary"
	"errors"
)

// Rows are kept in a compact form of our own: a version byte, then varints and length-prefixed bytes in a fixed order. An
// old version is read, never written.

// errRow says that a row does not have the form its version promises.
var errRow = errors.New("a stored row does not have its declared form")

// packer appends to a row.
type packer []byte

func (p *packer) byte(b byte)     { *p = append(*p, b) }
func (p *packer) uint(n uint64)   { *p = binary.AppendUvarint(*p, n) }
func (p *packer) int(n int64)     { *p = binary.AppendVarint(*p, n) }
func (p *packer) uuid(u UUID)     { *p = append(*p, u[:]...) }
func (p *packer) string(s string) { p.uint(uint64(len(s))); *p = append(*p, s...) }
func (p *packer) bool(b bool)     { p.byte(byte(b2i(b))) }

// nullable keeps nil apart from empty.
func (p *packer) nullable(b []byte) {
	if b == nil {
		p.uint(0)
		return
	}
	p.uint(uint64(len(b)) + 1)
	*p = append(*p, b...)
}

func (p *packer) epochRevs(list []EpochRev) {
	p.uint(uint64(len(list)))
	for _, er := range list {
		p.string(er.Epoch)
		p.uint(uint64(er.Rev))
	}
}

// unpacker reads a row. The first mistake stays, and everything after it reads as zero.
type unpacker struct {
	rest []byte
	err  error
}

func (u *unpacker) fail() { u.err, u.rest = errRow, nil }

func (u *unpacker) byte() byte {
	if len(u.rest) == 0 {
		u.fail()
		return 0
	}
	b := u.rest[0]
	u.rest = u.rest[1:]
	return b
}

func (u *unpacker) bool() bool { return u.byte() == 1 }

func (u *unpacker) uint() uint64 {
	n, size := binary.Uvarint(u.rest)
	if size <= 0 {
		u.fail()
		return 0
	}
	u.rest = u.rest[size:]
	return n
}

func (u *unpacker) int() int64 {
	n, size := binary.Varint(u.rest)
	if size <= 0 {
		u.fail()
		return 0
	}
	u.rest = u.rest[size:]
	return n
}

// count reads a length of a list whose elements take at least so many bytes each, so that no row can ask for much more memory
// than it has.
func (u *unpacker) count(least int) int {
	n := u.uint()
	if n > uint64(len(u.rest)/least) {
		u.fail()
		return 0
	}
	return int(n)
}

func (u *unpacker) take(n int) []byte {
	if n > len(u.rest) {
		u.fail()
		return nil
	}
	b := u.rest[:n:n]
	u.rest = u.rest[n:]
	return b
}

func (u *unpacker) bytes() []byte  { return u.take(u.count(1)) }
func (u *unpacker) string() string { return string(u.bytes()) }

func (u *unpacker) nullable() []byte {
	n := u.uint()
	if n == 0 || n-1 > uint64(len(u.rest)) {
		if n != 0 {
			u.fail()
		}
		return nil
	}
	return u.take(int(n - 1))
}

func (u *unpacker) uuid() (id UUID) {
	copy(id[:], u.take(16))
	return id
}

func (u *unpacker) epochRevs() []EpochRev {
	n := u.count(2)
	if n == 0 {
		return nil
	}
	list := make([]EpochRev, n)
	for i := range list {
		list[i] = EpochRev{u.string(), Rev(u.uint())}
	}
	return list
}

// done reports the first mistake, or bytes that nobody asked for.
func (u *unpacker) done() error {
	if u.err == nil && len(u.rest) > 0 {
		return errRow
	}
	return u.err
}
