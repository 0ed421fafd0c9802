package identity

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/sync"
)

func helping(code Code) Helping {
	return Helping{Code: code.Text, BirthDate: birthday, Name: "Carla", Address: "192.0.2.7"}
}

func TestSomebodyWhoHelpsHelpsOneMorePersonOnceThatPersonHasConfirmed(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	daughter := h.who(h.caregiver(h.who(h.patient(nurse, record).Account), record).Account)
	team := h.team(TeamOncology)
	other := h.member(team)
	fathers := h.record(team, other)
	father := h.who(h.patient(other, fathers).Account)
	code := h.code(father, fathers, CodeRequest{Kind: KindCaregiver, BirthDate: birthday, Categories: []string{CategorySchedule, CategoryMessages}})

	require.NoError(t, h.Help(h.ctx, daughter, helping(code)))
	h.restart()
	require.NoError(t, h.Help(h.ctx, daughter, helping(code)), "the answer was lost")
	require.False(t, h.scope(fathers, daughter).Active(), "nobody has confirmed her")
	waiting, err := h.Waiting(h.ctx, daughter.Account)
	require.NoError(t, err)
	require.Equal(t, 1, waiting)
	_, err = h.Redeem(h.ctx, redemption(code))
	isFault(t, fault.Refused, err)

	h.confirm(father, fathers, daughter.Account)
	require.Equal(t, []string{CategoryMessages, CategorySchedule}, Consented(h.scope(fathers, daughter).Categories()))
	records, _, err := h.RecordsOf(h.ctx, daughter, syncing.RecordID{}, 10)
	require.NoError(t, err)
	require.ElementsMatch(t, []syncing.RecordID{record, fathers}, records)
	require.NoError(t, h.EndAccess(h.ctx, father, fathers, Grantee{Account: daughter.Account}))
	require.True(t, h.scope(record, daughter).Active(), "the one does not hang on the other")
}

// Whoever has a code, and no right to use it so, changes nothing: whoever it was made for still can.
func TestACodeHelpsNobodyElseAndStaysForWhomItWasMade(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	person := h.who(h.patient(nurse, record).Account)
	daughter := h.who(h.caregiver(person, record).Account)
	elsewhere := h.record(h.team(TeamPrimary), nurse)
	forPerson := h.code(nurse, record, CodeRequest{Kind: KindPatient, BirthDate: birthday})
	ofHers := h.code(daughter, record, CodeRequest{Kind: KindCaregiver, BirthDate: birthday, OwnPhone: true})
	again := h.code(person, record, CodeRequest{Kind: KindCaregiver, BirthDate: birthday})
	son := h.who(h.caregiver(person, record).Account)

	isFault(t, fault.Refused, h.Help(h.ctx, son, helping(forPerson)))
	isFault(t, fault.Refused, h.Help(h.ctx, son, helping(ofHers)))
	isFault(t, fault.Conflict, h.Help(h.ctx, daughter, helping(again)))
	for _, who := range []syncing.Principal{person, nurse, h.admin} {
		isFault(t, fault.Forbidden, h.Help(h.ctx, who, helping(again)))
	}
	wrong := helping(again)
	wrong.BirthDate = "1960-01-01"
	isFault(t, fault.Refused, h.Help(h.ctx, son, wrong))
	nameless := helping(again)
	nameless.Name = " "
	isFault(t, fault.Invalid, h.Help(h.ctx, son, nameless))
	isFault(t, fault.Invalid, h.Help(h.ctx, son, Helping{Code: "ABC", BirthDate: birthday, Name: "Sam"}))
	_, err := h.Redeem(h.ctx, redemption(again))
	require.NoError(t, err)
	require.False(t, h.known(elsewhere, son))
}

func TestNothingTellsThatACodeToHelpWasOnceThere(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	person := h.who(h.patient(nurse, record).Account)
	daughter := h.who(h.caregiver(person, record).Account)
	made := func() Code { return h.code(nurse, record, CodeRequest{Kind: KindCaregiver, BirthDate: birthday}) }
	used, over, cancelled := made(), made(), made()
	_, err := h.Redeem(h.ctx, redemption(used))
	require.NoError(t, err)
	require.NoError(t, h.CancelCode(h.ctx, nurse, record, cancelled.ID))
	h.clock.forward(codeLives)
	forPerson := h.code(person, record, CodeRequest{Kind: KindPatient, BirthDate: birthday, OwnPhone: true})
	h.sameWork(func(s *Service) []refusedTry {
		with := func(code Code) func() error {
			return func() error { return s.Help(h.ctx, daughter, helping(code)) }
		}
		return []refusedTry{
			{"one that was never given", with(Code{Text: "00000-00000"})},
			{"one that was used", with(used)},
			{"one that has expired", with(over)},
			{"one that was cancelled", with(cancelled)},
			{"one for the person", with(forPerson)},
		}
	}, fault.Refused)
}
