package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"satchel/internal/fault"
	"satchel/internal/flock"
	syncing "satchel/sync"
)

// openedMax is how many records' keys stay opened in memory: twice this at most.
const openedMax = 4096

// slotsLow is when a new block of slots is made, before the last one is gone.
const slotsLow = slotBlock / 4

// Keys are the keys of one key folder. It is safe for concurrent use.
type Keys struct {
	dir    string
	blind  []byte
	making sync.Mutex // held while slots are made, erased or rotated; taken before mu
	lock   *os.File   // of making; nil until the first time
	broken error      // of making: a write that may not have reached the disk
	wait   sync.WaitGroup
	shared bool // other nodes make and erase, too

	reading sync.RWMutex // held for reading while a slot is read and opened, so that ring and slots are of one time; taken before mu
	ring    keyring
	slots   slots

	mu      sync.Mutex
	ready   []Slot // made, durable, and nobody's yet
	filling bool   // a block is being made
	opened  generations
	forgot  uint64 // how often something was let go of
}

// opened names a record's key: the same slot gives another record another key.
type opened struct {
	slot   Slot
	record syncing.RecordID
}

// generations are two maps: what is asked for moves to the young one, and when that is full the old one is let go.
type generations struct{ young, old map[opened]cipher.AEAD }

var blindPlace = []byte("satchel blind key")

// Init makes a key folder. One that holds keys already is refused with Conflict.
func Init(dir string) error {
	const op = "seal.Init"
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fault.Wrap(err, fault.Internal, op, "The key folder cannot be made.")
	}
	if _, err := os.Stat(filepath.Join(dir, keysetName)); !errors.Is(err, fs.ErrNotExist) {
		return fault.New(fault.Conflict, op, "There are keys in this folder already. They were left as they are.")
	}
	ring, err := makeKeyring()
	if err != nil {
		return internal(op, err)
	}
	secret := make([]byte, secretBytes)
	if _, err := rand.Read(secret); err != nil {
		return internal(op, err)
	}
	wrapped, err := ring.aead.Encrypt(secret, blindPlace)
	if err != nil {
		return internal(op, err)
	}
	for _, file := range []struct {
		name    string
		content []byte
	}{{slotsName, emptySlots()}, {blindName, wrapped}} {
		if err := replace(dir, file.name, file.content); err != nil {
			return fault.Wrap(err, fault.Internal, op, "The keys cannot be written.")
		}
	}
	// Last, so that a folder with a keyset has all the rest.
	return fault.Wrap(ring.save(dir), fault.Internal, op, "The keys cannot be written.")
}

// Open opens a key folder. The faults: NotFound (no keys here), Forbidden (not readable, or readable by others), Unsupported, Corrupt.
func Open(dir string) (*Keys, error) {
	k, err := openKeys(dir)
	if err != nil {
		return nil, err
	}
	file, err := openSlots(dir)
	if err != nil {
		return nil, err
	}
	k.slots = file
	return k, nil
}

// OpenShared opens a key folder of which every node has a copy, with the secrets of records where all nodes share them. The faults are those of Open.
func OpenShared(dir string, secrets Secrets) (*Keys, error) {
	k, err := openKeys(dir)
	if err != nil {
		return nil, err
	}
	k.slots, k.shared = sharedSlots{secrets}, true
	return k, nil
}

// openKeys opens what a key folder holds beside the secrets of records.
func openKeys(dir string) (*Keys, error) {
	const op = "seal.Open"
	info, err := os.Stat(filepath.Join(dir, keysetName))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fault.Wrap(err, fault.NotFound, op, "There are no keys in this folder. If this is a new installation, make them with init; without its keys a store cannot be read.")
	case err != nil:
		return nil, fault.Wrap(err, fault.Forbidden, op, "The key folder cannot be read by this user.")
	case info.Mode().Perm()&0o077 != 0:
		return nil, fault.New(fault.Forbidden, op, "The wrapping keys can be read by other users of this machine. Make the file readable by its owner alone (mode 0600).")
	}
	ring, err := loadKeyring(dir)
	if err != nil {
		return nil, fault.Wrap(err, fault.Corrupt, op, "The wrapping keys cannot be read.")
	}
	wrapped, err := os.ReadFile(filepath.Join(dir, blindName))
	if err != nil {
		return nil, fault.Wrap(err, fault.Corrupt, op, "The key folder is not complete.")
	}
	blind, err := ring.aead.Decrypt(wrapped, blindPlace)
	if err != nil {
		return nil, fault.Wrap(err, fault.Corrupt, op, "The key folder is damaged, or its files are not of one folder.")
	}
	k := &Keys{dir: dir, blind: blind, ring: ring}
	k.opened.forget()
	return k, nil
}

