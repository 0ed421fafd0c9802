package ledger

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"satchel/internal/fault"
)

// Read lists the entries of a ledger, oldest first. It changes nothing. The faults: NotFound, Corrupt (a line was changed, moved
// or taken out), Unsupported (a newer version).
func Read(path string) ([]string, error) {
	entries, _, _, err := load(path)
	return entries, err
}

// load also tells the sums, of the header and of each line, and how many bytes are whole.
func load(path string) (entries, sums []string, whole int64, err error) {
	const op = "ledger.Read"
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, 0, fault.Wrap(err, fault.NotFound, op, "The ledger beside the key folder is missing. Without it an old backup could bring ended access back.")
	}
	if err != nil {
		return nil, nil, 0, fault.Wrap(err, fault.Internal, op, "The ledger cannot be read.")
	}
	rest, ok := strings.CutPrefix(string(b), header+"\n")
	if !ok {
		return nil, nil, 0, unknown(op, string(b))
	}
	sums = []string{first()}
	for n := 2; rest != ""; n++ {
		text, after, ended := strings.Cut(rest, "\n")
		before := sums[len(sums)-1]
		e, next, err := parse(before, text)
		switch {
		case err == nil: // a line that lacks only its end was whole: its access ended, acknowledged or not
			entries, sums, rest = append(entries, e), append(sums, next), after
		case after == "" && torn(before, text, ended):
			return entries, sums, int64(len(b) - len(rest)), nil
		default:
			return nil, nil, 0, fault.Wrap(fmt.Errorf("line %d: %w", n, err), fault.Corrupt, op,
				"The ledger is damaged. Nothing is opened; restore the ledger from its copy, or ask for help.")
		}
	}
	return entries, sums, int64(len(b)), nil
}

// tornZeros is how many zero bytes in a row no flip of a bit makes: they are what a disk holds where nothing was written yet.
const tornZeros = 8

// torn says whether a last line that does not parse was never finished, and so never acknowledged. A line whose only fault is
// its end, or which came whole and differs, was flipped.
func torn(before, text string, ended bool) bool {
	if strings.Contains(text, strings.Repeat("\x00", tornZeros)) {
		return true
	}
	if ended || text == "" {
		return false
	}
	_, _, err := parse(before, text[:len(text)-1])
	return err != nil
}

// firstHours is how ledgers begin that were written before the formats were fixed. No installation for people in care has one.
const firstHours = `{"v":1,"n":1,`

// unknown says why a ledger without our first line is not read.
func unknown(op, text string) error {
	if strings.HasPrefix(text, firstHours) {
		return fault.New(fault.Unsupported, op, "This installation was made by a version of the program from before its formats were fixed, and is not read. It was left as it is; make a new one.")
	}
	return fault.New(fault.Unsupported, op, "The ledger is damaged, or was written by a newer version of the program.")
}
