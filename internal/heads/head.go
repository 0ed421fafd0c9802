package heads

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"satchel/internal/fault"
)

// Head is how far a log had come at a time.
type Head struct {
	Origin string // names the log
	Lines  int64
	Root   tlog.Hash
	At     int64  // ms since 1970 UTC
	Whole  uint64 // the store held nothing but what these lines say, at its commit of this sequence; 0: that is not claimed
}

func (h Head) when() string { return time.UnixMilli(h.At).UTC().Format(time.RFC3339) }

// text is a checkpoint: origin, lines, root, then what is ours.
func (h Head) text() string {
	return fmt.Sprintf("%s\n%d\n%s\nat %d\nwhole %d\n", h.Origin, h.Lines, h.Root, h.At, h.Whole)
}

func parse(text string) (h Head, err error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 5 {
		return h, fmt.Errorf("%d lines", len(lines))
	}
	h.Origin = lines[0]
	if h.Lines, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return h, err
	}
	if h.Root, err = tlog.ParseHash(lines[2]); err != nil {
		return h, err
	}
	_, err = fmt.Sscanf(lines[3]+"\n"+lines[4], "at %d\nwhole %d", &h.At, &h.Whole)
	return h, err
}

// Key signs heads, and says whether it signed one.
type Key struct {
	signer   note.Signer
	verifier note.Verifier
}

// Sign gives the head as a signed note.
func (k *Key) Sign(h Head) (string, error) {
	signed, err := note.Sign(&note.Note{Text: h.text()}, k.signer)
	return string(signed), fault.Wrap(err, fault.Internal, "heads.Sign", "A head could not be signed.")
}

// Open reads a signed note. Fault: Corrupt, for one that this key did not sign, or that was changed.
func (k *Key) Open(signed string) (Head, error) {
	const op, text = "heads.Key.Open", "A head was not signed by this installation's key, or was changed since."
	n, err := note.Open([]byte(signed), note.VerifierList(k.verifier))
	if err != nil {
		return Head{}, fault.Wrap(err, fault.Corrupt, op, text)
	}
	h, err := parse(n.Text)
	return h, fault.Wrap(err, fault.Corrupt, op, text)
}
