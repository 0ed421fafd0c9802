package mobileapi

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"satchel/internal/cost"
	"satchel/sync"
)

// bombBytesMax is what any one signed-in request may make the server, and this test's client, ask for: sixteen times what a body may
// unpack to, of which ten may go into reading it.
const bombBytesMax = 16 * unpackedBytesMax

// pieces repeats what piece gives until it fills the room, or is there so often.
func pieces(room, most int, piece func(i int) string) string {
	var b strings.Builder
	for i := 0; i < most && b.Len()+80 < room; i++ {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(piece(i))
	}
	return b.String()
}

// short is one of sixteen million names of four letters.
func short(i int) string {
	return base64.RawURLEncoding.EncodeToString([]byte{byte(i), byte(i >> 8), byte(i >> 16)})
}

// bomb is a request that brings n changes to each record, what one gives for each.
func (p *place) bomb(records []syncing.RecordID, n int, one func(i int) string) []byte {
	body := fmt.Sprintf(`{"replica":%q,"now":1,"schema":1,"records":[`, p.fresh()) + pieces(unpackedBytesMax, len(records), func(i int) string {
		return fmt.Sprintf(`{"record":%q,"cursor":null,"mutations":[`, records[i]) + pieces(unpackedBytesMax/len(records)-200, n, func(i int) string {
			return fmt.Sprintf(`{"n":%d,%s}`, i+1, one(i))
		}) + `]}`
	}) + `]}`
	return paddedWithNoise(body)
}

// explode sends a body packed, past the contract's judge, and says what the server asked for: the client's own part is small.
func (p *place) explode(body []byte) (got reply, asked uint64) {
	quick := *p
	plain := &http.Transport{DisableCompression: true}
	quick.client = &http.Client{Transport: plain}
	defer plain.CloseIdleConnections()
	wire := packed(p.t, "zstd", body)
	before := cost.Asked()
	got = quick.do("POST", "/v1/sync", &p.nurse, wire, "Content-Encoding", "zstd")
	return got, cost.Asked() - before
}

// TestNoRequestIsABomb brings the real server the worst changes that fit into a request, in each shape that was ever found to be dear:
// many elements, many fields, many changes that are held, one document that grows, long words. What is asked for stays within its
// bound, and a request that is sent again until it has all its outcomes comes to an end.
func TestNoRequestIsABomb(t *testing.T) {
	p := newPlace(t)
	note := func(i int) string { return fmt.Sprintf(`"doc":"note/%s"`, syncing.DerivedUUID("bomb", fmt.Sprint(i))) }
	records := []syncing.RecordID{p.record}
	for i := range 31 {
		records = append(records, p.begin(p.nurse, fmt.Sprintf("bomb-%d", i), "Ada Palmer"))
	}
	for _, c := range []struct {
		name       string
		records, n int
		one        func(i int) string
		says       string
	}{
		{"elements", 1, 8, func(i int) string {
			return note(i) + `,"set":{"text":"w"},"add":{"tags":[` + pieces(1<<20, 8000, func(j int) string { return `"` + short(j) + `"` }) + `]}`
		}, "Send those again that have no outcome."},
		{"fields", 1, 8, func(i int) string {
			return note(i) + `,"set":{` + pieces(1<<20, 8000, func(j int) string { return `"` + short(j) + `":0` }) + `}`
		}, "Send those again that have no outcome."},
		{"empty lists", 1, 60, func(i int) string {
			return note(i) + `,"set":{"text":[` + pieces(1<<20, 1000, func(int) string { return `[]` }) + `]}`
		}, ""},
		{"long words", 1, 200, func(i int) string { return note(i) + `,"set":{"text":"` + strings.Repeat("w", 16000) + `"}` }, "Send those again that have no outcome."},
		{"a word as long as a body", 1, 1, func(i int) string { return note(i) + `,"set":{"text":"` + strings.Repeat("w", 3<<20) + `"}` }, ""},
		{"a document that grows", 1, 500, func(i int) string {
			return note(-1) + `,"set":{"text":"w"},"add":{"tags":[` + pieces(1<<20, 20, func(j int) string { return `"` + short(i*20+j) + `"` }) + `]}`
		}, "Send those again that have no outcome."},
		{"held", 32, 500, func(int) string { return `"x":1` }, "Send those again that have no outcome."},
		{"lost", 32, 500, func(int) string { return `"skip":"lost"` }, "Send those again that have no outcome."},
		{"small", 32, 500, func(i int) string { return note(i) + `,"set":{"text":"a"}` }, "Send those again that have no outcome."},
		{"of nobody's", 32, 500, func(i int) string { return note(i) + `,"set":{"text":"a"}` }, "No more is kept"},
	} {
		t.Run(c.name, func(t *testing.T) {
			these := records[:c.records]
			if c.name == "of nobody's" {
				these = nil
				for range c.records {
					these = append(these, syncing.RecordID{UUID: p.fresh()})
				}
			}
			body := p.bomb(these, c.n, c.one)
			got, asked := p.explode(body)
			t.Logf("%d changes in %d records: status %d, %d bytes asked for", c.n*c.records, c.records, got.status, asked)
			require.Less(t, asked, uint64(bombBytesMax))
			if got.status == 413 {
				require.Contains(t, got.text(), "Send less")
				return
			}
			require.Equal(t, 200, got.status, got.text())
			require.Contains(t, got.text(), c.says)
			var answer syncing.Response
			require.NoError(t, json.Unmarshal(got.body, &answer))
			done := 0
			for _, part := range answer.Records {
				done += len(part.Outcomes)
			}
			require.Positive(t, done, "what is sent again until it has its outcomes comes to an end")
		})
	}
}
