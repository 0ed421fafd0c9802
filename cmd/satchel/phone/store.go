package phone

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// The files of a phone's folder. Both hold what only the phone's owner may read.
const (
	databaseName = "database.json"
	settingsName = "phone.json"
	lockName     = "lock"
)

// storage keeps a replica's parts in one file, replaced whole: after a crash all of a step is there or none of it. It implements
// replica.Storage.
type storage struct {
	path  string
	parts map[string][]byte
}

// Load implements replica.Storage.
func (s *storage) Load() (map[string][]byte, error) {
	s.parts = map[string][]byte{}
	text, err := os.ReadFile(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return s.parts, json.Unmarshal(text, &s.parts)
}

// Save implements replica.Storage.
func (s *storage) Save(parts map[string][]byte) error {
	next := make(map[string][]byte, len(s.parts)+len(parts))
	for name, part := range s.parts {
		next[name] = part
	}
	for name, part := range parts {
		next[name] = part
	}
	text, err := json.Marshal(next)
	if err != nil {
		return err
	}
	if err := replace(s.path, text); err != nil {
		return err
	}
	s.parts = next
	return nil
}

// replace puts a file in the place of another, whole and durable, readable by its owner alone.
func replace(path string, content []byte) error {
	fresh := path + ".new"
	f, err := os.OpenFile(fresh, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(fresh, path); err != nil {
		return err
	}
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
