package scenario

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Figures cost one entry a person and a report: what lies in the records is not read for them, however much it is.
func TestQuality_FiguresReadNoRecord(t *testing.T) {
	t.Parallel()
	work := &counter{}
	h := newHouse(t, work.counts)
	list, _ := h.cohort(5)
	ask := func() string {
		work.taken()
		h.olive.quality(h.oncology, h.primary)
		return work.taken()
	}
	ask() // the first of an hour writes down who reads
	before := ask()
	for _, f := range list {
		for range 4 {
			h.done(h.olive.write(f.record, newDoc("note"), set{"text": "Synthetic words."}))
			h.offer(h.olive, f, h.oncology, h.primary, nil)
		}
	}
	h.follow()
	require.Equal(t, before, ask())
	h.admit("Person F Specimen")
	require.NotEqual(t, before, ask(), "one more person is one more entry: this test can fail")
}
