package seal

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tink-crypto/tink-go/v2/tink"

	"satchel/internal/fault"
)

// A slot is 128 bytes, so that it lies within one sector of a disk and is written whole or not at all: version, length of the
// wrapped secret, the wrapped secret, zeros, and a checksum. Slot 0 is the head of the file. Slots are never used twice.
const (
	slotBytes   = 128
	slotVersion = 1
	secretBytes = 32
	sumBytes    = 4
)

// slotsHead begins the file; its last byte is the version of the format.
var slotsHead = []byte("satchel record keys\x01")

// slotBlock is how many slots are made, and made durable, together: a new record waits for none of it.
const slotBlock = 64

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Slot numbers the place of a record's secret in the key folder.
type Slot uint64

// place is what a wrapped secret is bound to, so that one slot's bytes do not open in another.
func (n Slot) place() []byte {
	return binary.BigEndian.AppendUint64([]byte("satchel slot "), uint64(n))
}

// wrapSlot gives the bytes of a slot.
func wrapSlot(by tink.AEAD, n Slot, secret []byte) ([]byte, error) {
	wrapped, err := by.Encrypt(secret, n.place())
	if err != nil {
		return nil, err
	}
	if 2+len(wrapped)+sumBytes > slotBytes {
		return nil, fmt.Errorf("a wrapped secret has %d bytes", len(wrapped))
	}
	b := append([]byte{slotVersion, byte(len(wrapped))}, wrapped...)
	b = append(b, make([]byte, slotBytes-sumBytes-len(b))...)
	return binary.BigEndian.AppendUint32(b, crc32.Checksum(b, castagnoli)), nil
}

// unwrapSlot gives the secret in a slot. A zeroed slot is ErrErased; anything else that does not open is Corrupt.
func unwrapSlot(by tink.AEAD, n Slot, b []byte) ([]byte, error) {
	if bytes.Equal(b, make([]byte, slotBytes)) {
		return nil, erased()
	}
	body, sum := b[:slotBytes-sumBytes], binary.BigEndian.Uint32(b[slotBytes-sumBytes:])
	length := int(body[1])
	if crc32.Checksum(body, castagnoli) != sum || body[0] != slotVersion || 2+length > len(body) {
		return nil, corrupt(fmt.Errorf("slot %d of the record keys is torn or damaged", n))
	}
	secret, err := by.Decrypt(body[2:2+length], n.place())
	if err == nil && len(secret) != secretBytes {
		err = fmt.Errorf("a secret has %d bytes", len(secret))
	}
	if err != nil {
		return nil, corrupt(fmt.Errorf("slot %d of the record keys does not open: %w", n, err))
	}
	return secret, nil
}

// freshSlot is a slot with a secret that nobody knows.
func freshSlot(by tink.AEAD, n Slot) ([]byte, error) {
	secret := make([]byte, secretBytes)
	if _, err := rand.Read(secret); err != nil {
		return nil, err
	}
	return wrapSlot(by, n, secret)
}

// rewrapped is a slot with its secret wrapped anew; as it is, if it holds none.
func rewrapped(by tink.AEAD, n Slot, b []byte) ([]byte, error) {
	secret, err := unwrapSlot(by, n, b)
	if err != nil {
		return b, nil
	}
	return wrapSlot(by, n, secret)
}

// slots is where the wrapped secrets of records lie. Its methods are called one at a time, but for bytes.
type slots interface {
	// bytes reads a slot.
	bytes(n Slot) ([]byte, error)
	// extend makes a block of fresh slots, and returns their numbers when they are durable.
	extend(by tink.AEAD) ([]Slot, error)
	// erase zeroes a slot. When it returns nil the secret is gone from here, for good.
	erase(n Slot) error
	// has says whether there is such a slot, erased or not.
	has(n Slot) (bool, error)
	// rewrap wraps all secrets by the primary key. What is erased stays erased, and what does not open is carried over as it is: it must not keep the
	// others under an old key. What it gives takes the place of these slots.
	rewrap(by tink.AEAD) (slots, error)
	// adopt puts a slot of the same keys in its place; settle makes durable what was adopted.
	adopt(n Slot, b []byte) error
	settle() error
	// each reads all slots in their order.
	each(do func(n Slot, b []byte) error) error
	close() error
}

