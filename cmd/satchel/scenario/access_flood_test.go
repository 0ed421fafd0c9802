package scenario

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
)

// A thousand reports of one person, by mistake or on purpose (threat T33), are all kept, and are one row and one alert for each team:
// nobody's queue is buried, and what is urgent among them is escalated as ever.
func TestAccess_T33_AThousandReportsOfOnePersonAreAllKeptAndOneRow(t *testing.T) {
	t.Parallel()
	const reports, batch = 1000, 40
	h := newHouse(t)
	f := h.family()
	other := h.admit("Bea Example")
	bea := h.enrol(other, "patient", "bea")
	bea.reports(other, set{"phy.pain": 8}, nil)
	var urgent syncing.DocID
	for from := 0; from < reports; from += batch {
		for i := range batch {
			doc := newDoc("assessment")
			of := set{"phy.tired": 5}
			if from+i == reports/2 {
				of, urgent = set{"phy.fever": 9}, doc
			}
			f.ada.note(f.record, doc, answers(of, set{"note": fmt.Sprint("report ", from+i)}))
		}
		h.done(f.ada.sync(f.record))
	}
	require.Len(t, f.ada.list(f.record, "assessment"), reports, "all of them are kept")
	require.Empty(t, f.ada.list(f.record, "held"))
	require.NotNil(t, h.olive.sees(f.record, urgent))

	row := h.olive.rowOf(h.oncology, f.record)
	require.Equal(t, "red", row.Level, "the one that is urgent is not lost among them")
	require.Len(t, h.olive.queue(h.oncology), 2, "the other person's row is where it was")
	require.Equal(t, f.record, h.olive.queue(h.oncology)[0].Record)
	h.later(2 * time.Hour)
	require.True(t, h.olive.rowOf(h.oncology, f.record).Overdue, "nobody has answered: that goes its way as ever")
}
