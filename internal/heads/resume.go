package heads

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"

	"golang.org/x/mod/sumdb/tlog"

	"satchel/internal/fault"
)

// edgeSuffix is behind the name of a log: the file of its edge.
const edgeSuffix = ".edge"

// edge is what a log needs to go on without being read: how long it was, and the hashes from which its root follows.
type edge struct {
	Bytes  int64       `json:"bytes"`
	Lines  int64       `json:"lines"`
	Hashes []tlog.Hash `json:"hashes"` // of the whole subtrees of which a tree of so many lines is made, the largest first
}

// Rest keeps the edge of the log beside it, for Resume. The log is as good without.
func (l *Log) Rest() error {
	const op, text = "heads.Rest", "The edge of the log of heads cannot be written."
	hashes, err := l.tree.ReadHashes(edgeOf(l.tree.n))
	if err != nil {
		return fault.Wrap(err, fault.Internal, op, text)
	}
	content, err := json.Marshal(edge{Bytes: l.size, Lines: l.tree.n, Hashes: hashes})
	if err != nil {
		return fault.Wrap(err, fault.Internal, op, text)
	}
	return fault.Wrap(writeFresh(l.path+edgeSuffix, string(content)), fault.Internal, op, text)
}

// Resume opens a log that rested at a head that was signed, without reading it: the edge that was kept is believed because the head's root follows from it,
// and the log must be as long as it was. Otherwise it is opened as Open does. What lies before the edge is compared by Compare alone.
func Resume(path string, signed Head) (*Log, error) {
	l, err := resume(path, signed)
	if l != nil || err != nil {
		return l, err
	}
	return Open(path, nil)
}

// resume gives nil where there is nothing to go on from.
func resume(path string, signed Head) (*Log, error) {
	const op = "heads.Resume"
	content, err := os.ReadFile(path + edgeSuffix)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.Forbidden, op, "The edge of the log of heads cannot be read by this user.")
	}
	var kept edge
	if json.Unmarshal(content, &kept) != nil || kept.Lines != signed.Lines {
		return nil, nil
	}
	l := &Log{path: path, size: kept.Bytes}
	if !l.tree.adopt(kept) {
		return nil, nil
	}
	if root, err := l.tree.root(); err != nil || root != signed.Root {
		return nil, nil
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.Forbidden, op, "The log of heads cannot be written by this user.")
	}
	at, err := f.Stat()
	if err != nil || at.Size() != kept.Bytes {
		return nil, errors.Join(err, f.Close())
	}
	l.file = f
	return l, nil
}

// edgeOf lists the stored hashes of the whole subtrees of which a tree of n lines is made, the largest first.
func edgeOf(n int64) (indexes []int64) {
	for level := levelsMax - 1; level >= 0; level-- {
		if n>>level&1 == 1 {
			indexes = append(indexes, tlog.StoredHashIndex(level, n>>level-1))
		}
	}
	return indexes
}

// adopt makes the tree the one whose edge this is. It says no where hashes are missing, or are too many.
func (t *tree) adopt(kept edge) bool {
	indexes := edgeOf(kept.Lines)
	if len(indexes) != len(kept.Hashes) {
		return false
	}
	t.n = kept.Lines
	for i, index := range indexes {
		level, _ := tlog.SplitStoredHashIndex(index)
		t.edge[level].index, t.edge[level].hash = index, kept.Hashes[i]
	}
	return true
}
