package scenario

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
	"satchel/internal/identity"
)

// Two nurses at two boards, by the keyboard alone. A report of a phone stands on the open boards without a reload, exactly once, and moves no row
// before somebody brings it in; who takes a row, the other board says, and the second who takes it reads a sentence; an answer reaches the person.
func TestChromium_AReportStandsOnAnOpenBoardOnceAndIsDealtWithByTheKeyboardAlone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	f.ada.reports(f.record, set{"phy.nausea": 5}, nil)
	record := h.admit("Ben Example")
	ben := h.enrol(record, identity.KindPatient, "ben")
	h.follow()
	play := chromium.Start(t, "board.mjs", h.base, set{
		"now": h.clock.Now().UnixMilli(), "olive": h.browsing(h.olive.Tokens().Account), "oscar": h.browsing(h.oscar.Tokens().Account),
	})
	var first struct {
		Rows  int
		Draft string
	}
	play.Hears(&first)
	require.Equal(t, 1, first.Rows)
	require.Contains(t, first.Draft, "draft, not clinically approved")

	ben.reports(record, set{"phy.breath": 8, "m.breathrest": true}, set{"itemNote.phy.breath": "It hurts when I breathe."})
	var came struct {
		Same        bool
		Rows, Times int
		Row         string
	}
	play.Asks(set{"go": "reported"}, &came)
	require.True(t, came.Same, "the row at which the nurse is stays where it is")
	require.Equal(t, 1, came.Rows, "nothing comes in by itself")
	require.Equal(t, 1, came.Times, "once")
	for _, part := range []string{"Emergency", "Ben, 65", "Waiting", "8 of 10", "It hurts when I breathe.", "No advice was shown on the phone.", "Nobody has it."} {
		require.Contains(t, came.Row, part)
	}
	var said string
	play.Hears(&said)
	require.Contains(t, said, "A colleague has taken this already.", "the second who takes it reads a sentence")
	play.Hears(&said)
	require.Equal(t, "closed", said)
	for _, complaint := range play.Ends() {
		require.Contains(t, complaint, "status of 409", "nothing but the row that was taken")
	}
	messages := ben.list(record, "message")
	require.Len(t, messages, 1)
	require.Equal(t, "Please call us now.", value(messages[0], "body"))
	require.Len(t, h.olive.queue(h.oncology), 1)
}

// A record that could not be read when it was opened is asked for again: it does not stay hidden from a nurse because the server was busy once.
func TestChromium_ARecordThatCouldNotBeReadIsThereWithTheNextRound(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	f.ada.reports(f.record, set{"phy.nausea": 5}, set{"itemNote.phy.nausea": "Since this morning."})
	h.follow()
	play := chromium.Start(t, "board-away.mjs", h.base, set{"tokens": h.browsing(h.olive.Tokens().Account), "words": "Since this morning.", "record": f.record.UUID})
	var asked int
	play.Hears(&asked)
	require.Positive(t, asked)
	f.ada.note(f.record, newDoc("note"), set{"text": "Anything new"})
	h.done(f.ada.sync(f.record))
	var said string
	play.Asks(set{"go": "again"}, &said)
	require.Equal(t, "said", said)
	for _, complaint := range play.Ends() {
		require.Contains(t, complaint, "status of 503", "nothing but the round that was refused")
	}
}
