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

// slots is the file of record secrets.
type slots struct {
	file *os.File
	end  Slot // the first that was never written
}

func openSlots(dir string) (*slots, error) {
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
	return &slots{file: f, end: Slot((info.Size() + slotBytes - 1) / slotBytes)}, nil
}

// emptySlots is a file without a slot.
func emptySlots() []byte {
	return append(bytes.Clone(slotsHead), make([]byte, slotBytes-len(slotsHead))...)
}

func (s *slots) bytes(n Slot) ([]byte, error) {
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

// extend writes a block of fresh slots behind the last, and returns their numbers when they are on disk.
func (s *slots) extend(by tink.AEAD) ([]Slot, error) {
	first := s.end
	var block []byte
	var made []Slot
	for n := first; n < first+slotBlock; n++ {
		secret := make([]byte, secretBytes)
		if _, err := rand.Read(secret); err != nil {
			return nil, err
		}
		b, err := wrapSlot(by, n, secret)
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

// erase zeroes a slot. When it returns nil the secret is gone from the file, for good.
func (s *slots) erase(n Slot) error {
	if n == 0 || n >= s.end {
		return fmt.Errorf("there is no slot %d", n)
	}
	if _, err := s.file.WriteAt(make([]byte, slotBytes), int64(n)*slotBytes); err != nil {
		return err
	}
	return s.file.Sync()
}

// rewrap writes all slots into a new file, wrapped by the primary key. What is erased stays erased, and what does not open is
// carried over as it is: it must not keep the others under an old key.
func (s *slots) rewrap(by tink.AEAD, to *os.File) error {
	if _, err := to.WriteAt(emptySlots(), 0); err != nil {
		return err
	}
	for n := Slot(1); n < s.end; n++ {
		b, err := s.bytes(n)
		if err != nil {
			return err
		}
		if secret, err := unwrapSlot(by, n, b); err == nil {
			if b, err = wrapSlot(by, n, secret); err != nil {
				return err
			}
		}
		if _, err := to.WriteAt(b, int64(n)*slotBytes); err != nil {
			return err
		}
	}
	return to.Sync()
}
