package identity

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/sync"
)

// A page that is lost is worth ten tries, whoever makes them and however many at once.
func TestAHundredWrongBirthDatesAtOnceUseUpAPage(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	until := h.clock.now().Add(30 * 24 * time.Hour).UnixMilli()
	order := syncing.DocID("labOrder/0193a5c0-0000-7000-8000-000000000001")
	page, err := h.MakePaper(h.ctx, nurse, record, order, birthday, until)
	require.NoError(t, err)
	require.Equal(t, until, page.Expires)
	for range paperTriesMax - 1 {
		_, _, err = h.UsePaper(h.ctx, page.Text, "1900-01-01", "")
		isFault(t, fault.Refused, err)
	}
	at, named, err := h.UsePaper(h.ctx, page.Text, birthday, "")
	require.NoError(t, err)
	require.Equal(t, record, at)
	require.Equal(t, order, named)

	other, err := h.MakePaper(h.ctx, nurse, record, order, birthday, until)
	require.NoError(t, err)
	var tries sync.WaitGroup
	var refused atomic.Int64
	for i := range 100 {
		tries.Go(func() {
			if _, _, err := h.UsePaper(h.ctx, other.Text, "1900-01-01", string(rune('a'+i))); err != nil {
				refused.Add(1)
			}
		})
	}
	tries.Wait()
	require.Equal(t, int64(100), refused.Load())
	_, _, err = h.UsePaper(h.ctx, other.Text, birthday, "")
	isFault(t, fault.Refused, err)
	h.in(record, func(tx syncing.Tx) error {
		_, row, err := handedOut[paperRow](tx, paperPrefix, other.ID)
		require.Equal(t, paperTriesMax, row.Tries, "exactly to the cap")
		return err
	})
}

func TestAPageEndsWithItsTimeItsMakerOrAWord(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	order := syncing.DocID("labOrder/0193a5c0-0000-7000-8000-000000000001")
	until := h.clock.now().Add(time.Hour).UnixMilli()
	page, err := h.MakePaper(h.ctx, nurse, record, order, birthday, until)
	require.NoError(t, err)
	ended, err := h.MakePaper(h.ctx, nurse, record, order, birthday, until)
	require.NoError(t, err)
	require.NoError(t, h.EndPaper(h.ctx, nurse, record, ended.ID))
	_, _, err = h.UsePaper(h.ctx, ended.Text, birthday, "")
	isFault(t, fault.Refused, err)
	isFault(t, fault.NotFound, h.EndPaper(h.ctx, nurse, record, syncing.DerivedUUID("no", "page")))
	_, _, err = h.UsePaper(h.ctx, page.Text, birthday, "")
	require.NoError(t, err)
	h.clock.forward(2 * time.Hour)
	_, _, err = h.UsePaper(h.ctx, page.Text, birthday, "")
	isFault(t, fault.Refused, err)
	_, err = h.MakePaper(h.ctx, nurse, record, order, "soon", until)
	isFault(t, fault.Invalid, err)
}

func TestAsManyPagesAreOpenAsMayAndOneMoreWhenOneHasEnded(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	order := syncing.DocID("labOrder/0193a5c0-0000-7000-8000-000000000001")
	until := h.clock.now().Add(time.Hour).UnixMilli()
	var last Code
	for range papersOpenMax {
		page, err := h.MakePaper(h.ctx, nurse, record, order, birthday, until)
		require.NoError(t, err)
		last = page
	}
	_, err := h.MakePaper(h.ctx, nurse, record, order, birthday, until)
	isFault(t, fault.Refused, err)
	require.NoError(t, h.EndPaper(h.ctx, nurse, record, last.ID))
	_, err = h.MakePaper(h.ctx, nurse, record, order, birthday, until)
	require.NoError(t, err)
}
