package identity

import (
	"fmt"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	"satchel/sync"
)

const nurseName = "nurse.okafor@example.org"

func (h *house) nurse() syncing.AccountID {
	h.t.Helper()
	account, err := h.CreateStaff(h.ctx, h.admin, Staff{Kind: KindClinician, Name: "Nurse Okafor", SignInName: nurseName, Password: staffPassword})
	require.NoError(h.t, err)
	return account
}

func signingIn() SigningIn {
	return SigningIn{Name: nurseName, Password: staffPassword, Address: "192.0.2.7", Device: desk}
}

// app is an authenticator app: it knows the secret and the time.
func (h *house) app(tokens Tokens) func() string {
	h.t.Helper()
	address, err := h.BeginSecondFactor(h.ctx, h.speaks(tokens))
	require.NoError(h.t, err)
	u, err := url.Parse(address)
	require.NoError(h.t, err)
	secret := u.Query().Get("secret")
	require.NotEmpty(h.t, secret)
	return func() string {
		code, err := totp.GenerateCode(secret, h.clock.now())
		require.NoError(h.t, err)
		return code
	}
}

func TestStaffSignInWithNameAndPassword(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	account := h.nurse()
	r := signingIn()
	r.Name = "  Nurse.OKAFOR@example.org "
	tokens, err := h.SignIn(h.ctx, r)
	require.NoError(t, err)
	require.Equal(t, account, tokens.Account)
	require.Equal(t, KindClinician, tokens.Kind)
	require.Equal(t, account, h.speaks(tokens).Account)
	require.Equal(t, h.clock.now().Add(staffLifetime).UnixMilli(), tokens.RefreshExpires)
}

func TestWrongSignInsAreOneSentenceAndTheSameWork(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	account := h.nurse()
	store := &counted{Store: h.Store}
	s := h.serviceOn(store)
	var work []string
	for name, change := range map[string]func(*SigningIn){
		"wrong password":   func(r *SigningIn) { r.Password = "another long password" },
		"no password":      func(r *SigningIn) { r.Password = "" },
		"a long password":  func(r *SigningIn) { r.Password = strings.Repeat("p", 1<<20) },
		"unknown name":     func(r *SigningIn) { r.Name = "nobody@example.org" },
		"unknown and none": func(r *SigningIn) { r.Name, r.Password = "nobody@example.org", "" },
	} {
		r := signingIn()
		change(&r)
		store.taken()
		_, err := s.SignIn(h.ctx, r)
		isFault(t, fault.Unauthenticated, err)
		require.Equal(t, "The name, the password or the code is not right.", fault.TextOf(err), name)
		if calls := store.taken(); work == nil {
			work = calls
		} else {
			require.Equal(t, work, calls, name)
		}
	}
	require.Contains(t, work, "lookup identity.names")
	require.NoError(t, h.LockAccount(h.ctx, h.admin, account))
	_, err := h.SignIn(h.ctx, signingIn())
	isFault(t, fault.Unauthenticated, err)
	require.Equal(t, "The name, the password or the code is not right.", fault.TextOf(err))
}

// The time of an unknown name is that of one password hash, as for a known one: with the real cost, hashing is nearly all of it.
func TestAnUnknownNameIsHashedToo(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ok, err := h.matches(h.ctx, staffPassword, "")
	require.NoError(t, err)
	require.False(t, ok)
	real := Config{}
	real.fillIn()
	require.Equal(t, PasswordCost{MemoryKiB: 19456, Passes: 2, Lanes: 1}, real.PasswordCost)
	hash, err := real.PasswordCost.hash(staffPassword)
	require.NoError(t, err)
	require.Contains(t, hash, "$argon2id$v=19$m=19456,t=2,p=1$")
	require.NotEqual(t, strings.Split(h.decoyHash, "$")[5], strings.Split(hash, "$")[5])
	require.Equal(t, strings.Split(h.decoyHash, "$")[3], "m=64,t=1,p=1")
	require.LessOrEqual(t, cap(h.hashing), min(hashingMax, runtime.NumCPU()))
}

// secondFactor makes a nurse who signed in and confirmed a second factor; app gives the code of now.
func (h *house) secondFactor() (tokens Tokens, app func() string) {
	h.t.Helper()
	h.nurse()
	tokens, err := h.SignIn(h.ctx, signingIn())
	require.NoError(h.t, err)
	app = h.app(tokens)
	require.NoError(h.t, h.ConfirmSecondFactor(h.ctx, h.speaks(tokens), app()))
	return tokens, app
}

