package server

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"filippo.io/age"
	"golang.org/x/sys/unix"

	"satchel/internal/bolt"
	"satchel/internal/fault"
)

// recipientsMax is how many keys a backup may be encrypted to.
const recipientsMax = 16

// BackupReport says what a backup holds.
type BackupReport struct {
	Path     string `json:"path"`
	Bytes    int64  `json:"bytes"`    // of the encrypted file
	Sequence uint64 `json:"sequence"` // every commit up to this one is in it, and counts as safe from now on
}

// Backup writes an encrypted copy of the store while others go on, reads it back from the disk, and then tells phones that what
// it holds is safe. The path should lie on another machine: safe means that it survives the loss of this one. It is encrypted to
// age recipients (age1...), whose keys this machine should not have, and to a key that is made for this backup and forgotten when
// it was read back. The keys of the records are not in it.
func (s *Server) Backup(ctx context.Context, path string, recipients []string) (*BackupReport, error) {
	const op = "server.Backup"
	if err := s.config.onOneMachine(op); err != nil {
		return nil, err
	}
	to, err := parseRecipients(recipients)
	if err != nil {
		return nil, err
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Wrap(errors.Join(err, fs.ErrExist), fault.Conflict, op, "There is a file at the backup's place already, or the place cannot be read. Name another one.")
	}
	reader, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, op, "There is no chance to be had from this machine.")
	}
	fresh := path + ".new"
	taken, err := s.writeBackup(ctx, fresh, append(to, reader.Recipient()))
	if err == nil {
		err = readBack(fresh, reader, taken)
	}
	if err == nil {
		err = fault.Wrap(moveBackup(fresh, path), fault.Internal, op, "The backup cannot be moved into its place.")
	}
	if err != nil {
		if gone := os.Remove(fresh); !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
		return nil, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, op, "The backup is gone again.")
	}
	return &BackupReport{Path: path, Bytes: info.Size(), Sequence: taken.Sequence}, s.file.MarkSafe(ctx, taken.Sequence)
}

func parseRecipients(texts []string) ([]age.Recipient, error) {
	const op = "server.parseRecipients"
	if len(texts) == 0 || len(texts) > recipientsMax {
		return nil, fault.New(fault.Invalid, op, "Name 1 to 16 recipients: a backup is never written in clear. age-keygen makes a key and shows its recipient.")
	}
	var list []age.Recipient
	for _, text := range texts {
		recipient, err := age.ParseX25519Recipient(text)
		if err != nil {
			return nil, fault.Wrap(err, fault.Invalid, op, "A recipient looks like age1... and is shown by age-keygen.")
		}
		list = append(list, recipient)
	}
	return list, nil
}

func (s *Server) writeBackup(ctx context.Context, path string, to []age.Recipient) (taken bolt.Taken, err error) {
	const op = "server.writeBackup"
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return taken, fault.Wrap(err, fault.Forbidden, op, "The backup cannot be written there.")
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	buffered := bufio.NewWriterSize(f, 1<<20)
	sealed, err := age.Encrypt(buffered, to...)
	if err != nil {
		return taken, fault.Wrap(err, fault.Internal, op, "The backup cannot be encrypted.")
	}
	if taken, err = s.file.Backup(ctx, sealed); err != nil {
		return taken, err
	}
	return taken, fault.Wrap(errors.Join(sealed.Close(), buffered.Flush(), f.Sync()), fault.Full, op, "The backup cannot be written: is there room?")
}

// readBack reads the file from its disk, not from memory, and compares it with what was taken.
func readBack(path string, with age.Identity, taken bolt.Taken) error {
	const op, text = "server.readBack", "The backup was written and could not be read back. It does not count; look at the disk it lies on."
	f, err := os.Open(path)
	if err != nil {
		return fault.Wrap(err, fault.Internal, op, text)
	}
	defer f.Close()
	_ = unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_DONTNEED) // where it cannot be had, memory will do
	plain, err := age.Decrypt(bufio.NewReaderSize(f, 1<<20), with)
	if err != nil {
		return fault.Wrap(err, fault.Internal, op, text)
	}
	found, err := bolt.CheckBackup(plain)
	if err != nil {
		return err
	}
	if found.SHA256 != taken.SHA256 || found.Sequence != taken.Sequence {
		return fault.New(fault.Corrupt, op, text)
	}
	return nil
}

func moveBackup(fresh, path string) error {
	if err := os.Rename(fresh, path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// BackUp backs an installation up, by its running server if there is one.
func BackUp(ctx context.Context, c Config, path string, recipients []string) (*BackupReport, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if _, err := parseRecipients(recipients); err != nil {
		return nil, err
	}
	r, running, err := c.order(ctx, order{BackupTo: path, Recipients: recipients})
	if running {
		return r.Backup, err
	}
	s, err := Open(ctx, c)
	if err != nil {
		return nil, err
	}
	done, err := s.Backup(ctx, path, recipients)
	return done, errors.Join(err, s.Close())
}

// decrypted opens an encrypted backup with the operator's key file.
func decrypted(backup io.Reader, keyFile []byte) (io.Reader, error) {
	const op = "server.decrypted"
	identities, err := age.ParseIdentities(bytes.NewReader(keyFile))
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, op, "This is not a key file of age: it holds lines like AGE-SECRET-KEY-1...")
	}
	plain, err := age.Decrypt(bufio.NewReaderSize(backup, 1<<20), identities...)
	var wrong *age.NoIdentityMatchError
	if errors.As(err, &wrong) {
		return nil, fault.Wrap(err, fault.Forbidden, op, "The backup was encrypted to another key than this one.")
	}
	return plain, fault.Wrap(err, fault.Corrupt, op, "This is not an encrypted backup, or it is damaged.")
}
