package identity

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/sync"
)

// speaking is who speaks with these tokens, which are new ones then.
func (h *house) speaking(tokens *Tokens) Session {
	h.t.Helper()
	*tokens = h.refresh(*tokens, "a refresh of somebody")
	who, err := h.Authenticate(h.ctx, tokens.Access)
	require.NoError(h.t, err)
	return who
}

func TestASignInProvesWhoItIsForTenMinutesOnThatDevice(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.nurse()
	tokens, err := h.SignIn(h.ctx, signingIn())
	require.NoError(t, err)
	other, err := h.SignIn(h.ctx, signingIn())
	require.NoError(t, err)
	who, err := h.Authenticate(h.ctx, tokens.Access)
	require.NoError(t, err)
	elsewhere, err := h.Authenticate(h.ctx, other.Access)
	require.NoError(t, err)
	require.NoError(t, h.Proved(who))
	h.clock.forward(ProofLasts - time.Millisecond)
	require.NoError(t, h.Proved(who))
	h.clock.forward(time.Millisecond)
	isFault(t, fault.Unproved, h.Proved(who))

	_, err = h.Prove(h.ctx, who.Principal, Proof{Password: "another long password"})
	isFault(t, fault.Refused, err)
	until, err := h.Prove(h.ctx, who.Principal, Proof{Password: staffPassword})
	require.NoError(t, err)
	require.Equal(t, h.clock.now().Add(ProofLasts).UnixMilli(), until)
	again := h.speaking(&tokens)
	require.NoError(t, h.Proved(again))
	isFault(t, fault.Unproved, h.Proved(h.speaking(&other))) // on another desk nobody has shown anything
	require.NotEqual(t, elsewhere.Device, again.Device)
	h.clock.forward(-time.Hour)
	isFault(t, fault.Unproved, h.Proved(again)) // a clock that is set back opens nothing
}

func TestASecondFactorBelongsToTheProof(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	tokens, app := h.secondFactor()
	h.clock.forward(time.Hour)
	who := h.speaking(&tokens)
	_, err := h.Prove(h.ctx, who.Principal, Proof{Password: staffPassword})
	isFault(t, fault.Refused, err)
	code := app()
	_, err = h.Prove(h.ctx, who.Principal, Proof{Password: staffPassword, Code: code})
	require.NoError(t, err)
	_, err = h.Prove(h.ctx, who.Principal, Proof{Password: staffPassword, Code: code})
	isFault(t, fault.Refused, err) // looked over somebody's shoulder
}

// Whoever holds a phone that was left open could make a code for it, and prove with it what they are not.
func TestAPersonProvesWhoTheyAreWithACodeThatSomebodyElseMade(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	tokens := h.patient(nurse, record)
	who := h.speaking(&tokens)
	require.NoError(t, h.Proved(who), "they have just enrolled with a code of the nurse")
	h.clock.forward(time.Hour)
	isFault(t, fault.Unproved, h.Proved(who))

	prove := func(code Code, request string) (int64, error) {
		return h.Prove(h.ctx, who.Principal, Proof{EnrolmentCode: code.Text, BirthDate: birthday, RequestID: request, Address: "192.0.2.7"})
	}
	own := h.code(who.Principal, record, CodeRequest{Kind: KindPatient, BirthDate: birthday, OwnPhone: true})
	_, err := prove(own, "a request of the thief")
	isFault(t, fault.Refused, err)
	stolen, err := h.Redeem(h.ctx, redemption(h.code(who.Principal, record, CodeRequest{Kind: KindPatient, BirthDate: birthday, OwnPhone: true})))
	require.NoError(t, err)
	isFault(t, fault.Unproved, h.Proved(h.speaking(&stolen))) // nor by a further phone
	_, err = prove(h.code(nurse, record, CodeRequest{Kind: KindCaregiver, BirthDate: birthday}), "of somebody else's code")
	isFault(t, fault.Refused, err)

	code := h.code(nurse, record, CodeRequest{Kind: KindPatient, BirthDate: birthday})
	until, err := prove(code, "the request of the person")
	require.NoError(t, err)
	require.NoError(t, h.Proved(h.speaking(&tokens)))
	h.clock.forward(time.Minute)
	again, err := prove(code, "the request of the person")
	require.NoError(t, err, "the answer was lost")
	require.Equal(t, until, again, "the same answer, and no more time")
	_, err = prove(code, "a request of the thief")
	isFault(t, fault.Refused, err) // it was used
	_, err = h.Redeem(h.ctx, redemption(code))
	isFault(t, fault.Refused, err) // for a phone too
	h.clock.forward(ProofLasts)
	isFault(t, fault.Unproved, h.Proved(h.speaking(&tokens)))
	require.True(t, h.scope(record, who.Principal).Owner(), "nothing else has changed")
}

func TestProofsAreGuessedNoMoreOftenThanSignIns(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	tokens := h.patient(nurse, record)
	who := h.speaks(tokens)
	for range signInNamed.burst {
		_, err := h.Prove(h.ctx, who, Proof{Password: "a guess of somebody"})
		isFault(t, fault.Refused, err)
	}
	_, err := h.Prove(h.ctx, who, Proof{Password: "a guess of somebody"})
	isFault(t, fault.TooMany, err)
	for range enrolAddress.burst {
		_, err := h.Prove(h.ctx, who, Proof{EnrolmentCode: "00000-00000", BirthDate: birthday, RequestID: "a request of a guesser", Address: "192.0.2.9"})
		isFault(t, fault.Refused, err)
	}
	_, err = h.Prove(h.ctx, who, Proof{EnrolmentCode: "00000-00000", BirthDate: birthday, RequestID: "a request of a guesser", Address: "192.0.2.9"})
	isFault(t, fault.TooMany, err)
}

func TestAProofIsOneThingOrTheOtherAndTakesTheSameWork(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	who := h.speaks(h.patient(nurse, record))
	for _, p := range []Proof{{}, {Password: "x", EnrolmentCode: "y"}} {
		_, err := h.Prove(h.ctx, who, p)
		isFault(t, fault.Invalid, err)
	}
	theirs := h.code(nurse, record, CodeRequest{Kind: KindCaregiver, BirthDate: birthday})
	own := h.code(who, record, CodeRequest{Kind: KindPatient, BirthDate: birthday, OwnPhone: true})
	work := func(s *Service) []refusedTry {
		with := func(code string) func() error {
			return func() error {
				_, err := s.Prove(h.ctx, who, Proof{EnrolmentCode: code, BirthDate: birthday, RequestID: "a request of the thief", Address: "192.0.2.7"})
				return err
			}
		}
		return []refusedTry{{"never given", with("00000-00000")}, {"of somebody else", with(theirs.Text)}, {"their own", with(own.Text)}}
	}
	require.Contains(t, h.sameWork(work, fault.Refused), "hash of birth date")
	passwords := func(s *Service) []refusedTry {
		with := func(who syncing.Principal) func() error {
			return func() error {
				_, err := s.Prove(h.ctx, who, Proof{Password: "a guess of somebody"})
				return err
			}
		}
		return []refusedTry{{"of one who has none", with(who)}, {"a wrong one", with(atADesk(h))}}
	}
	require.Contains(t, h.sameWork(passwords, fault.Refused), "hash of password")
}

// atADesk is a nurse at a desk.
func atADesk(h *house) syncing.Principal {
	h.t.Helper()
	h.nurse()
	tokens, err := h.SignIn(h.ctx, signingIn())
	require.NoError(h.t, err)
	return h.speaks(tokens)
}
