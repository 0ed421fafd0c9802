package heads

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"satchel/internal/fault"
)

// lineMax is the longest line; ours are far shorter.
const lineMax = 4096

// ErrNotDurable says that nobody knows what the disk holds of a log. It is not to be appended to, nor opened again, by this process:
// a second sync would say yes to what the first one lost.
var ErrNotDurable = errors.New("the log of heads could not be synced")

// Log appends lines to a file. It is not safe for concurrent use.
type Log struct {
	path string
	file *os.File
	size int64 // bytes that are whole
	tree tree
}

// Open opens a log, or makes an empty one, and hands each line to each (which may be nil). A torn last line is cut off.
func Open(path string, each func(line string)) (*Log, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fault.Wrap(err, fault.Forbidden, "heads.Open", "The log of heads cannot be written by this user.")
	}
	l := &Log{path: path, file: f}
	l.size, err = scan(f, func(line string) error {
		if each != nil {
			each(line)
		}
		return l.tree.add(line)
	})
	if err == nil {
		err = f.Truncate(l.size)
	}
	if err != nil {
		return nil, errors.Join(fault.Wrap(err, fault.Corrupt, "heads.Open", "The log of heads cannot be read."), f.Close())
	}
	return l, nil
}

// scan hands over each whole line, and says how many bytes they are.
func scan(r io.Reader, each func(string) error) (whole int64, err error) {
	b := bufio.NewReader(r)
	for {
		line, err := b.ReadString('\n')
		switch {
		case errors.Is(err, io.EOF):
			return whole, nil
		case err != nil:
			return whole, err
		}
		whole += int64(len(line))
		if err := each(strings.TrimSuffix(line, "\n")); err != nil {
			return whole, err
		}
	}
}

// Append adds lines; they are on disk when it returns nil. What it could not write whole it takes back.
func (l *Log) Append(lines []string) error {
	const op, text = "heads.Append", "The log of heads cannot be written."
	if len(lines) == 0 {
		return nil
	}
	var b strings.Builder
	next := l.tree
	for _, line := range lines {
		if len(line) > lineMax || strings.Contains(line, "\n") {
			return fault.New(fault.Internal, op, "The log of heads was asked to keep something that is not a line.")
		}
		if err := next.add(line); err != nil {
			return fault.Wrap(err, fault.Internal, op, text)
		}
		b.WriteString(line + "\n")
	}
	if _, err := l.file.WriteAt([]byte(b.String()), l.size); err != nil {
		return fault.Wrap(errors.Join(err, l.file.Truncate(l.size)), fault.Internal, op, text)
	}
	if err := l.file.Sync(); err != nil {
		return fault.Wrap(errors.Join(ErrNotDurable, err), fault.Internal, op, text)
	}
	l.size, l.tree = l.size+int64(b.Len()), next
	return nil
}

// Head says how far the log has come. Origin, time and what is claimed are the caller's.
func (l *Log) Head() (Head, error) {
	root, err := l.tree.root()
	return Head{Lines: l.tree.n, Root: root}, fault.Wrap(err, fault.Internal, "heads.Head", "The log of heads cannot be summed up.")
}

// Close lets go of the file.
func (l *Log) Close() error { return l.file.Close() }

// Compare reads the log at path, hands each line to each, and looks whether it is what the heads, the smallest first, once said.
// Problems are sentences for an operator. A log that is not there has no lines.
func Compare(path string, heads []Head, each func(line string)) (lines int64, problems []string, err error) {
	f, err := os.Open(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return 0, nil, fault.Wrap(err, fault.Forbidden, "heads.Compare", "The log of heads cannot be read by this user.")
	}
	var t tree
	good := int64(0) // so many lines are as they were signed
	compare := func() error {
		for ; len(heads) > 0 && heads[0].Lines == t.n && len(problems) == 0; heads = heads[1:] {
			root, err := t.root()
			if err != nil {
				return err
			}
			if root != heads[0].Root {
				problems = append(problems, fmt.Sprintf("The log of heads was rewritten: the first line that is not as it was signed is one of %d to %d (head of %s).",
					good+1, t.n, heads[0].when()))
			}
			good = t.n
		}
		return nil
	}
	if err == nil {
		_, err = scan(f, func(line string) error {
			if err := compare(); err != nil {
				return err
			}
			each(line)
			return t.add(line)
		})
		err = errors.Join(err, f.Close())
	} else {
		err = nil
	}
	err = errors.Join(err, compare())
	if n := len(heads); err == nil && n > 0 && len(problems) == 0 {
		problems = append(problems, fmt.Sprintf("The log of heads ends after %d lines, and %d were signed (head of %s): it was cut, or an older copy was put in its place.",
			t.n, heads[n-1].Lines, heads[n-1].when()))
	}
	return t.n, problems, fault.Wrap(err, fault.Internal, "heads.Compare", "The log of heads cannot be read.")
}
