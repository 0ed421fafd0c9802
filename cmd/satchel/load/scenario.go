package load

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/go-json-experiment/json"

	"satchel/internal/fault"
	"satchel/sync/replica"
)

// Scenario is a piece of work that is measured.
type Scenario string

// The scenarios.
const (
	Round   Scenario = "round"   // 5 mutations, acknowledged, and what the other phone wrote meanwhile
	Initial Scenario = "initial" // a new phone reads a record of 60 documents
	Idle    Scenario = "idle"    // there is nothing new
	Push    Scenario = "push"    // one mutation, acknowledged: a person writes a line
)

// The work, in numbers.
const (
	firstDocs   = 60
	firstBytes  = 335 // of the text of a document that is there from the beginning: 60 of them are about 27 KB in an answer
	roundNew    = 3
	roundOld    = 2
	textBytes   = 110 // of the text of a mutation, which is then about 400 bytes
	nowBytes    = len(`{"now":1795302000200`)
	answerOwner = 0 // which phone of a home asks in the same words again
)

// work does one piece of work for a home.
type work func(ctx context.Context, l *line, h *home) (result, error)

var works = map[Scenario]work{Round: round, Initial: initial, Idle: idle, Push: push}

// Scenarios are the names of all.
func Scenarios() []string {
	var names []string
	for _, s := range slices.Sorted(maps.Keys(works)) {
		names = append(names, string(s))
	}
	return names
}

// settle fills a record: the first phone writes what is there from the beginning, the second reads it.
func settle(ctx context.Context, l *line, h *home) error {
	for range firstDocs {
		if err := h.phones[0].writeNew(firstBytes); err != nil {
			return err
		}
	}
	for _, p := range h.phones {
		if _, err := p.sync(ctx, l, h); err != nil {
			return err
		}
	}
	return nil
}

// next is the phone whose turn it is: the two write by turns, so that each reads what the other wrote.
func (h *home) next() *phone {
	h.turn++
	return h.phones[h.turn%len(h.phones)]
}

func round(ctx context.Context, l *line, h *home) (result, error) {
	p := h.next()
	old := p.wrote[max(0, len(p.wrote)-roundOld):]
	for _, doc := range old {
		if err := p.write(doc, textBytes); err != nil {
			return result{}, err
		}
	}
	for range roundNew + roundOld - len(old) { // a phone that has written nothing has nothing to change
		if err := p.writeNew(textBytes); err != nil {
			return result{}, err
		}
	}
	return p.sync(ctx, l, h)
}

func push(ctx context.Context, l *line, h *home) (result, error) {
	p := h.next()
	if err := p.writeNew(textBytes); err != nil {
		return result{}, err
	}
	return p.sync(ctx, l, h)
}

// repeated is a request in the same words as before, and the answer that a replica took in. What is answered now must be the same but for the time.
type repeated struct {
	body, answer []byte
}

func (r *repeated) ask(ctx context.Context, l *line, p *phone) (result, error) {
	begun := time.Now()
	answer, err := p.post(ctx, l, r.body)
	took := time.Since(begun)
	if err != nil {
		return result{took: took}, err
	}
	if len(answer) != len(r.answer) || !bytes.Equal(answer[nowBytes:], r.answer[nowBytes:]) {
		return result{}, fault.New(fault.Internal, "load.ask", "The same question of a phone was answered otherwise than before, and nobody wrote anything.")
	}
	return result{took: took}, nil
}

func initial(ctx context.Context, l *line, h *home) (result, error) {
	return h.initial.ask(ctx, l, h.phones[answerOwner])
}

func idle(ctx context.Context, l *line, h *home) (result, error) {
	return h.idle.ask(ctx, l, h.phones[answerOwner])
}

// repeats works out what is asked in the same words again: by a new database of the person, which is brought up to date by one answer, and by the same one then.
func repeats(ctx context.Context, l *line, h *home) error {
	db, err := newReplica()
	if err != nil {
		return err
	}
	p := *h.phones[answerOwner]
	p.db = db
	if h.initial, err = p.rehearse(ctx, l, firstDocs); err != nil {
		return err
	}
	h.idle, err = p.rehearse(ctx, l, 0)
	return err
}

// rehearse asks once and takes the answer in: at least so many changes, or none, and then everything is up to date.
func (p *phone) rehearse(ctx context.Context, l *line, changes int) (*repeated, error) {
	x, err := p.db.Request(now(), p.record)
	if err != nil {
		return nil, err
	}
	r := &repeated{}
	if r.body, err = json.Marshal(x.Request); err != nil {
		return nil, err
	}
	answer, err := p.post(ctx, l, r.body)
	if err != nil {
		return nil, err
	}
	r.answer = bytes.Clone(answer)
	if err := p.take(&home{}, x, r.answer); err != nil {
		return nil, err
	}
	if state := p.db.State(p.record); state != replica.UpToDate || len(r.answer) < nowBytes {
		return nil, fault.New(fault.Internal, "load.rehearse", fmt.Sprintf("A phone that read everything says %q.", state))
	}
	if read := bytes.Count(r.answer, []byte(`{"doc":`)); (changes == 0) != (read == 0) || read < changes {
		return nil, fault.New(fault.Internal, "load.rehearse", fmt.Sprintf("A phone read %d documents where %d were expected.", read, changes))
	}
	return r, nil
}