// fileSlots is the file of record secrets in a key folder.
type fileSlots struct {
	dir  string
	file *os.File
	end  Slot // the first that was never written
}

func openSlots(dir string) (*fileSlots, error) {
	f, err := os.OpenFile(filepath.Join(dir, slotsName), os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Wrap(err, fault.Corrupt, "seal.Open", "The key folder is not complete.")
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.Forbidden, "seal.Open", "The key folder cannot be written by this user: each new record has a key there. Start the program as its owner, on a disk that can be written.")
	}
	head := make([]byte, slotBytes)
	if _, err := f.ReadAt(head, 0); err != nil || !bytes.HasPrefix(head, slotsHead) {
		return nil, errors.Join(fault.Wrap(fmt.Errorf("%s does not begin as one of this version: %w", slotsName, err),
			fault.Unsupported, "seal.Open", "The record keys are damaged, or were written by a newer version of the program."), f.Close())
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &fileSlots{dir: dir, file: f, end: Slot((info.Size() + slotBytes - 1) / slotBytes)}, nil
}

// emptySlots is a file without a slot.
func emptySlots() []byte {
	return append(bytes.Clone(slotsHead), make([]byte, slotBytes-len(slotsHead))...)
}

func (s *fileSlots) bytes(n Slot) ([]byte, error) {
	b := make([]byte, slotBytes)
	if n == 0 {
		return nil, corrupt(errors.New("a record names slot 0"))
	}
	if _, err := s.file.ReadAt(b, int64(n)*slotBytes); err != nil {
		if errors.Is(err, io.EOF) {
			err = fmt.Errorf("slot %d lies beyond the record keys: the key folder is older than the data folder, or not its own", n)
		}
		return nil, corrupt(err)
	}
	return b, nil
}

func (s *fileSlots) adopt(n Slot, b []byte) error {
	s.end = max(s.end, n+1)
	_, err := s.file.WriteAt(b, int64(n)*slotBytes)
	return err
}

func (s *fileSlots) settle() error { return s.file.Sync() }

func (s *fileSlots) has(n Slot) (bool, error) { return n > 0 && n < s.end, nil }

func (s *fileSlots) close() error { return s.file.Close() }

// extend writes a block of fresh slots behind the last.
func (s *fileSlots) extend(by tink.AEAD) ([]Slot, error) {
	first := s.end
	var block []byte
	var made []Slot
	for n := first; n < first+slotBlock; n++ {
		b, err := freshSlot(by, n)
		if err != nil {
			return nil, err
		}
		block, made = append(block, b...), append(made, n)
	}
	s.end += slotBlock // whatever happens: what may lie on disk is not used for another secret
	if _, err := s.file.WriteAt(block, int64(first)*slotBytes); err != nil {
		return nil, err
	}
	return made, s.file.Sync()
}

func (s *fileSlots) erase(n Slot) error {
	if n == 0 || n >= s.end {
		return fmt.Errorf("there is no slot %d", n)
	}
	if _, err := s.file.WriteAt(make([]byte, slotBytes), int64(n)*slotBytes); err != nil {
		return err
	}
	return s.file.Sync()
}

// rewrap writes all slots into a new file and moves it in. Meanwhile the old one is read.
func (s *fileSlots) rewrap(by tink.AEAD) (slots, error) {
	f, err := create(filepath.Join(s.dir, slotsName+".new"))
	if err != nil {
		return nil, err
	}
	if err := s.rewrapTo(by, f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	if err := moveIn(s.dir, slotsName); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &fileSlots{dir: s.dir, file: f, end: s.end}, nil
}

func (s *fileSlots) rewrapTo(by tink.AEAD, to *os.File) error {
	if _, err := to.WriteAt(emptySlots(), 0); err != nil {
		return err
	}
	if err := s.each(func(n Slot, b []byte) error {
		b, err := rewrapped(by, n, b)
		if err == nil {
			_, err = to.WriteAt(b, int64(n)*slotBytes)
		}
		return err
	}); err != nil {
		return err
	}
	return to.Sync()
}

func (s *fileSlots) each(do func(n Slot, b []byte) error) error {
	for n := Slot(1); n < s.end; n++ {
		b, err := s.bytes(n)
		if err == nil {
			err = do(n, b)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
