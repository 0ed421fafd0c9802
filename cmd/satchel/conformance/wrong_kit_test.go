package conformance

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
)

// bent is the client in Go with one thing wrong: with what it sends, with what it takes in, with what it shows, or with what it keeps.
type bent struct {
	*Speaker
	request func(db string, req *syncing.Request)
	// answer may refuse to take an answer in.
	answer func(db string, req *syncing.Request, answer *syncing.Response) error
	// line stands between the kit and the client.
	line func(c Command, ask func(Command) Reply) Reply
}

// bend makes one; nil members change nothing.
func bend(b bent) *bent {
	b.Speaker = NewSpeaker()
	b.HTTP.Transport = &b
	return &b
}

func (b *bent) Answer(ctx context.Context, c Command) (Reply, error) {
	ask := func(c Command) Reply {
		r, err := b.Speaker.Answer(ctx, c)
		if err != nil {
			r.Error = err.Error()
		}
		return r
	}
	if b.line != nil {
		return b.line(c, ask), nil
	}
	return ask(c), nil
}

// RoundTrip implements http.RoundTripper.
func (b *bent) RoundTrip(r *http.Request) (*http.Response, error) {
	db := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer token-of-")
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	req, err := syncing.DecodeRequest(body)
	if err != nil {
		return nil, err
	}
	if b.request != nil {
		b.request(db, req)
	}
	body, err = jsonv2.Marshal(req)
	if err != nil {
		return nil, err
	}
	r = r.Clone(r.Context())
	r.Body, r.ContentLength, r.GetBody = io.NopCloser(bytes.NewReader(body)), int64(len(body)), nil
	got, err := http.DefaultTransport.RoundTrip(r)
	if err != nil || b.answer == nil || got.StatusCode != http.StatusOK {
		return got, err
	}
	var answer syncing.Response
	err = errors.Join(jsonv2.UnmarshalRead(got.Body, &answer), got.Body.Close())
	if err == nil {
		err = b.answer(db, req, &answer)
	}
	if err == nil {
		body, err = jsonv2.Marshal(&answer)
	}
	if err != nil {
		return nil, err
	}
	got.Body, got.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	got.Header.Del("Content-Length")
	return got, nil
}

type object = map[string]any

// edit changes what a database keeps, and opens it again.
func (b *bent) edit(t *testing.T, db string, fn func(database object, records []object)) {
	d := b.open[db]
	parts := map[string]object{}
	var records []object
	for name, part := range d.disk {
		parts[name] = object{}
		require.NoError(t, json.Unmarshal(part, ptr(parts[name])))
		if name != "database" {
			records = append(records, parts[name])
		}
	}
	fn(parts["database"], records)
	for name, part := range parts {
		text, err := json.Marshal(part)
		require.NoError(t, err)
		d.disk[name] = text
	}
	r, err := b.Speaker.Answer(t.Context(), Command{Op: "reopen", DB: db})
	require.NoError(t, err)
	require.Empty(t, r.Error)
}

func ptr[V any](v V) *V { return &v }

// entries gives a record's outbox and kept mutations.
func entries(record object) []object {
	var list []object
	all, _ := record["entries"].([]any)
	for _, e := range all {
		list = append(list, e.(object))
	}
	return list
}

// rewrite changes the mutations of a request as objects; fn false leaves one out.
func rewrite(req *syncing.Request, fn func(part *syncing.RecordRequest, m object) bool) {
	for i := range req.Records {
		part := &req.Records[i]
		var kept []syncing.RawMutation
		for _, raw := range part.Mutations {
			m := map[string]json.RawMessage{}
			_ = json.Unmarshal(raw.Raw, &m)
			o := object{}
			for k, v := range m {
				o[k] = v
			}
			if !fn(part, o) {
				continue
			}
			text, _ := json.Marshal(o)
			kept = append(kept, syncing.RawMutation{N: raw.N, Raw: text})
		}
		part.Mutations = kept
	}
}

// shown changes what is shown.
func shown(fn func(db string, v *View)) func(Command, func(Command) Reply) Reply {
	return func(c Command, ask func(Command) Reply) Reply {
		r := ask(c)
		if r.View != nil {
			fn(c.DB, r.View)
		}
		return r
	}
}

// part lets a fault look at the one record of an answer.
func part(fn func(p *syncing.RecordResponse)) func(string, *syncing.Request, *syncing.Response) error {
	return func(_ string, _ *syncing.Request, answer *syncing.Response) error {
		fn(&answer.Records[0])
		return nil
	}
}

var errWrong = errors.New("this client does not know what to do with that")

// refuses does not take in answers with an error of a code.
func refuses(code syncing.ErrorCode) func(string, *syncing.Request, *syncing.Response) error {
	return func(_ string, _ *syncing.Request, answer *syncing.Response) error {
		if e := answer.Records[0].Error; e != nil && e.Code == code {
			return errWrong
		}
		return nil
	}
}