// Close lets go of the files.
func (k *Keys) Close() error {
	k.wait.Wait()
	k.making.Lock()
	defer k.making.Unlock()
	k.mu.Lock()
	defer k.mu.Unlock()
	k.opened.forget()
	err := k.slots.close()
	if k.lock != nil {
		err = errors.Join(err, k.lock.Close())
	}
	return err
}

// Blind hides a value that an index must find again: 32 bytes that nobody without the key folder can make or guess from. The
// purpose keeps indexes apart. Rotation does not change it.
func (k *Keys) Blind(purpose string, value []byte) []byte {
	h := hmac.New(sha256.New, k.blind)
	h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(purpose))))
	h.Write([]byte(purpose))
	h.Write(value)
	return h.Sum(nil)
}

// key opens a record's key.
func (k *Keys) key(slot Slot, record syncing.RecordID) (cipher.AEAD, error) {
	at := opened{slot, record}
	k.mu.Lock()
	key, forgot := k.opened.get(at), k.forgot
	k.mu.Unlock()
	if key != nil {
		return key, nil
	}
	secret, err := k.secret(slot)
	if err != nil {
		return nil, err
	}
	if key, err = recordKey(secret, record); err != nil {
		return nil, internal("seal.key", err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.forgot == forgot {
		k.opened.put(at, key)
	}
	return key, nil
}

// secret reads a slot and opens it.
func (k *Keys) secret(slot Slot) ([]byte, error) {
	k.reading.RLock()
	defer k.reading.RUnlock()
	b, err := k.slots.bytes(slot)
	if err != nil {
		return nil, err
	}
	return unwrapSlot(k.ring.aead, slot, b)
}

// recordKey binds a slot's secret to its record: a row that names another record's slot opens nothing.
func recordKey(secret []byte, record syncing.RecordID) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, secret, nil, "satchel record key 1"+string(record.UUID[:]), 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

func (g *generations) forget() {
	g.young, g.old = map[opened]cipher.AEAD{}, map[opened]cipher.AEAD{}
}

func (g *generations) get(at opened) cipher.AEAD {
	if key := g.young[at]; key != nil {
		return key
	}
	key := g.old[at]
	if key != nil {
		g.put(at, key)
	}
	return key
}

func (g *generations) put(at opened, key cipher.AEAD) {
	if len(g.young) >= openedMax {
		g.young, g.old = map[opened]cipher.AEAD{}, g.young
	}
	g.young[at] = key
}

// drop forgets all keys of a slot.
func (g *generations) drop(slot Slot) {
	for _, m := range []map[opened]cipher.AEAD{g.young, g.old} {
		for at := range m {
			if at.slot == slot {
				delete(m, at)
			}
		}
	}
}

// hold takes the folder for making, erasing and rotating. Another process that has it is refused, not waited for.
func (k *Keys) hold(op string) error {
	if k.broken != nil {
		return internal(op, k.broken)
	}
	if k.lock != nil || k.shared {
		return nil
	}
	f, err := os.OpenFile(filepath.Join(k.dir, lockName), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return internal(op, err)
	}
	if err := flock.Take(f, flock.Moment); err != nil {
		return errors.Join(fault.Wrap(err, fault.Conflict, op, "Another process is changing this key folder. Stop it first."), f.Close())
	}
	k.lock = f
	return nil
}
