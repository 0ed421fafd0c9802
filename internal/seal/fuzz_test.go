package seal

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"os"
	"path/filepath"
	"testing"

	"satchel/internal/cost"
	syncing "satchel/sync"
)

const keyFileBytesMax = 64 << 10

// FuzzSlot reads a slot of the record keys, its checksum made to fit so that what it says is looked at: only what was wrapped for
// this place opens.
func FuzzSlot(f *testing.F) {
	ring, err := makeKeyring()
	if err != nil {
		f.Fatal(err)
	}
	secret := bytes.Repeat([]byte{7}, secretBytes)
	good, err := wrapSlot(ring.aead, 5, secret)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good[:slotBytes-sumBytes])
	f.Add(make([]byte, slotBytes-sumBytes))
	f.Add(append([]byte{slotVersion, 0xff}, good[2:slotBytes-sumBytes]...))
	f.Fuzz(func(t *testing.T, body []byte) {
		body = append(bytes.Clone(body), make([]byte, slotBytes)...)[:slotBytes-sumBytes]
		slot := binary.BigEndian.AppendUint32(body, crc32.Checksum(body, castagnoli))
		cost.Bound(t, slotBytes, func() {
			if read, err := unwrapSlot(ring.aead, 5, slot); err == nil && !bytes.Equal(read, secret) {
				t.Fatal("a secret that nobody wrapped")
			}
			if _, err := unwrapSlot(ring.aead, 6, slot); err == nil {
				t.Fatal("a slot opens in another's place")
			}
		})
	})
}

// FuzzSealedValue opens values of a record: only what was sealed for this key and place opens.
func FuzzSealedValue(f *testing.F) {
	dir := f.TempDir()
	if err := Init(dir); err != nil {
		f.Fatal(err)
	}
	keys, err := Open(dir)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = keys.Close() })
	slot, err := keys.claim()
	if err != nil {
		f.Fatal(err)
	}
	record := syncing.RecordID{UUID: syncing.UUID{1}}
	key, err := keys.key(slot, record)
	if err != nil {
		f.Fatal(err)
	}
	words, place := []byte("words"), rowPlace(nil, syncing.TableDocuments, record, []byte("note/x"))
	row := sealed(key, []byte{envelopeVersion}, words, place)
	head := binary.BigEndian.AppendUint64([]byte{envelopeVersion}, uint64(slot))
	entry := sealed(key, head, words, indexPlace("due", record, []byte("k")))
	for _, value := range [][]byte{row, entry, {}, {envelopeVersion}, head, append(head, row[1:]...), binary.BigEndian.AppendUint64([]byte{envelopeVersion}, 1<<63)} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value []byte) {
		if len(value) > keyFileBytesMax {
			return
		}
		cost.Bound(t, keyFileBytesMax, func() {
			if read, err := unsealed(key, rowHead, value, place); err == nil && !bytes.Equal(read, words) {
				t.Fatal("a row that nobody sealed")
			}
			e := syncing.IndexEntry{Record: record, Key: []byte("k"), Value: value}
			if err := keys.openEntry("due", &e); err == nil && !bytes.Equal(e.Value, words) {
				t.Fatal("an entry that nobody sealed")
			}
		})
	})
}

// FuzzKeyFile puts anything into the place of the wrapping keys, the record keys or the blinding key: the folder opens or is refused
// in a sentence, and never with another blinding key than the one that was made.
func FuzzKeyFile(f *testing.F) {
	dir := f.TempDir()
	if err := Init(dir); err != nil {
		f.Fatal(err)
	}
	names, whole := []string{keysetName, slotsName, blindName}, map[string][]byte{}
	for i, name := range names {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			f.Fatal(err)
		}
		whole[name] = content
		f.Add(byte(i), content)
		f.Add(byte(i), content[:len(content)/2])
	}
	f.Add(byte(0), []byte(`{"primaryKeyId":1,"key":[{"keyData":null,"keyId":1}]}`))
	keys, err := Open(dir)
	if err != nil {
		f.Fatal(err)
	}
	blind := keys.Blind("x", []byte("y"))
	if err := keys.Close(); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, which byte, content []byte) {
		if len(content) > keyFileBytesMax {
			return
		}
		for i, name := range names {
			text := whole[name]
			if i == int(which)%len(names) {
				text = content
			}
			if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		cost.Bound(t, keyFileBytesMax, func() {
			k, err := Open(dir)
			if err != nil {
				return
			}
			defer func() { _ = k.Close() }()
			if !bytes.Equal(k.Blind("x", []byte("y")), blind) {
				t.Fatal("the folder opens with another blinding key")
			}
		})
	})
}
