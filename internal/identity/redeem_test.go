package identity

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/sync"
)

func TestACodeAndABirthDateMakeAPatientWithAPhone(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	code := h.code(nurse, record, CodeRequest{Kind: KindPatient, BirthDate: birthday})
	require.Len(t, code.Text, 11)
	require.Equal(t, h.clock.now().Add(72*time.Hour).UnixMilli(), code.Expires)
	tokens, err := h.Redeem(h.ctx, redemption(code))
	require.NoError(t, err)
	require.Equal(t, code.Account, tokens.Account)
	require.Equal(t, KindPatient, tokens.Kind)
	who, err := h.Authenticate(h.ctx, tokens.Access)
	require.NoError(t, err)
	require.Equal(t, tokens.Account, who.Account)
	require.Equal(t, tokens.Device, who.Device)
	require.True(t, h.scope(record, who.Principal).Owner())
}

func TestACodeIsTypedAsPeopleType(t *testing.T) {
	t.Parallel()
	for _, typed := range []string{"ABC10-01FGH", "abc10 01fgh", " aBcIo-oLfG-h ", "ABCi0\u00a0o1FGH"} {
		code, err := typedCode(typed)
		require.NoError(t, err, typed)
		require.Equal(t, "ABC1001FGH", code, typed)
	}
	for _, typed := range []string{"", "ABC10-01FG", "ABC10-01FGHJ", "ABC10-01FGU", "ABC10-01FG\x00", strings.Repeat("-", 100_000), "ABC10-01FGß"} {
		_, err := typedCode(typed)
		isFault(t, fault.Invalid, err)
	}
}

func TestACodeHasFiftyBitsAndAllCharactersOccur(t *testing.T) {
	t.Parallel()
	require.Len(t, crockford, 32)
	h, _, record := newWard(t)
	var used [256]bool
	h.in(record, func(tx syncing.Tx) error {
		for range 200 {
			text, _, err := h.freshCode(tx)
			require.NoError(t, err)
			require.Len(t, text, codeCharacters)
			for _, c := range []byte(text) {
				used[c] = true
			}
		}
		return nil
	})
	for _, c := range []byte(crockford) {
		require.True(t, used[c], string(c))
	}
}

// refusal is a way in which a redemption does not open anything.
type refusal struct {
	name string
	try  func(h *house, nurse syncing.Principal, record syncing.RecordID) Redemption
}

func refusals() []refusal {
	fresh := func(h *house, nurse syncing.Principal, record syncing.RecordID) (Code, Redemption) {
		code := h.code(nurse, record, CodeRequest{Kind: KindPatient, BirthDate: birthday})
		r := redemption(code)
		r.RequestID = "request of another phone"
		return code, r
	}
	return []refusal{
		{"unknown", func(h *house, nurse syncing.Principal, record syncing.RecordID) Redemption {
			_, r := fresh(h, nurse, record)
			r.Code = "00000-00000"
			return r
		}},
		{"wrong birth date", func(h *house, nurse syncing.Principal, record syncing.RecordID) Redemption {
			_, r := fresh(h, nurse, record)
			r.BirthDate = "1961-05-25"
			return r
		}},
		{"expired", func(h *house, nurse syncing.Principal, record syncing.RecordID) Redemption {
			_, r := fresh(h, nurse, record)
			h.clock.forward(codeLives)
			return r
		}},
		{"used", func(h *house, nurse syncing.Principal, record syncing.RecordID) Redemption {
			code, r := fresh(h, nurse, record)
			_, err := h.Redeem(h.ctx, redemption(code))
			require.NoError(h.t, err)
			return r
		}},
		{"cancelled", func(h *house, nurse syncing.Principal, record syncing.RecordID) Redemption {
			code, r := fresh(h, nurse, record)
			require.NoError(h.t, h.CancelCode(h.ctx, nurse, record, code.ID))
			return r
		}},
		{"tried too often", func(h *house, nurse syncing.Principal, record syncing.RecordID) Redemption {
			_, r := fresh(h, nurse, record)
			wrong := r
			wrong.BirthDate = "2000-01-01"
			for range codeTriesMax {
				_, err := h.Redeem(h.ctx, wrong)
				isFault(h.t, fault.Refused, err)
			}
			return r
		}},
	}
}

