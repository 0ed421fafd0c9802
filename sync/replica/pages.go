package replica

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	syncing "satchel/sync"
)

// healPause is how long a client waits at least before it heals a difference of digests again.
const healPause = 24 * time.Hour

// read collects a page, and puts all of them in place together with the cursor as the new base when there is no more.
func (rec *record) read(sent *part, p *syncing.RecordResponse, now int64) {
	if p.Reset && !sent.asked && rec.from() != "" {
		rec.askAgain() // perhaps the server lost something that nobody named
	}
	if rec.Pull == nil || p.Reset {
		rec.Pull = &pull{Reset: p.Reset}
	}
	rec.Pull.Changes = append(rec.Pull.Changes, p.Changes...)
	rec.Pull.Cursor = p.Cursor
	if sent.asked && rec.Digest != nil {
		rec.Digest.Ask, rec.Digest.Asked, rec.Digest.At = false, true, now
	}
	if p.More {
		return
	}
	if rec.Pull.Reset {
		rec.Docs = map[syncing.DocID]*Document{}
	}
	for i := range rec.Pull.Changes {
		rec.place(&rec.Pull.Changes[i])
	}
	rec.Pull, rec.Cursor = nil, p.Cursor
	for _, e := range rec.Entries {
		e.Placed = e.Answered
	}
	rec.compare(p.Digest, now)
}

// place brings one document to its latest state. Fields that this client does not know are kept like all others.
func (rec *record) place(c *syncing.DocChange) {
	if c.Deleted {
		delete(rec.Docs, c.Doc)
		return
	}
	d := rec.Docs[c.Doc]
	if d == nil {
		d = &Document{ID: c.Doc, Fields: map[string]jsontext.Value{}}
		rec.Docs[c.Doc] = d
	}
	d.Rev = c.Rev
	for name, value := range members(c.Set) {
		d.Fields[name] = value
		d.putSiblings(name, c.Siblings[name])
	}
	for _, name := range c.Unset {
		delete(d.Fields, name)
		d.putSiblings(name, c.Siblings[name])
	}
}

// members reads an object; what is none has none.
func members(v jsontext.Value) map[string]jsontext.Value {
	m := map[string]jsontext.Value{}
	if len(v) == 0 || json.Unmarshal(v, &m) != nil {
		return nil
	}
	return m
}

// digest is the sum modulo 2^64 over all documents of the first 8 bytes of SHA-256 of type/id@rev.
func (rec *record) digest() string {
	var sum uint64
	for id, d := range rec.Docs {
		hash := sha256.Sum256(fmt.Appendf(nil, "%s@%d", id, d.Rev))
		sum += binary.BigEndian.Uint64(hash[:8])
	}
	return hex.EncodeToString(binary.BigEndian.AppendUint64(nil, sum))
}

// compare looks whether we have what the server has. A difference is healed by a pull from the start: once, and again only
// after a later change and at most once a day.
func (rec *record) compare(server string, now int64) {
	d := rec.Digest
	if rec.digest() == server {
		if d != nil {
			d.Differs, d.Ask, d.Asked, d.Server = false, false, false, ""
		}
		return
	}
	if d == nil {
		d = &digestState{}
		rec.Digest = d
	}
	d.Differs = true
	waited := d.At == 0 || now < d.At || now-d.At >= healPause.Milliseconds()
	if d.Ask = waited && (!d.Asked || d.Server != server); d.Ask {
		d.Asked = false
	}
	d.Server = server
}
