package scenario

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/phone"
	syncing "satchel/sync"
)

// program is the phone program itself, in a folder of its own, with a network that can be cut.
type program struct {
	*phone.Phone
	h    *house
	home string
	net  *network
	skew time.Duration
}

// program installs one and enrols it as the person of the record.
func (h *house) program(record syncing.RecordID, name string) *program {
	h.t.Helper()
	var made struct {
		Code string `json:"code"`
	}
	h.done(h.olive.post("/v1/records/"+record.UUID.String()+"/codes", map[string]any{"kind": "patient", "birthDate": birthday}, &made))
	p := &program{h: h, home: filepath.Join(h.t.(*testing.T).TempDir(), name), net: &network{}}
	p.start()
	h.t.Cleanup(func() { _ = p.Close() })
	h.done(p.Enrol(h.ctx, h.base, made.Code, birthday, name))
	h.done(p.Sync(h.ctx))
	return p
}

// start switches the phone on, again if it was on.
func (p *program) start() {
	p.h.t.Helper()
	if p.Phone != nil {
		p.h.done(p.Close())
	}
	var err error
	p.Phone, err = phone.Open(p.home, phone.Options{Transport: p.net, Now: func() time.Time { return p.h.clock.Now().Add(p.skew) }})
	p.h.done(err)
}

// fills answers a questionnaire, one answer after the other, without completing it.
func (p *program) fills(record syncing.RecordID, doc syncing.DocID, of set) {
	p.h.t.Helper()
	for code, answer := range of {
		text, err := json.Marshal(answer)
		p.h.done(err)
		p.h.done(p.Answer(record, doc, code, jsontext.Value(text)))
	}
}

// completes ends it, and gives what the phone says at once.
func (p *program) completes(record syncing.RecordID, doc syncing.DocID) *phone.Judged {
	p.h.t.Helper()
	judged, err := p.Complete(record, doc, "", "")
	p.h.done(err)
	return judged
}

// begins begins a questionnaire.
func (p *program) begins(record syncing.RecordID) syncing.DocID {
	p.h.t.Helper()
	doc, err := p.Begin(record, "patient")
	p.h.done(err)
	return doc
}

func (p *program) syncs() {
	p.h.t.Helper()
	require.NoError(p.h.t, p.Sync(p.h.ctx))
}