func TestASecondFactorIsNeededOnceSetAndEachCodeWorksOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.nurse()
	tokens, err := h.SignIn(h.ctx, signingIn())
	require.NoError(t, err)
	app := h.app(tokens)
	_, err = h.SignIn(h.ctx, signingIn())
	require.NoError(t, err, "it counts only when it was confirmed")
	isFault(t, fault.Refused, h.ConfirmSecondFactor(h.ctx, h.speaks(tokens), "000000x"))
	used := app()
	require.NoError(t, h.ConfirmSecondFactor(h.ctx, h.speaks(tokens), used))

	try := func(code string) error {
		r := signingIn()
		r.Code = code
		_, err := h.SignIn(h.ctx, r)
		return err
	}
	isFault(t, fault.Unauthenticated, try(""))
	isFault(t, fault.Unauthenticated, try(used)) // it was used to confirm
	h.clock.forward(totpPeriod * time.Second)
	code := app()
	require.NoError(t, try(code))
	isFault(t, fault.Unauthenticated, try(code))
	h.clock.forward(totpPeriod * time.Second)
	isFault(t, fault.Unauthenticated, try(code)) // still within the skew, and used
	late := app()
	h.clock.forward(totpPeriod * time.Second)
	require.NoError(t, try(late), "one step late is allowed")
	old := app()
	h.clock.forward((totpSkew + 1) * totpPeriod * time.Second)
	isFault(t, fault.Unauthenticated, try(old))
}

func TestOneCodeAtTwoDesksAtOnceSignsInOne(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, app := h.secondFactor()
	h.clock.forward(totpPeriod * time.Second)
	r := signingIn()
	r.Code = app()
	errs := make([]error, 4)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { _, errs[i] = h.SignIn(h.ctx, r) })
	}
	wg.Wait()
	in := 0
	for _, err := range errs {
		if err == nil {
			in++
		}
	}
	require.Equal(t, 1, in)
}

func TestPasswordsThatWouldBeGuessedAreRefused(t *testing.T) {
	t.Parallel()
	for _, password := range []string{
		"", "elevenchars", "passwordpassword", "PasswordPassword", "correct horse battery staple",
		strings.Repeat("é", passwordRunesMax+1), "aaaaaaaaaaaaaa", "my " + nurseName + "!", "not\xffvalid utf8",
	} {
		isFault(t, fault.Refused, checkPassword(password, nurseName))
	}
	for _, password := range []string{"twelve chars", strings.Repeat("né", passwordRunesMax/2), staffPassword, "alllowercase letters"} {
		require.NoError(t, checkPassword(password, nurseName), password)
	}
	require.GreaterOrEqual(t, len(common), 100)
	for password := range common {
		require.GreaterOrEqual(t, len([]rune(password)), passwordRunesMin, "shorter ones are refused anyway")
		require.Equal(t, strings.ToLower(password), password)
	}
}

func TestASignInNameIsTakenOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.nurse()
	_, err := h.CreateStaff(h.ctx, h.admin, Staff{Kind: KindNavigator, Name: "Other", SignInName: strings.ToUpper(nurseName), Password: staffPassword})
	isFault(t, fault.Refused, err)
}

func TestStaffAreMadeByAdministratorsWithinLimits(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	nurse := syncing.Principal{Account: h.nurse()}
	good := Staff{Kind: KindNavigator, Name: "N", SignInName: "abc", Password: staffPassword}
	_, err := h.CreateStaff(h.ctx, nurse, good)
	isFault(t, fault.Forbidden, err)
	_, err = h.CreateStaff(h.ctx, syncing.Principal{}, good) // nobody is no administrator
	isFault(t, fault.Forbidden, err)
	for name, change := range map[string]func(*Staff){
		"a patient":     func(n *Staff) { n.Kind = KindPatient },
		"no kind":       func(n *Staff) { n.Kind = "" },
		"short name":    func(n *Staff) { n.SignInName = "ab" },
		"long name":     func(n *Staff) { n.SignInName = strings.Repeat("n", signInNameRunesMax+1) },
		"control":       func(n *Staff) { n.SignInName = "a\x00bc" },
		"no shown name": func(n *Staff) { n.Name = "" },
		"long shown":    func(n *Staff) { n.Name = strings.Repeat("n", nameRunesMax+1) },
	} {
		n := good
		change(&n)
		_, err := h.CreateStaff(h.ctx, h.admin, n)
		require.Equal(t, fault.Invalid, fault.CodeOf(err), name)
	}
	good.SignInName = strings.Repeat("n", signInNameRunesMax)
	_, err = h.CreateStaff(h.ctx, h.admin, good)
	require.NoError(t, err)
	_, err = h.FirstAdministrator(h.ctx, "Second", "second@example.org", adminPassword)
	isFault(t, fault.Conflict, err)
}

func TestAnInterruptedFirstAdministratorIsFinished(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.in(installation(), func(tx syncing.Tx) error { // as if the process had died between its two transactions
		return writeRow(tx, syncing.TableIdentity, firstKeyRow, syncing.AccountID{UUID: h.id()})
	})
	first, err := h.FirstAdministrator(h.ctx, "Root", "root2@example.org", adminPassword)
	require.NoError(t, err)
	require.NoError(t, h.administrator(h.ctx, syncing.Principal{Account: first}))
	_, err = h.FirstAdministrator(h.ctx, "Root", "root3@example.org", adminPassword)
	isFault(t, fault.Conflict, err)
}

