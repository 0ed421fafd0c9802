package identity

import (
	"context"
	"time"

	"satchel/internal/fault"
	"satchel/sync"
)

// ProofLasts is how long it holds that somebody has shown who they are. What takes much out of the house at once asks for it.
const ProofLasts = 10 * time.Minute

// Proof is how somebody who is signed in shows that it is still them, and not whoever found the phone or the desk open. Staff type their
// password, and a code if they have a second factor; everybody else a code that somebody else has made for them, with the birth date. Whoever
// has a passkey uses it. A
// code that they made for themselves shows nothing: whoever holds the phone could make one.
type Proof struct {
	Password string
	Code     string // from the authenticator app

	Passkey []byte // what the authenticator answered upon BeginPasskeyProof, as JSON

	EnrolmentCode string
	BirthDate     string
	RequestID     string // as in Redemption: a code that this request has used already counts as it did

	Address string
}

// Proved asks that who speaks has shown on this device, within ProofLasts, that it is them: by signing in, by enrolling with a code that
// somebody else made, or with Prove. Its fault is Unproved.
func (s *Service) Proved(who Session) error {
	if now := s.nowMs(); who.Proved != 0 && now < who.Proved+ProofLasts.Milliseconds() && now > who.Proved-ProofLasts.Milliseconds() {
		return nil
	}
	text := "Before this is done, show that it is you: use your passkey, or ask your team for a code and send it with your birth date. Then ask again."
	if who.Kind.staff() {
		text = "Before this is done, show that it is you: use your passkey, or send your password, with a code if you have a second factor. Then ask again."
	}
	return fault.New(fault.Unproved, "identity.Proved", text)
}

var errWrongProof = fault.New(fault.Refused, "identity.Prove", "This does not show that it is you. Check what you typed, or ask for a new code.")

// Prove notes on the caller's device that it is them, and says until when that holds (ms). Everything that is wrong is one fault, Refused,
// and guessed no more often than at sign-in: TooMany when a failure budget is empty.
func (s *Service) Prove(ctx context.Context, who syncing.Principal, p Proof) (until int64, err error) {
	switch password, code, passkey := p.Password != "", p.EnrolmentCode != "", p.Passkey != nil; {
	case password && !code && !passkey:
		return s.proveByPassword(ctx, who, p)
	case code && !password && !passkey:
		return s.proveByCode(ctx, who, p)
	case passkey && !password && !code:
		return s.proveByPasskey(ctx, who, p)
	}
	return 0, fault.New(fault.Invalid, "identity.Prove", "Send a password, a code with a birth date, or a passkey.")
}

func (s *Service) proveByPassword(ctx context.Context, who syncing.Principal, p Proof) (int64, error) {
	if err := checkAddress(p.Address); err != nil {
		return 0, err
	}
	charges := []charge{{budget: signInAll}, {signInAddress, p.Address}, {signInNamed, who.Account.UUID.String()}}
	if err := s.spend(ctx, charges...); err != nil {
		return 0, err
	}
	c, err := s.credentials(ctx, who.Account)
	if err != nil {
		return 0, err
	}
	known := knownPassword{account: who.Account, hash: c.Password}
	if known.right, err = s.matches(ctx, p.Password, c.Password); err != nil {
		return 0, err
	}
	at := s.nowMs()
	err = s.updateAccount(ctx, who.Account, func(tx syncing.Tx, row *accountRow) error {
		if err := s.secondFactor(tx, *row, known, p.Code); err != nil {
			return err
		}
		return s.noteProof(tx, who, at)
	})
	if fault.Is(err, fault.Unauthenticated) { // a sentence for who is signing in
		err = errWrongProof
	}
	if err != nil {
		return 0, err
	}
	s.giveBack(ctx, charges...)
	return at + ProofLasts.Milliseconds(), nil
}

func (s *Service) proveByCode(ctx context.Context, who syncing.Principal, p Proof) (int64, error) {
	code, err := typedCode(p.EnrolmentCode)
	if err != nil {
		return 0, err
	}
	birth, err := birthDate(p.BirthDate)
	if err != nil {
		return 0, err
	}
	if err := checkRequest(p.RequestID, p.Address); err != nil {
		return 0, err
	}
	charges := []charge{{budget: enrolAll}, {enrolAddress, p.Address}}
	if err := s.spend(ctx, charges...); err != nil {
		return 0, err
	}
	request := s.Blind("request", []byte(who.Device.String()+p.RequestID))
	claim, err := s.claimCode(ctx, s.blindCode(code), birth, request, codeUse{
		fits:  func(row codeRow) bool { return row.Account == who.Account && row.vouches() },
		opens: func(syncing.Tx, codeRow) error { return nil },
	})
	if fault.Is(err, fault.Refused) {
		err = errWrongProof
	}
	if err != nil {
		return 0, err
	}
	err = s.updateAccount(ctx, who.Account, func(tx syncing.Tx, _ *accountRow) error { return s.noteProof(tx, who, claim.Used) })
	if err != nil {
		return 0, err
	}
	s.giveBack(ctx, charges...)
	return claim.Used + ProofLasts.Milliseconds(), nil
}

// vouches reports whether somebody else made the code: who it is was seen by another pair of eyes.
func (c codeRow) vouches() bool { return c.By != c.Account }

// noteProof writes on the caller's device that it was them at that time; never an earlier one over a later.
func (s *Service) noteProof(tx syncing.Tx, who syncing.Principal, at int64) error {
	var d deviceRow
	found, err := readRow(tx, syncing.TableIdentity, deviceKey(who.Device), &d)
	if err != nil || !found || d.Ended != 0 {
		return cmpErr(err, signInAgain(nil))
	}
	if d.Proved >= at {
		return nil
	}
	d.Proved = at
	if err := writeRow(tx, syncing.TableIdentity, deviceKey(who.Device), d); err != nil {
		return err
	}
	return s.audit(tx, AuditEntry{Kind: AuditProved, By: who.Account, Device: who.Device})
}