func TestWrongExpiredUsedAndUnknownCodesAreOneSentenceAndTheSameWork(t *testing.T) {
	t.Parallel()
	h, nurse, _ := newWard(t)
	team := h.who(nurse.Account).Teams[0].Team
	var sentence string
	var work []string
	for _, r := range refusals() {
		record := syncing.RecordID{UUID: h.id()}
		h.in(record, func(tx syncing.Tx) error { return h.GrantTeam(tx, nurse, team, nil) })
		try := r.try(h, nurse, record)
		store := &counted{Store: h.Store, hashes: true}
		s := h.serviceOn(store)
		store.taken()
		_, err := s.Redeem(h.ctx, try)
		isFault(t, fault.Refused, err)
		if calls := store.taken(); work == nil {
			sentence, work = fault.TextOf(err), calls
		} else {
			require.Equal(t, work, calls, r.name)
		}
		require.Equal(t, sentence, fault.TextOf(err), r.name)
	}
	require.Contains(t, strings.Join(work, ","), "lookup identity.codes,view,get,view,get,get,hash of birth date,put,committed")
}

func TestACodeExpiresAfterThreeDaysAndNotBefore(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	code := h.code(nurse, record, CodeRequest{Kind: KindPatient, BirthDate: birthday})
	h.clock.forward(codeLives - time.Millisecond)
	_, err := h.Redeem(h.ctx, redemption(code))
	require.NoError(t, err)
}

func TestACodeStandsFiveTriesAndNotSix(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	wrong := func(r Redemption) Redemption { r.BirthDate = "1999-09-09"; return r }
	four := h.code(nurse, record, CodeRequest{Kind: KindPatient, BirthDate: birthday})
	for range codeTriesMax - 1 {
		_, err := h.Redeem(h.ctx, wrong(redemption(four)))
		isFault(t, fault.Refused, err)
	}
	_, err := h.Redeem(h.ctx, redemption(four))
	require.NoError(t, err, "the fifth may be right")

	five := h.code(nurse, record, CodeRequest{Kind: KindPatient, BirthDate: birthday})
	for range codeTriesMax {
		_, err := h.Redeem(h.ctx, wrong(redemption(five)))
		isFault(t, fault.Refused, err)
	}
	_, err = h.Redeem(h.ctx, redemption(five))
	isFault(t, fault.Refused, err)
}

func TestTwoRedemptionsAtOnceMakeOnePhone(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	for round := range 10 {
		code := h.code(nurse, record, CodeRequest{Kind: KindPatient, BirthDate: birthday})
		var wg sync.WaitGroup
		errs := make([]error, 2)
		for i := range errs {
			wg.Go(func() {
				r := redemption(code)
				r.RequestID = fmt.Sprintf("request %d of round %d", i, round)
				_, errs[i] = h.Redeem(h.ctx, r)
			})
		}
		wg.Wait()
		require.NotEqual(t, errs[0] == nil, errs[1] == nil, "exactly one: %v", errs)
		isFault(t, fault.Refused, errors.Join(errs...))
		devices, err := h.Devices(h.ctx, h.who(code.Account), code.Account, syncing.RecordID{})
		require.NoError(t, err)
		require.Len(t, devices, round+1)
	}
}

