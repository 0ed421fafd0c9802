package conformance

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

const (
	// answerTime is how long a client may take for one line.
	answerTime = 20 * time.Second
	// lineBytesMax bounds a line: an exported state is the longest.
	lineBytesMax = 64 << 20
)

// Command is one line to the client. Op says which members count; docs/conformance.md lists them.
type Command struct {
	ID int    `json:"id"`
	Op string `json:"op"`
	DB string `json:"db,omitzero"`

	Server string         `json:"server,omitzero"`
	Token  string         `json:"token,omitzero"`
	Record string         `json:"record,omitzero"`
	Schema int            `json:"schema,omitzero"`
	Limit  int            `json:"limit,omitzero"`
	State  jsontext.Value `json:"state,omitzero"`

	Now    int64                       `json:"now,omitzero"`
	Doc    string                      `json:"doc,omitzero"`
	Base   jsontext.Value              `json:"base,omitzero"`
	Set    map[string]jsontext.Value   `json:"set,omitzero"`
	Add    map[string][]jsontext.Value `json:"add,omitzero"`
	Remove map[string][]jsontext.Value `json:"remove,omitzero"`
	Delete bool                        `json:"delete,omitzero"`

	Vector string         `json:"vector,omitzero"`
	Case   jsontext.Value `json:"case,omitzero"`
}

// Reply is one line of the client.
type Reply struct {
	ID    int    `json:"id"`
	Error string `json:"error,omitzero"` // the client could not do it at all, or does not know the op

	Client  string   `json:"client,omitzero"`  // hello
	Vectors []string `json:"vectors,omitzero"` // hello

	Done   bool   `json:"done,omitzero"`   // sync: there is nothing more to say or to read at once
	Failed string `json:"failed,omitzero"` // sync: why no answer came

	Base   jsontext.Value `json:"base,omitzero"` // form
	State  jsontext.Value `json:"state,omitzero"`
	View   *View          `json:"view,omitzero"`
	Answer jsontext.Value `json:"answer,omitzero"` // vector
}

// View is what a person sees of the record.
type View struct {
	State     string              `json:"state"`
	Outbox    []string            `json:"outbox"` // the document of each change without an outcome, in the order of writing
	Held      []string            `json:"held"`   // the documents that stand for open held changes
	Documents map[string]Document `json:"documents"`
}

// Document is one document as a person sees it.
type Document struct {
	Rev      uint64                      `json:"rev"` // 0: the server has not told of it
	Fields   map[string]jsontext.Value   `json:"fields"`
	Siblings map[string][]jsontext.Value `json:"siblings,omitzero"`
}

// Client is whatever answers commands.
type Client interface {
	Answer(ctx context.Context, c Command) (Reply, error)
}

// Piped is a client at the other end of two pipes.
type Piped struct {
	in    io.Writer
	lines chan []byte
	next  int
}

// NewPiped speaks to a client that reads commands from in and writes replies to out.
func NewPiped(in io.Writer, out io.Reader) *Piped {
	p := &Piped{in: in, lines: make(chan []byte)}
	go func() {
		defer close(p.lines)
		s := bufio.NewScanner(out)
		s.Buffer(nil, lineBytesMax)
		for s.Scan() {
			p.lines <- append([]byte{}, s.Bytes()...)
		}
	}()
	return p
}

// Answer implements Client.
func (p *Piped) Answer(ctx context.Context, c Command) (Reply, error) {
	p.next++
	c.ID = p.next
	body, err := json.Marshal(c)
	if err != nil {
		return Reply{}, err
	}
	if _, err := p.in.Write(append(body, '\n')); err != nil {
		return Reply{}, fmt.Errorf("the client reads no more: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	select {
	case <-ctx.Done():
		return Reply{}, fmt.Errorf("the client gave no line within %s to: %s", answerTime, body)
	case line, open := <-p.lines:
		if !open {
			return Reply{}, fmt.Errorf("the client ended, or wrote a line beyond %d MiB, at: %s", lineBytesMax>>20, body)
		}
		var r Reply
		if err := json.Unmarshal(line, &r); err != nil {
			return Reply{}, fmt.Errorf("the client wrote a line that is no reply (%w): %s", err, line)
		}
		if r.ID != c.ID {
			return Reply{}, fmt.Errorf("the client answered line %d, and was asked line %d: one reply a command, in order", r.ID, c.ID)
		}
		return r, nil
	}
}
