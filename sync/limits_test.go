package syncing_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	syncing "satchel/sync"
)

// Each limit of PROTOCOL.md section 10, with what just fits and with one more.

func (p *phone) fault(body any) error {
	p.w.t.Helper()
	encoded, err := json.Marshal(body)
	require.NoError(p.w.t, err)
	req, err := syncing.DecodeRequest(encoded)
	require.NoError(p.w.t, err)
	_, err = p.w.engine.Sync(p.w.t.Context(), syncing.Principal{Account: p.account}, req)
	return err
}

func TestLimitOfRecordsARequest(t *testing.T) {
	t.Parallel()
	w, a, _ := pair(t)
	var records []object
	for i := range 33 {
		records = append(records, object{"record": syncing.DerivedUUID("r", fmt.Sprint(i))})
	}
	_ = w
	request := object{"replica": a.replica, "now": 0, "schema": 1, "records": records[:32]}
	require.NoError(t, a.fault(request))
	request["records"] = records
	require.Equal(t, fault.TooLarge, fault.CodeOf(a.fault(request)))
}

func TestLimitOfMutationsARecord(t *testing.T) {
	t.Parallel()
	w, a, _ := pair(t)
	doc := w.id("thing")
	var mutations []object
	for range 501 {
		mutations = append(mutations, a.mutation(doc, set("title", "x")))
	}
	request := object{"replica": a.replica, "now": 0, "schema": 1, "records": []object{{"record": w.record, "mutations": mutations}}}
	require.Equal(t, fault.TooLarge, fault.CodeOf(a.fault(request)))
	require.Equal(t, float64(500), a.send(mutations[:500]...)["last"])
}

func TestLimitOfContinued(t *testing.T) {
	t.Parallel()
	w, a, _ := pair(t)
	var earlier []object
	for i := range 65 {
		earlier = append(earlier, object{"replica": syncing.DerivedUUID("e", fmt.Sprint(i)), "n": 1})
	}
	record := object{"record": w.record, "continues": earlier[:64]}
	request := object{"replica": a.replica, "now": 0, "schema": 1, "records": []object{record}}
	require.NoError(t, a.fault(request))
	record["continues"] = earlier
	require.Equal(t, fault.TooLarge, fault.CodeOf(a.fault(request)))
}

func TestLimitOfAFieldAndOfADocument(t *testing.T) {
	t.Parallel()
	w, a, _ := pair(t)
	doc := w.id("thing")
	a.do(doc, set("title", "x"))
	fits := strings.Repeat("x", 16<<10-2) // two quotes
	require.Equal(t, "applied", a.do(doc, set("draft", fits))["status"])
	require.Equal(t, "too_large", a.do(doc, set("draft", fits+"x"))["reason"])
	for _, field := range []string{"note", "dose", "title"} {
		o := a.do(doc, set(field, fits[:16<<10-40]))
		require.Equal(t, "applied", o["status"], field)
	}
	require.Equal(t, "too_large", a.do(doc, object{"add": object{"tags": []string{strings.Repeat("t", 200)}}})["reason"])
	require.Equal(t, "applied", a.do(doc, object{"add": object{"tags": []string{"t"}}})["status"])
}

func TestLimitOfSiblingsAField(t *testing.T) {
	t.Parallel()
	w, a, _, doc := apart(t)
	for i := range 10 {
		b := w.join(fmt.Sprint("nurse ", i), nurse, "schedule")
		b.n = 0
		m := b.mutation(doc, set("note", fmt.Sprint("word ", i)))
		m["base"] = nil
		b.send(m)
	}
	require.Equal(t, "word 9", a.shown(doc, "note"))
	siblings := a.siblings(doc, "note")
	require.Len(t, siblings, 8)
	require.NotContains(t, siblings, "word 0", "the lowest by the field's order leaves")
}

