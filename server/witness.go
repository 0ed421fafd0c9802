package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"satchel/internal/fault"
	ledgerfile "satchel/internal/ledger"
)

const (
	witnessName    = "witness.json"
	freshSuffix    = ".new" // of a file that is being written, until it takes the other's place
	witnessVersion = 1
)

// witness is how far store and ledger had come when somebody looked. It lies beside the keys, so a data folder that was put back
// to an older state says so itself: bbolt would serve it in silence.
type witness struct {
	V        int    `json:"v"`
	Life     string `json:"life"`
	Sequence uint64 `json:"sequence"` // of the store's commits, in this life
	Lines    uint64 `json:"lines"`    // of the ledger
	Last     string `json:"last"`     // sum of its last line
}

// readWitness gives nil if there is none yet.
func readWitness(keys string) (*witness, error) {
	const op, damaged = "server.readWitness", "The witness file in the key folder is damaged. Compare the data folder with its latest backup, then remove the file."
	text, err := os.ReadFile(filepath.Join(keys, witnessName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.Forbidden, op, "The witness file in the key folder cannot be read by this user.")
	}
	var w witness
	if err := json.Unmarshal(text, &w); err != nil {
		return nil, fault.Wrap(err, fault.Corrupt, op, damaged)
	}
	if w.V != witnessVersion {
		return nil, fault.New(fault.Unsupported, op, "The witness file was written by a newer version of the program. Start that one.")
	}
	return &w, nil
}

func (w witness) write(keys string) error {
	w.V = witnessVersion
	text, err := json.Marshal(w)
	if err != nil {
		return err
	}
	return writeAtomic(filepath.Join(keys, witnessName), append(text, '\n'))
}

// testify refuses a store or a ledger that is behind what was once seen of it, or that is not the one it belongs to.
func testify(ctx context.Context, keys string, l *ledger, storeLife string, sequence uint64) error {
	const op = "server.testify"
	present := l.present()
	if present == nil || present.ID != storeLife {
		return fault.New(fault.Conflict, op, "This data folder is not the one that this key folder was last used with. "+
			"If it was copied from elsewhere, use its own key folder; if it is a backup, put it back with restore, so that phones notice.")
	}
	w, err := readWitness(keys)
	if err != nil || w == nil {
		return err
	}
	reaches, err := l.file.Reaches(ctx, ledgerfile.Mark{Lines: w.Lines, Sum: w.Last})
	if err != nil {
		return err
	}
	if !reaches {
		return fault.New(fault.Conflict, op, "The ledger in the key folder is older than it was: ended accesses could come back. Put the newest copy of the key folder in its place.")
	}
	if w.Life == storeLife && sequence < w.Sequence {
		return fault.New(fault.Conflict, op, fmt.Sprintf("The store is %d transactions behind its ledger: an older copy of the data folder was put in its place, "+
			"or its disk lost what it had promised. It is not served as it is. Put a backup back with restore, so that phones notice and hand in again what is missing.", w.Sequence-sequence))
	}
	return nil
}

// writeAtomic replaces a file so that a power cut leaves the old or the new one, whole.
func writeAtomic(path string, content []byte) error {
	fresh := path + freshSuffix
	f, err := os.OpenFile(fresh, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	if _, err := f.Write(content); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(fresh, path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}
