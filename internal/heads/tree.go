package heads

import (
	"errors"

	"golang.org/x/mod/sumdb/tlog"
)

// levelsMax is how many levels a tree may have: more lines than fit into an int64 never come.
const levelsMax = 63

// tree is the right edge of a Merkle tree: the latest whole subtree of each level is all that is needed to add a line and to tell
// the root, however long the log is.
type tree struct {
	n    int64
	edge [levelsMax]struct {
		index int64 // as tlog numbers stored hashes
		hash  tlog.Hash
	}
}

var errEdge = errors.New("a hash was asked for that is not on the edge of the tree")

// ReadHashes implements tlog.HashReader.
func (t *tree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	list := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		level, _ := tlog.SplitStoredHashIndex(index)
		if level >= levelsMax || t.edge[level].index != index {
			return nil, errEdge
		}
		list[i] = t.edge[level].hash
	}
	return list, nil
}

func (t *tree) add(line string) error {
	hashes, err := tlog.StoredHashes(t.n, []byte(line), t)
	if err != nil {
		return err
	}
	for level, hash := range hashes {
		t.edge[level].index, t.edge[level].hash = tlog.StoredHashIndex(level, t.n>>level), hash
	}
	t.n++
	return nil
}

func (t *tree) root() (tlog.Hash, error) { return tlog.TreeHash(t.n, t) }