func TestLimitOfDepth(t *testing.T) {
	t.Parallel()
	w, a, _ := pair(t)
	deep := func(n int) string {
		return fmt.Sprintf(`{"n":%d,"doc":"%s","future":%s%s,"set":{"title":"x"}}`, a.n, w.id("thing"), strings.Repeat("[", n), strings.Repeat("]", n))
	}
	for _, c := range []struct {
		depth int
		want  string
	}{{31, "applied"}, {32, "held"}} {
		a.n++
		body := fmt.Sprintf(`{"replica":%q,"now":0,"schema":1,"records":[{"record":%q,"mutations":[%s]}]}`, a.replica, w.record, deep(c.depth))
		req, err := syncing.DecodeRequest([]byte(body))
		require.NoError(t, err)
		resp, err := w.engine.Sync(t.Context(), syncing.Principal{Account: a.account}, req)
		require.NoError(t, err)
		require.EqualValues(t, c.want, resp.Records[0].Outcomes[a.n-1].Status)
	}
}

func TestLimitOfHeldDocumentsAndTheNextIsListedWhenOneIsSettled(t *testing.T) {
	t.Parallel()
	w, a, b := pair(t)
	a.send()
	for range 3 {
		var batch []object
		for range 334 {
			batch = append(batch, b.mutation(w.id("nothing"), set("x", 1)))
		}
		b.send(batch...)
	}
	list, err := w.engine.Held(t.Context(), syncing.Principal{Account: b.account}, w.record)
	require.NoError(t, err)
	require.Len(t, list.Items, 1000)
	require.EqualValues(t, 2, list.Unlisted)
	require.Equal(t, float64(1002), b.last["last"], "more are journaled just the same")

	o := b.do(list.Items[0].Doc, object{"set": object{"status": "discarded", "discardReason": "no use"}})
	require.Equal(t, "applied", o["status"])
	list, err = w.engine.Held(t.Context(), syncing.Principal{Account: b.account}, w.record)
	require.NoError(t, err)
	require.EqualValues(t, 1, list.Unlisted)
	require.Len(t, list.Items, 1000, "the settled one is behind 1,000 open ones")
	require.Equal(t, "open", list.Items[999].Status, "the next is listed")
}

func TestLimitOfWhatIsKeptForRecordsThatWereNeverTheirs(t *testing.T) {
	t.Parallel()
	w, _, _ := pair(t)
	s := &phone{w: w, account: syncing.AccountID{UUID: syncing.DerivedUUID("s")}, replica: syncing.ReplicaID{UUID: syncing.DerivedUUID("s")}}
	doc := w.id("thing")
	for range 2 {
		var batch []object
		for range 500 {
			batch = append(batch, s.mutation(doc, set("title", "x")))
		}
		require.Equal(t, "ended", s.send(batch...)["error"].(object)["code"])
	}
	answer := s.send(s.mutation(doc, set("title", "one more")))
	require.Equal(t, "busy", answer["error"].(object)["code"])
	require.Equal(t, float64(1000), answer["last"])

	big := &phone{w: w, account: syncing.AccountID{UUID: syncing.DerivedUUID("big")}, replica: syncing.ReplicaID{UUID: syncing.DerivedUUID("big")}}
	for i := range 5 {
		answer = big.send(big.mutation(doc, set("title", strings.Repeat("x", 1<<20-200))))
		require.Equal(t, []string{"ended", "ended", "ended", "ended", "busy"}[i], answer["error"].(object)["code"])
	}
}

func TestAPageEndsAtOneMebibyte(t *testing.T) {
	t.Parallel()
	w, a, b := pair(t)
	for range 40 {
		doc := w.id("thing")
		a.do(doc, object{"set": object{"title": "x", "draft": strings.Repeat("x", 15<<10), "note": strings.Repeat("y", 15<<10)}})
	}
	answer := b.post(object{"record": w.record})
	require.Equal(t, true, answer["more"])
	encoded, err := json.Marshal(answer["changes"])
	require.NoError(t, err)
	require.LessOrEqual(t, len(encoded), 1<<20)
	require.Greater(t, len(encoded), 1<<19)
	require.Len(t, b.post(object{"record": w.record, "limit": -3})["changes"], 1, "below 1 counts as 1")
}