func TestALostAnswerOfARedemptionIsGivenAgain(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	code := h.code(nurse, record, CodeRequest{Kind: KindPatient, BirthDate: birthday})
	first, err := h.Redeem(h.ctx, redemption(code))
	require.NoError(t, err)
	h.restart()
	h.clock.forward(time.Hour)
	again, err := h.Redeem(h.ctx, redemption(code))
	require.NoError(t, err)
	require.Equal(t, first.Refresh, again.Refresh)
	require.Equal(t, first.Device, again.Device)

	h.clock.forward(codeLives)
	_, err = h.Redeem(h.ctx, redemption(code))
	isFault(t, fault.Refused, err) // not for ever
	h.clock.forward(-codeLives)

	_, err = h.Refresh(h.ctx, Refreshing{Token: again.Refresh, RequestID: "the first refresh"})
	require.NoError(t, err)
	_, err = h.Redeem(h.ctx, redemption(code))
	isFault(t, fault.Refused, err) // the answer arrived, so whoever asks again is somebody else
}

func TestARevokedPhoneDoesNotComeBackByItsOldRequest(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	code := h.code(nurse, record, CodeRequest{Kind: KindPatient, BirthDate: birthday})
	tokens, err := h.Redeem(h.ctx, redemption(code))
	require.NoError(t, err)
	require.NoError(t, h.RevokeDevice(h.ctx, nurse, tokens.Account, tokens.Device, record))
	_, err = h.Redeem(h.ctx, redemption(code))
	isFault(t, fault.Refused, err)
}

// failing is a store that refuses the nth commit from now, as a full disk does.
type failing struct {
	syncing.Store
	mu    sync.Mutex
	after int
}

func (f *failing) Update(ctx context.Context, record syncing.RecordID, fn func(syncing.Tx) error) error {
	f.mu.Lock()
	f.after--
	stop := f.after == 0
	f.mu.Unlock()
	if stop {
		return fault.Later(fault.Full, "test", "The disk is full.", time.Second)
	}
	return f.Store.Update(ctx, record, fn)
}

func TestARedemptionThatIsCutAnywhereIsFinishedByTheSameRequest(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	cuts := 0
	for cut := 1; ; cut++ {
		code := h.code(nurse, record, CodeRequest{Kind: KindPatient, BirthDate: birthday})
		_, err := h.serviceOn(&failing{Store: h.Store, after: cut}).Redeem(h.ctx, redemption(code))
		if err != nil {
			cuts++
			isFault(t, fault.Full, err)
			h.restart()
		}
		tokens, again := h.Redeem(h.ctx, redemption(code))
		require.NoError(t, again)
		who, again := h.Authenticate(h.ctx, tokens.Access)
		require.NoError(t, again)
		require.True(t, h.scope(record, who.Principal).Owner())
		devices, again := h.Devices(h.ctx, who.Principal, who.Account, syncing.RecordID{})
		require.NoError(t, again)
		require.Len(t, devices, cut)
		if err == nil {
			break
		}
	}
	require.Equal(t, 3, cuts, "the budget, the code, the account")
}

func TestANewPhoneOfThePatientIsASecondDeviceOfTheSameAccount(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	first := h.patient(nurse, record)
	second := h.patient(nurse, record)
	require.Equal(t, first.Account, second.Account)
	require.NotEqual(t, first.Device, second.Device)
	for _, tokens := range []Tokens{first, second} {
		_, err := h.Authenticate(h.ctx, tokens.Access)
		require.NoError(t, err)
	}
}

func TestTwoCodesOfANewRecordMakeOneOwner(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	one := h.code(nurse, record, CodeRequest{Kind: KindPatient, BirthDate: birthday})
	two := h.code(nurse, record, CodeRequest{Kind: KindPatient, BirthDate: birthday})
	for _, code := range []Code{one, two} {
		_, err := h.Redeem(h.ctx, redemption(code))
		require.NoError(t, err)
	}
	require.Equal(t, one.Account, two.Account)
}

