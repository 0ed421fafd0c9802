package mobileapi

import (
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"satchel/internal/cost"
)

// FuzzUnpack: what is packed unpacks to what its size allows, or not at all.
func FuzzUnpack(f *testing.F) {
	for _, encoding := range []string{"gzip", "zstd"} {
		for _, text := range [][]byte{nil, []byte(`{"replica":1}`), make([]byte, ratioFree)} {
			f.Add(packed(f, encoding, text))
		}
		f.Add(packed(f, encoding, packed(f, encoding, make([]byte, 4<<20))))
	}
	f.Add([]byte{0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff}) // a frame that asks for the widest window
	f.Fuzz(func(t *testing.T, body []byte) {
		if len(body) > bodyBytesMax {
			return
		}
		cost.Bound(t, unpackedBytesMax, func() {
			for _, unpackIt := range []func([]byte) ([]byte, error){unpackGzip, unpackZstd} {
				got, err := unpackIt(body)
				if err == nil && len(got) > min(unpackedBytesMax, max(ratioFree, ratioMax*len(body))) {
					t.Fatalf("%d bytes unpacked to %d", len(body), len(got))
				}
			}
		})
	})
}

// FuzzPlaceInAList reads what a client sends back of a page: a cursor of the queue, a range of an attachment.
func FuzzPlaceInAList(f *testing.F) {
	for _, text := range []string{"0193a5c2-0000-7000-8000-000000000001.0.abcdef01.0", "...", "bytes 0-9/10", "bytes 0-1048575/3000000", "bytes -1-5/9", "bytes 9-1/2"} {
		f.Add(text, int64(10))
	}
	f.Fuzz(func(t *testing.T, text string, length int64) {
		if q, err := parseQueueCursor(text); err == nil {
			again, err := parseQueueCursor(q.String())
			if err != nil || again != q {
				t.Fatalf("%q is read as %+v, and that as %+v", text, q, again)
			}
		}
		if length < 0 {
			return
		}
		if from, total, ok := readRange(text, length); ok && (from < 0 || from+length > total) {
			t.Fatalf("%q of %d bytes is read as %d of %d", text, length, from, total)
		}
	})
}

// FuzzBody: what counts as shallow is shallow for the decoder as well, and strict reading never takes what the plain one refuses.
func FuzzBody(f *testing.F) {
	for _, text := range []string{`{"doc":"note/x","set":{"a":[1]}}`, `{"doc":1,"doc":2}`, `{"DOC":1}`, `[[[[[[`, `"\"[[["`, "{\"doc\":\"\xff\"}"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if len(body) > unpackedBytesMax || deeperThan(body, depthMax) {
			return
		}
		cost.Bound(t, unpackedBytesMax, func() {
			var plain any
			var strict struct {
				Doc string                    `json:"doc"`
				Set map[string]jsontext.Value `json:"set"`
			}
			if json.Unmarshal(body, &strict, json.RejectUnknownMembers(true)) == nil && json.Unmarshal(body, &plain) != nil {
				t.Fatal("read strictly what is not valid")
			}
			if depthOf(plain) > depthMax {
				t.Fatal("deeper than it counts")
			}
		})
	})
}

// FuzzPosted reads what a phone or a board posts: an enrolment as it comes out of a QR code, a code that is asked for, and others. What
// is taken is shown again as it was understood, and holds no null in the place of words.
func FuzzPosted(f *testing.F) {
	kinds := []func() any{
		func() any { return &enrolment{} }, func() any { return &codeAsked{} }, func() any { return &caregiverConsent{} }, func() any { return &consent{} },
		func() any { return &contactBody{} }, func() any { return &emergencyAsked{} }, func() any { return &ownRecord{} }, func() any { return &newRecord{} },
		func() any { return &rerouting{} }, func() any { return &rowClosing{} }, func() any { return &writing{} }, func() any { return &publishing{} },
	}
	for i, text := range []string{
		`{"code":"ABCDE-12345","birthDate":"1961-05-24","requestId":"once","device":{"kind":"phone","name":"Phone"}}`,
		`{"kind":"caregiver","birthDate":"1961-05-24","categories":["plan"],"expires":1795302000000}`,
		`{"code":null}`, `{"code":"a","code":"b"}`, `{"CODE":"a"}`, `{"code":"\ud800"}`, `{} {}`, `{"device":[[[[`,
	} {
		f.Add(byte(i), []byte(text))
	}
	f.Fuzz(func(t *testing.T, kind byte, body []byte) {
		if len(body) > unpackedBytesMax {
			return
		}
		fresh := kinds[int(kind)%len(kinds)]
		read, again := fresh(), fresh()
		var err error
		cost.Bound(t, unpackedBytesMax, func() { err = decodeBody(body, read) })
		if err != nil {
			return
		}
		shown, err := json.Marshal(read, json.Deterministic(true))
		if err != nil {
			t.Fatalf("read, and cannot be shown: %v", err)
		}
		if json.Unmarshal(shown, again) != nil {
			t.Fatalf("%s cannot be read again", shown)
		}
		if twice, err := json.Marshal(again, json.Deterministic(true)); err != nil || string(twice) != string(shown) {
			t.Fatalf("read once it is %s, read again %s", shown, twice)
		}
	})
}

func depthOf(v any) (depth int) {
	switch v := v.(type) {
	case map[string]any:
		for _, member := range v {
			depth = max(depth, depthOf(member))
		}
		return depth + 1
	case []any:
		for _, element := range v {
			depth = max(depth, depthOf(element))
		}
		return depth + 1
	}
	return 0
}
