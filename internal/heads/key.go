package heads

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"satchel/internal/fault"
)

// keyName is what the key is called in each signature.
const keyName = "satchel"

// publicEnd is the end of the name of the file that says how to check signatures. It is for everybody.
const publicEnd = ".pub"

// LoadKey reads the key at path; with make it makes one where there is none. Fault: NotFound.
func LoadKey(path string, random io.Reader, mayMake bool) (*Key, error) {
	const op, text = "heads.LoadKey", "The key that signs heads cannot be read."
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if !mayMake {
			return nil, fault.Wrap(err, fault.NotFound, op, "There is no key that signs heads in the key folder.")
		}
		return makeKey(path, random)
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.Forbidden, op, text)
	}
	private, public, _ := strings.Cut(strings.TrimSpace(string(content)), "\n")
	k, err := keyOf(private, public)
	return k, fault.Wrap(err, fault.Corrupt, op, text)
}

func keyOf(private, public string) (*Key, error) {
	signer, err := note.NewSigner(private)
	if err != nil {
		return nil, errors.New("the private key does not have its form") // the cause may quote it
	}
	verifier, err := note.NewVerifier(public)
	return &Key{signer, verifier}, err
}

func makeKey(path string, random io.Reader) (*Key, error) {
	const op, text = "heads.makeKey", "The key that signs heads cannot be made."
	private, public, err := note.GenerateKey(random, keyName)
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, op, text)
	}
	err = errors.Join(writeFresh(path+publicEnd, public+"\n"), writeFresh(path, private+"\n"+public+"\n"))
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, op, text)
	}
	return keyOf(private, public)
}

// writeFresh leaves the whole file or none.
func writeFresh(path, content string) error {
	fresh := path + ".new"
	f, err := os.OpenFile(fresh, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(content)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(fresh, path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