func TestWhoMayMakeACode(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	patient := h.who(h.patient(nurse, record).Account)
	caregiver := h.who(h.caregiver(nurse, record).Account)
	stranger := h.member(h.team(TeamOncology))
	ask := func(who syncing.Principal, req CodeRequest) error {
		req.BirthDate = birthday
		_, err := h.CreateCode(h.ctx, who, record, req)
		return err
	}
	more := []string{CategorySchedule, CategoryMessages}
	require.NoError(t, ask(patient, CodeRequest{Kind: KindCaregiver, Categories: more}))
	require.NoError(t, ask(patient, CodeRequest{Kind: KindPatient, OwnPhone: true}))
	require.NoError(t, ask(caregiver, CodeRequest{Kind: KindCaregiver, OwnPhone: true}))
	isFault(t, fault.Forbidden, ask(nurse, CodeRequest{Kind: KindCaregiver, Categories: more}))
	isFault(t, fault.Forbidden, ask(caregiver, CodeRequest{Kind: KindCaregiver}))
	isFault(t, fault.Forbidden, ask(caregiver, CodeRequest{Kind: KindPatient, OwnPhone: true}))
	isFault(t, fault.Forbidden, ask(caregiver, CodeRequest{Kind: KindCaregiver, OwnPhone: true, Categories: more}))
	isFault(t, fault.Forbidden, ask(nurse, CodeRequest{Kind: KindCaregiver, OwnPhone: true}))
	isFault(t, fault.NotFound, ask(stranger, CodeRequest{Kind: KindPatient}))
	isFault(t, fault.NotFound, ask(h.admin, CodeRequest{Kind: KindPatient}))
	isFault(t, fault.Invalid, ask(nurse, CodeRequest{Kind: KindClinician}))
	_, err := h.CreateCode(h.ctx, nurse, record, CodeRequest{Kind: KindPatient, BirthDate: "24.5.1961"})
	isFault(t, fault.Invalid, err)
}

func TestACaregiversNextPhoneKeepsWhatThePersonDecided(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	patient := h.who(h.patient(nurse, record).Account)
	caregiver := h.who(h.caregiver(patient, record, CategorySchedule, CategoryMessages).Account)
	code := h.code(caregiver, record, CodeRequest{Kind: KindCaregiver, BirthDate: birthday, OwnPhone: true})
	require.Equal(t, caregiver.Account, code.Account)
	_, err := h.Redeem(h.ctx, redemption(code))
	require.NoError(t, err)
	require.Equal(t, []string{CategoryMessages, CategorySchedule}, Consented(h.scope(record, caregiver).Categories()))
}

func TestACodeOfSomebodyWhoseAccessHasEndedOpensNothing(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	patient := h.who(h.patient(nurse, record).Account)
	caregiver := h.who(h.caregiver(patient, record).Account)
	mate := h.member(Team{ID: nurse.Teams[0].Team})
	ofCaregiver := h.code(caregiver, record, CodeRequest{Kind: KindCaregiver, BirthDate: birthday, OwnPhone: true})
	ofNurse := h.code(nurse, record, CodeRequest{Kind: KindPatient, BirthDate: birthday})
	ofMate := h.code(mate, record, CodeRequest{Kind: KindPatient, BirthDate: birthday})
	require.NoError(t, h.EndAccess(h.ctx, patient, record, Grantee{Account: caregiver.Account}))
	require.NoError(t, h.LockAccount(h.ctx, h.admin, nurse.Account))
	require.NoError(t, h.EndMember(h.ctx, h.admin, nurse.Teams[0].Team, mate.Account))
	for _, code := range []Code{ofCaregiver, ofNurse, ofMate} {
		_, err := h.Redeem(h.ctx, redemption(code))
		isFault(t, fault.Refused, err)
	}
	require.False(t, h.scope(record, caregiver).Active())
}

func TestOnlySoManyCodesWaitAtOnce(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	req := CodeRequest{Kind: KindPatient, BirthDate: birthday}
	for range codesOpenMax {
		h.code(nurse, record, req)
	}
	_, err := h.CreateCode(h.ctx, nurse, record, req)
	isFault(t, fault.Refused, err)
	h.clock.forward(codeKept + time.Hour)
	code := h.code(nurse, record, req)
	h.in(record, func(tx syncing.Tx) error {
		n := 0
		require.NoError(t, scanRows(tx, syncing.TableIdentity, []byte(codePrefix), func([]byte, codeRow) bool { n++; return true }))
		require.Equal(t, 1, n, "the old ones are forgotten")
		return nil
	})
	_, err = h.Redeem(h.ctx, redemption(code))
	require.NoError(t, err)
}

