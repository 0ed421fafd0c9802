package seal

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// The files of a key folder.
const (
	keysetName = "wrapping.keyset"
	slotsName  = "records.keys"
	blindName  = "blind.key"
	lockName   = "lock"
)

// keyring is the wrapping keyset: it wraps with its primary key and unwraps with any of its keys.
type keyring struct {
	handle *keyset.Handle
	aead   tink.AEAD
}

func newKeyring(h *keyset.Handle) (keyring, error) {
	a, err := aead.New(h)
	return keyring{h, a}, err
}

// makeKeyring makes a keyset of one fresh key.
func makeKeyring() (keyring, error) {
	h, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return keyring{}, err
	}
	return newKeyring(h)
}

// withNewPrimary adds a fresh key and makes it the one that wraps; the others still unwrap.
func (k keyring) withNewPrimary() (keyring, error) {
	m := keyset.NewManagerFromHandle(k.handle)
	id, err := m.Add(aead.AES256GCMKeyTemplate())
	if err != nil {
		return k, err
	}
	if err := m.SetPrimary(id); err != nil {
		return k, err
	}
	h, err := m.Handle()
	if err != nil {
		return k, err
	}
	return newKeyring(h)
}

// primaryOnly drops every key but the one that wraps.
func (k keyring) primaryOnly() (keyring, error) {
	m := keyset.NewManagerFromHandle(k.handle)
	for _, info := range k.handle.KeysetInfo().GetKeyInfo() {
		if info.GetKeyId() == k.handle.KeysetInfo().GetPrimaryKeyId() {
			continue
		}
		if err := m.Delete(info.GetKeyId()); err != nil {
			return k, err
		}
	}
	h, err := m.Handle()
	if err != nil {
		return k, err
	}
	return newKeyring(h)
}

// save puts the keyset in place, whole or not at all. It is in clear: the folder is what keeps it.
func (k keyring) save(dir string) error {
	var b bytes.Buffer
	if err := insecurecleartextkeyset.Write(k.handle, keyset.NewJSONWriter(&b)); err != nil {
		return err
	}
	return replace(dir, keysetName, b.Bytes())
}

func loadKeyring(dir string) (keyring, error) {
	b, err := os.ReadFile(filepath.Join(dir, keysetName))
	if err != nil {
		return keyring{}, err
	}
	h, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(b)))
	if err != nil {
		return keyring{}, err
	}
	return newKeyring(h)
}

// replace writes a small file beside its place and moves it in when it is on disk.
func replace(dir, name string, content []byte) error {
	fresh := filepath.Join(dir, name+".new")
	f, err := create(fresh)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return moveIn(dir, name)
}

// create makes a file for its owner alone, in the place of one that an earlier attempt left.
func create(path string) (*os.File, error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
}

// moveIn puts the finished file name.new in the place of name, durably.
func moveIn(dir, name string) error {
	if err := os.Rename(filepath.Join(dir, name+".new"), filepath.Join(dir, name)); err != nil {
		return err
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
