package server

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"satchel/internal/fault"
)

// A backup that nobody has put back is a hope. A drill puts one back beside the installation, reads all of it, and throws it away.

const (
	drillName    = "drill.json"
	drillVersion = 1
)

// drilled is when a drill last ended well.
type drilled struct {
	V        int    `json:"v"`
	At       int64  `json:"at"` // ms
	Sequence uint64 `json:"sequence"`
	Records  int    `json:"records"`
}

// Drill restores a backup with a copy of the key folder into a scratch folder, verifies it whole and opens it, as would be done after
// the loss of this machine. The installation is not touched, and may be running; c.Data is not read. When it ends well, that is noted
// in the key folder. What it made is removed.
func Drill(ctx context.Context, c Config, scratch string, backup io.Reader, keyFile []byte) (report *RestoreReport, err error) {
	const op = "server.Drill"
	folder, err := os.MkdirTemp(scratch, "satchel-drill-")
	if err != nil {
		return nil, fault.Wrap(err, fault.Forbidden, op, "There is no room for a drill. Name a folder with as much room as the data folder takes.")
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	there := c
	there.Data, there.Keys = filepath.Join(folder, "data"), filepath.Join(folder, "keys")
	if err := copyKeys(there.Keys, c.Keys); err != nil {
		return nil, fault.Wrap(err, fault.Forbidden, op, "The key folder cannot be copied.")
	}
	if err := ownAlone(there.Keys); err != nil {
		return nil, fault.Wrap(err, fault.Internal, op, "The copy of the key folder cannot be kept from others.")
	}
	if report, err = Restore(ctx, there, backup, keyFile); err != nil {
		return nil, err
	}
	if err := there.useRestored(ctx); err != nil {
		return nil, err
	}
	c.fillIn()
	text, err := json.Marshal(drilled{V: drillVersion, At: c.nowMs(), Sequence: report.Sequence, Records: report.Records})
	if err != nil {
		return nil, err
	}
	return report, fault.Wrap(writeAtomic(filepath.Join(c.Keys, drillName), append(text, '\n')), fault.Internal, op, "The drill went well, and that cannot be noted in the key folder.")
}

// ownAlone makes the files of a copied folder readable by their owner alone; copying does not keep that.
func ownAlone(folder string) error {
	entries, err := os.ReadDir(folder)
	for _, entry := range entries {
		err = errors.Join(err, os.Chmod(filepath.Join(folder, entry.Name()), 0o600))
	}
	return errors.Join(err, os.Chmod(folder, 0o700))
}

// useRestored opens what was restored as a start would, closes it, and verifies what that left.
func (c Config) useRestored(ctx context.Context) error {
	s, err := Open(ctx, c)
	if err != nil {
		return err
	}
	if err := s.Close(); err != nil {
		return err
	}
	found, err := Verify(ctx, c)
	if err == nil && len(found.Problems) > 0 {
		err = fault.Wrap(errors.New(found.Problems[0]), fault.Corrupt, "server.Drill", "The backup was restored, and what came of it is not whole. Take another backup and find out why.")
	}
	return err
}

// neverDrilled is the age of the last drill where there was none.
const neverDrilled = -1

// drillAge is how long ago a drill last ended well, in seconds.
func (c Config) drillAge() float64 {
	text, err := os.ReadFile(filepath.Join(c.Keys, drillName))
	var last drilled
	if err != nil || json.Unmarshal(text, &last) != nil || last.V != drillVersion {
		return neverDrilled
	}
	return (time.Duration(c.nowMs()-last.At) * time.Millisecond).Seconds()
}

// RotateKeys puts a new wrapping key in the place of the old one of a stopped installation. What was wrapped is wrapped anew; rows and
// backups stay readable, with the new key folder. Interrupted, it is finished by running it again.
func RotateKeys(ctx context.Context, c Config) error {
	if err := c.onOneMachine("server.RotateKeys"); err != nil {
		return err
	}
	s, err := Open(ctx, c) // whoever serves has the old key in memory: its lock refuses us
	if err != nil {
		return err
	}
	return errors.Join(s.keys.Rotate(), s.Close())
}

// copyKeys copies the key folder of an installation that may be running, which replaces files there at any time: a file that is being written,
// under its name and .new, belongs to nobody yet, and may be gone before it is read.
func copyKeys(to, from string) error {
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(to, 0o700); err != nil {
		return err
	}
	for _, e := range entries {
		if !e.Type().IsRegular() || strings.HasSuffix(e.Name(), freshSuffix) {
			continue
		}
		content, err := os.ReadFile(filepath.Join(from, e.Name()))
		if err == nil {
			err = os.WriteFile(filepath.Join(to, e.Name()), content, 0o600)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