func TestWhatAPhoneSendsToEnrolIsBounded(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	code := h.code(nurse, record, CodeRequest{Kind: KindPatient, BirthDate: birthday})
	for name, change := range map[string]func(*Redemption){
		"request id too short":   func(r *Redemption) { r.RequestID = strings.Repeat("r", requestIDBytesMin-1) },
		"request id too long":    func(r *Redemption) { r.RequestID = strings.Repeat("r", requestIDBytesMax+1) },
		"address too long":       func(r *Redemption) { r.Address = strings.Repeat("1", addressBytesMax+1) },
		"device name too long":   func(r *Redemption) { r.Device.Name = strings.Repeat("é", nameRunesMax+1) },
		"device without a name":  func(r *Redemption) { r.Device.Name = " " },
		"device kind too long":   func(r *Redemption) { r.Device.Kind = strings.Repeat("k", platformBytesMax+1) },
		"device kind of rubbish": func(r *Redemption) { r.Device.Kind = "a\x00" },
		"no birth date":          func(r *Redemption) { r.BirthDate = "" },
	} {
		r := redemption(code)
		change(&r)
		_, err := h.Redeem(h.ctx, r)
		require.Equal(t, fault.Invalid, fault.CodeOf(err), name)
	}
	_, err := h.Redeem(h.ctx, redemption(code))
	require.NoError(t, err, "what could not be understood cost no try")
}

// T4: 100,000 guesses over three restarts. That a random guess of 50 bits misses proves nothing, so at the end of each life
// the right code and birth date are sent as well: they are refused unseen, because the budget is empty.
func TestAHundredThousandGuessesOverThreeRestartsOpenNothing(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	code := h.code(nurse, record, CodeRequest{Kind: KindPatient, BirthDate: birthday})
	const guesses, lives = 100_000, 4
	judged := 0
	for life := range lives {
		if life > 0 {
			h.restart()
		}
		size := h.fileSize()
		for i := range guesses / lives {
			judged += h.guess(i)
		}
		_, err := h.Redeem(h.ctx, redemption(code))
		isFault(t, fault.TooMany, err)
		require.Positive(t, fault.RetryAfterOf(err))
		require.LessOrEqual(t, h.fileSize(), size+8<<20, "guesses do not fill the disk")
		h.clock.forward(time.Minute)
	}
	most := int(enrolAll.burst) + int(lives*time.Minute/enrolAll.refill)
	require.LessOrEqual(t, judged, most, "guesses that were compared with anything")
	require.Positive(t, judged)
	require.Less(t, judged, guesses/100)

	h.clock.forward(time.Hour)
	_, err := h.Redeem(h.ctx, redemption(code))
	require.NoError(t, err, "and afterwards the right one still opens")
}

// guess tries a random code from one of many addresses; it returns 1 if the code was looked at.
func (h *house) guess(i int) int {
	h.t.Helper()
	raw := make([]byte, codeCharacters)
	_, err := rand.Read(raw)
	require.NoError(h.t, err)
	for i := range raw {
		raw[i] = crockford[raw[i]%32]
	}
	_, err = h.Redeem(h.ctx, Redemption{
		Code: string(raw), BirthDate: birthday, RequestID: "request of whoever guesses",
		Address: fmt.Sprintf("198.51.%d.%d", i/256%256, i%256), Device: phone,
	})
	if fault.Is(err, fault.TooMany) {
		return 0
	}
	isFault(h.t, fault.Refused, err)
	return 1
}

func (h *house) fileSize() (bytes int64) {
	h.t.Helper()
	files, err := filepath.Glob(filepath.Join(h.dir, "*"))
	require.NoError(h.t, err)
	for _, name := range files {
		info, err := os.Stat(name)
		require.NoError(h.t, err)
		bytes += info.Size()
	}
	return bytes
}
