package conformance

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	syncing "satchel/sync"
	"satchel/sync/replica"
)

// Speaker is the client of sync/replica, speaking the line protocol. It is the pattern for other clients.
type Speaker struct {
	HTTP http.Client
	open map[string]*database
}

// database is one local database and whoever is signed in on it.
type database struct {
	db            *replica.Replica
	disk          disk
	server, token string
	record        syncing.RecordID
	schema, limit int
}

// disk keeps a database's parts. It implements replica.Storage.
type disk map[string][]byte

func (d disk) Load() (map[string][]byte, error) { return d, nil }

func (d disk) Save(parts map[string][]byte) error {
	for name, part := range parts {
		d[name] = part
	}
	return nil
}

// NewSpeaker makes one without a database.
func NewSpeaker() *Speaker { return &Speaker{open: map[string]*database{}} }

// Serve answers lines until there are no more.
func (s *Speaker) Serve(ctx context.Context, in io.Reader, out io.Writer) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, lineBytesMax)
	for lines.Scan() {
		var c Command
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			return fmt.Errorf("a line that is no command: %w", err)
		}
		r, err := s.Answer(ctx, c)
		if err != nil {
			return err
		}
		body, err := json.Marshal(r)
		if err != nil {
			return err
		}
		if _, err := out.Write(append(body, '\n')); err != nil {
			return err
		}
	}
	return lines.Err()
}

// Answer implements Client.
func (s *Speaker) Answer(ctx context.Context, c Command) (Reply, error) {
	r, err := s.do(ctx, c)
	r.ID = c.ID
	if err != nil {
		r.Error = err.Error()
	}
	return r, nil
}

func (s *Speaker) do(ctx context.Context, c Command) (r Reply, err error) {
	switch c.Op {
	case "hello":
		return Reply{Client: "sync/replica", Vectors: []string{"digest", "replay"}}, nil
	case "vector":
		r.Answer, err = solve(c.Vector, c.Case)
		return r, err
	case "open":
		return r, s.begin(c)
	}
	d := s.open[c.DB]
	if d == nil {
		return r, fmt.Errorf("no database %q is open", c.DB)
	}
	switch c.Op {
	case "reopen": // the app was killed: what is on its disk is there
		d.db, err = replica.Open(d.options())
	case "signIn":
		d.token = c.Token
	case "form":
		r.Base, err = json.Marshal(d.db.Base(d.record))
	case "mutate":
		err = d.mutate(c)
	case "sync":
		r.Done, r.Failed = d.sync(ctx, &s.HTTP, c.Now)
	case "view":
		r.View = d.view()
	case "export":
		r.State, err = json.Marshal(map[string][]byte(d.disk))
	case "close":
		delete(s.open, c.DB)
	default:
		err = fmt.Errorf("the op %q is not known", c.Op)
	}
	return r, err
}

func (s *Speaker) begin(c Command) (err error) {
	d := &database{disk: disk{}, server: c.Server, token: c.Token, schema: c.Schema, limit: c.Limit}
	if d.record.UUID, err = syncing.ParseUUID(c.Record); err != nil {
		return err
	}
	if c.State != nil {
		if err := json.Unmarshal(c.State, (*map[string][]byte)(&d.disk)); err != nil {
			return err
		}
	}
	d.db, err = replica.Open(d.options())
	s.open[c.DB] = d
	return err
}

func (d *database) options() replica.Options {
	return replica.Options{
		Schema: d.schema, Limit: d.limit, Storage: d.disk,
		NewID: func() syncing.UUID { return syncing.UUID(uuid.New()) },
	}
}

func (d *database) mutate(c Command) error {
	doc, err := syncing.ParseDocID(c.Doc)
	if err != nil {
		return err
	}
	change := replica.Change{Doc: doc, Set: c.Set, Add: c.Add, Remove: c.Remove, Delete: c.Delete}
	if c.Base != nil {
		change.Base = new(string)
		if err := json.Unmarshal(c.Base, change.Base); err != nil {
			return err
		}
	}
	_, err = d.db.Mutate(d.record, change, c.Now)
	return err
}