func TestPasswordsOfOneAccountAreGuessedOnlySoOften(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.nurse()
	wrong := signingIn()
	wrong.Password = "another long password"
	for i := range signInNamed.burst {
		wrong.Address = fmt.Sprint("address ", i)
		_, err := h.SignIn(h.ctx, wrong)
		isFault(t, fault.Unauthenticated, err)
	}
	h.restart()
	_, err := h.SignIn(h.ctx, signingIn())
	isFault(t, fault.TooMany, err)
	h.clock.forward(fault.RetryAfterOf(err))
	_, err = h.SignIn(h.ctx, signingIn())
	require.NoError(t, err)
	for range 2 * signInNamed.burst { // being right costs nothing
		_, err = h.SignIn(h.ctx, signingIn())
		require.NoError(t, err)
	}
}

func TestOneAddressFailsToSignInOnlySoOften(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.nurse()
	wrong := signingIn()
	for i := range signInAddress.burst {
		wrong.Name = fmt.Sprintf("nobody%d@example.org", i)
		_, err := h.SignIn(h.ctx, wrong)
		isFault(t, fault.Unauthenticated, err)
	}
	_, err := h.SignIn(h.ctx, signingIn())
	isFault(t, fault.TooMany, err)
}

func TestAChangedPasswordSignsOutAllOtherDevices(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	account := h.nurse()
	here, err := h.SignIn(h.ctx, signingIn())
	require.NoError(t, err)
	there, err := h.SignIn(h.ctx, signingIn())
	require.NoError(t, err)
	who := h.speaks(here)
	next := "copper window autumn reed"
	isFault(t, fault.Forbidden, h.ChangePassword(h.ctx, who, "another long password", next))
	isFault(t, fault.Refused, h.ChangePassword(h.ctx, who, staffPassword, "short"))
	require.NoError(t, h.ChangePassword(h.ctx, who, staffPassword, next))
	h.speaks(here)
	_, err = h.Authenticate(h.ctx, there.Access)
	isFault(t, fault.Unauthenticated, err)
	_, err = h.SignIn(h.ctx, signingIn())
	isFault(t, fault.Unauthenticated, err)
	r := signingIn()
	r.Password = next
	_, err = h.SignIn(h.ctx, r)
	require.NoError(t, err)

	isFault(t, fault.Forbidden, h.ResetPassword(h.ctx, who, h.admin.Account, next))
	require.NoError(t, h.ConfirmSecondFactor(h.ctx, who, h.app(here)()))
	_, err = h.SignIn(h.ctx, r)
	isFault(t, fault.Unauthenticated, err)
	require.NoError(t, h.ResetPassword(h.ctx, h.admin, account, "birch lagoon thimble oath"))
	_, err = h.Authenticate(h.ctx, here.Access)
	isFault(t, fault.Unauthenticated, err)
	r.Password = "birch lagoon thimble oath"
	_, err = h.SignIn(h.ctx, r)
	require.NoError(t, err, "an administrator's reset ends the second factor: the phone may be what was lost")
}

func TestAPasswordThatIsChangedWhileItIsComparedSignsNobodyIn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	account := h.nurse()
	hashed := func() { require.NoError(t, h.ResetPassword(h.ctx, h.admin, account, "birch lagoon thimble oath")) }
	s := h.serviceOn(&between{Store: h.Store, do: hashed})
	known, err := s.checkNameAndPassword(h.ctx, nurseName, staffPassword)
	require.NoError(t, err)
	_, err = s.openStaffSession(h.ctx, known, signingIn())
	isFault(t, fault.Unauthenticated, err)
}

func TestThePresentPasswordIsGuessedOnlySoOften(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.nurse()
	tokens, err := h.SignIn(h.ctx, signingIn())
	require.NoError(t, err)
	who := h.speaks(tokens)
	for range signInNamed.burst {
		isFault(t, fault.Forbidden, h.ChangePassword(h.ctx, who, "another long password", "copper window autumn reed"))
	}
	isFault(t, fault.TooMany, h.ChangePassword(h.ctx, who, staffPassword, "copper window autumn reed"))
}

func TestAPatientHasNoPassword(t *testing.T) {
	t.Parallel()
	h, nurse, record := newWard(t)
	patient := h.patient(nurse, record)
	isFault(t, fault.Forbidden, h.ChangePassword(h.ctx, h.speaks(patient), "", staffPassword))
	isFault(t, fault.Refused, h.ResetPassword(h.ctx, h.admin, patient.Account, staffPassword))
	_, err := h.BeginSecondFactor(h.ctx, h.speaks(patient))
	isFault(t, fault.Refused, err)
}
