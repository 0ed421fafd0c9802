package ledger

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"satchel/internal/fault"
	syncing "satchel/sync"
)

// Read lists the entries of a ledger, oldest first. It changes nothing. The faults: NotFound, Corrupt (a line was changed, moved
// or taken out), Unsupported (a newer version).
func Read(path string) ([]Entry, error) {
	entries, _, _, err := load(path)
	return entries, err
}

// load also tells the sum that the next line goes on from, and how many bytes are whole.
func load(path string) (entries []Entry, sum string, whole int64, err error) {
	const op = "ledger.Read"
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, "", 0, fault.Wrap(err, fault.NotFound, op, "The ledger beside the key folder is missing. Without it an old backup could bring ended access back.")
	}
	if err != nil {
		return nil, "", 0, fault.Wrap(err, fault.Internal, op, "The ledger cannot be read.")
	}
	rest, ok := strings.CutPrefix(string(b), header+"\n")
	if !ok {
		return nil, "", 0, fault.New(fault.Unsupported, op, "The ledger is damaged, or was written by a newer version of the program.")
	}
	sum = first()
	for n := 2; rest != ""; n++ {
		line, after, ended := strings.Cut(rest, "\n")
		e, next, err := parse(sum, line)
		switch {
		case err == nil: // a line that lacks only its end was whole: its access ended, acknowledged or not
			entries, sum, rest = append(entries, e), next, after
		case after == "" && torn(sum, line, ended):
			return entries, sum, int64(len(b) - len(rest)), nil
		default:
			return nil, "", 0, fault.Wrap(fmt.Errorf("line %d: %w", n, err), fault.Corrupt, op,
				"The ledger is damaged. Nothing is opened; restore the ledger from its copy, or ask for help.")
		}
	}
	return entries, sum, int64(len(b)), nil
}

// tornZeros is how many zero bytes in a row no flip of a bit makes: they are what a disk holds where nothing was written yet.
const tornZeros = 8

// torn says whether a last line that does not parse was never finished, and so never acknowledged. A line whose only fault is
// its end, or which came whole and differs, was flipped.
func torn(before, line string, ended bool) bool {
	if strings.Contains(line, strings.Repeat("\x00", tornZeros)) {
		return true
	}
	if ended || line == "" {
		return false
	}
	_, _, err := parse(before, line[:len(line)-1])
	return err != nil
}

// Behind says how many commits a store lacks of those that the ledger saw. A store of a life that the ledger never saw, while it
// saw others, is not the one that it stands beside: ok is false.
func Behind(entries []Entry, life [16]byte, sequence uint64) (by uint64, ok bool) {
	any := false
	for _, e := range entries {
		if e.Kind != StoreHead {
			continue
		}
		any = true
		if e.ID == syncing.UUID(life) {
			ok, by = true, max(e.Number, sequence)-sequence
		}
	}
	return by, ok || !any
}

// CheckHead refuses a store that is not the one the ledger tells of, or that lost commits which the ledger saw.
func CheckHead(entries []Entry, life [16]byte, sequence uint64) error {
	by, ok := Behind(entries, life, sequence)
	switch {
	case !ok:
		return fault.New(fault.Corrupt, "ledger.CheckHead", "The data folder is not the one that this ledger stands beside. Use the right folders, or restore.")
	case by > 0:
		return fault.New(fault.Corrupt, "ledger.CheckHead", fmt.Sprintf("The store is %d transactions behind its ledger: "+
			"its last writes were lost, or an older copy was put in its place. Restore, so that phones know to send again what is missing.", by))
	default:
		return nil
	}
}