// sync is one round.
func (d *database) sync(ctx context.Context, h *http.Client, now int64) (done bool, failed string) {
	x, err := d.db.Request(now, d.record)
	if err != nil {
		return false, err.Error()
	}
	if len(x.Request.Records) == 0 {
		return true, ""
	}
	var answer syncing.Response
	if err := d.post(ctx, h, x.Request, &answer); err != nil {
		return false, err.Error()
	}
	if err := d.db.Apply(x, &answer, now); err != nil {
		return false, err.Error()
	}
	return !d.db.Wants(d.record, now), ""
}

func (d *database) post(ctx context.Context, h *http.Client, req *syncing.Request, answer *syncing.Response) error {
	body, err := json.Marshal(req)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, d.server+"/v1/sync", bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+d.token)
	r.Header.Set("Content-Type", "application/json")
	got, err := h.Do(r)
	if err != nil {
		return err
	}
	defer got.Body.Close()
	if got.StatusCode != http.StatusOK {
		return fmt.Errorf("the server answered %s", got.Status)
	}
	return json.UnmarshalRead(got.Body, answer)
}

func (d *database) view() *View {
	v := &View{State: string(d.db.State(d.record)), Documents: map[string]Document{}}
	for _, e := range d.db.Outbox(d.record) {
		if !e.Answered {
			v.Outbox = append(v.Outbox, string(e.Doc))
		}
	}
	for _, doc := range d.db.Held(d.record) {
		if string(doc.Fields["status"]) == `"open"` {
			v.Held = append(v.Held, string(doc.ID))
		}
	}
	for _, doc := range d.db.View(d.record) {
		v.Documents[string(doc.ID)] = plainDocument(doc)
	}
	return v
}

func plainDocument(doc *replica.Document) Document {
	out := Document{Rev: uint64(doc.Rev), Fields: doc.Fields, Siblings: map[string][]jsontext.Value{}}
	for field, list := range doc.Siblings {
		for _, s := range list {
			out.Siblings[field] = append(out.Siblings[field], s.Value)
		}
	}
	return out
}

// solve answers one case of a vector file.
func solve(vector string, body jsontext.Value) (jsontext.Value, error) {
	switch vector {
	case "digest":
		return solveDigest(body)
	case "replay":
		return solveReplay(body)
	}
	return nil, fmt.Errorf("vectors of %q are not for this client", vector)
}

func solveDigest(body jsontext.Value) (jsontext.Value, error) {
	var c struct {
		Documents []struct {
			Doc     string `json:"doc"`
			Rev     uint64 `json:"rev"`
			Deleted bool   `json:"deleted"`
		} `json:"documents"`
	}
	if err := json.Unmarshal(body, &c); err != nil {
		return nil, err
	}
	revs := map[string]uint64{}
	for _, d := range c.Documents {
		if !d.Deleted {
			revs[d.Doc] = d.Rev
		}
	}
	return json.Marshal(digestOf(revs))
}

// digestOf is the protocol's sum, written anew from its page.
func digestOf(revs map[string]uint64) string {
	var sum uint64
	for id, rev := range revs {
		hash := sha256.Sum256(fmt.Appendf(nil, "%s@%d", id, rev))
		sum += binary.BigEndian.Uint64(hash[:8])
	}
	return fmt.Sprintf("%016x", sum)
}

func solveReplay(body jsontext.Value) (jsontext.Value, error) {
	var c struct {
		Given  map[syncing.DocID]Document `json:"given"`
		Outbox []jsontext.Value           `json:"outbox"`
	}
	if err := json.Unmarshal(body, &c); err != nil {
		return nil, err
	}
	docs := map[syncing.DocID]*replica.Document{}
	for id, given := range c.Given {
		d := &replica.Document{ID: id, Rev: 1, Fields: given.Fields, Siblings: map[string][]syncing.SiblingJSON{}}
		for field, values := range given.Siblings {
			for _, v := range values {
				d.Siblings[field] = append(d.Siblings[field], syncing.SiblingJSON{Value: v})
			}
		}
		docs[id] = d
	}
	for _, m := range c.Outbox {
		var named struct {
			Doc syncing.DocID `json:"doc"`
		}
		if err := json.Unmarshal(m, &named); err != nil {
			return nil, err
		}
		replica.Replay(docs, named.Doc, m)
	}
	seen := map[syncing.DocID]Document{}
	for id, d := range docs {
		seen[id] = plainDocument(d)
	}
	return json.Marshal(seen)
}
