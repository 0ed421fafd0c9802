package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"

	"satchel/internal/fault"
	"satchel/internal/instrument"
)

// Keys for rules are PEM files (PKCS #8 and PKIX), so that other tools can make and read them too.
const (
	privateBlock = "PRIVATE KEY"
	publicBlock  = "PUBLIC KEY"
	publicSuffix = ".pub"
)

// rulesKey makes a key pair.
type rulesKey struct {
	File string `arg:"" type:"path" help:"Where the private key goes; the public one goes beside it, with .pub behind its name."`
}

func (c *rulesKey) Run(t *terminal) error {
	const op = "main.rulesKey"
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return err
	}
	open, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return err
	}
	for _, file := range []struct {
		name string
		mode os.FileMode
		text []byte
	}{
		{c.File, 0o600, pem.EncodeToMemory(&pem.Block{Type: privateBlock, Bytes: secret})},
		{c.File + publicSuffix, 0o644, pem.EncodeToMemory(&pem.Block{Type: publicBlock, Bytes: open})},
	} {
		if err := writeNew(file.name, file.text, file.mode); errors.Is(err, fs.ErrExist) {
			return fault.Wrap(err, fault.Conflict, op, "There is a file of this name already. It was left as it is.")
		} else if err != nil {
			return fault.Wrap(err, fault.Forbidden, op, "The key cannot be written there.")
		}
	}
	t.printf("Made a key for rules, %s.\n  private: %s   keep it with the safety officer, on no server\n  public:  %s   give it to satchel init --rules-key\n",
		instrument.KeyID(public), c.File, c.File+publicSuffix)
	return nil
}

// writeNew writes a file that must not be there yet.
func writeNew(name string, text []byte, mode os.FileMode) error {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Sync(), f.Close())
}

func readPublicKey(name string) (ed25519.PublicKey, error) {
	const op, said = "main.readPublicKey", "This is not the public key of a key pair for rules."
	der, err := readBlock(name, publicBlock)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, op, said)
	}
	key, err := x509.ParsePKIXPublicKey(der)
	if public, ok := key.(ed25519.PublicKey); ok && err == nil {
		return public, nil
	}
	return nil, errors.Join(fault.New(fault.Invalid, op, said), err)
}

func readPrivateKey(name string) (ed25519.PrivateKey, error) {
	const op, said = "main.readPrivateKey", "This is not the private key of a key pair for rules."
	info, err := os.Stat(name)
	if err != nil {
		return nil, fault.Wrap(err, fault.NotFound, op, "The private key is not there, or cannot be read by this user.")
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fault.New(fault.Forbidden, op, "The private key can be read by other users of this machine. Make the file readable by its owner alone (mode 0600).")
	}
	der, err := readBlock(name, privateBlock)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, op, said)
	}
	key, err := x509.ParsePKCS8PrivateKey(der)
	if private, ok := key.(ed25519.PrivateKey); ok && err == nil {
		return private, nil
	}
	return nil, errors.Join(fault.New(fault.Invalid, op, said), err)
}

func readBlock(name, kind string) ([]byte, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil || block.Type != kind {
		return nil, errors.New("there is no PEM block of the kind " + kind)
	}
	return block.Bytes, nil
}
