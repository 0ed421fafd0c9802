package identity

import (
	"context"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"satchel/internal/fault"
	"satchel/sync"
)

const (
	totpPeriod = 30 // seconds
	totpSkew   = 1  // steps before and after now
)

// SecondFactor says whether the caller signs in with a password, and whether a code of an authenticator app is asked for with it.
func (s *Service) SecondFactor(ctx context.Context, who syncing.Principal) (password, set bool, err error) {
	err = s.Store.View(ctx, s.AccountRecord(who.Account), func(tx syncing.ReadTx) error {
		var c credentialsRow
		found, err := readRow(tx, syncing.TableIdentity, credentialsKey, &c)
		password, set = found, c.TOTP != ""
		return err
	})
	return password, set, err
}

// BeginSecondFactor draws a secret for the caller's authenticator app and gives the otpauth:// address to show as a QR code.
// It counts only after ConfirmSecondFactor; until then what was set before stays.
func (s *Service) BeginSecondFactor(ctx context.Context, who syncing.Principal) (address string, err error) {
	err = s.Store.Update(ctx, s.AccountRecord(who.Account), func(tx syncing.Tx) error {
		var c credentialsRow
		found, err := readRow(tx, syncing.TableIdentity, credentialsKey, &c)
		if err != nil || !found {
			return cmpErr(err, fault.New(fault.Refused, "identity.BeginSecondFactor", "This account does not sign in with a password."))
		}
		key, err := totp.Generate(totp.GenerateOpts{Issuer: s.Issuer, AccountName: c.Name, Period: totpPeriod, Rand: s.Rand})
		if err != nil {
			return internal(err, "identity.BeginSecondFactor")
		}
		c.Pending, address = key.Secret(), key.URL()
		return writeRow(tx, syncing.TableIdentity, credentialsKey, c)
	})
	return address, err
}

// ConfirmSecondFactor turns the second factor on, once the app shows the right code. From then on signing in needs one.
func (s *Service) ConfirmSecondFactor(ctx context.Context, who syncing.Principal, code string) error {
	return s.Store.Update(ctx, s.AccountRecord(who.Account), func(tx syncing.Tx) error {
		var c credentialsRow
		if _, err := readRow(tx, syncing.TableIdentity, credentialsKey, &c); err != nil {
			return err
		}
		step, ok := codeStep(c.Pending, code, s.Now(), c.Step)
		if !ok {
			return fault.New(fault.Refused, "identity.ConfirmSecondFactor", "The code is not right. Wait for the next one, and check the phone's clock.")
		}
		c.TOTP, c.Pending, c.Step = c.Pending, "", step
		if err := writeRow(tx, syncing.TableIdentity, credentialsKey, c); err != nil {
			return err
		}
		return s.audit(tx, AuditEntry{Kind: AuditSecondFactor, By: who.Account, Device: who.Device})
	})
}

// codeStep finds the time step that a code belongs to; only one later than the last that was used counts, so a code that
// was looked over somebody's shoulder opens nothing.
func codeStep(secret, code string, now time.Time, used int64) (step int64, ok bool) {
	if secret == "" || len(code) > 2*otp.DigitsSix.Length() {
		return 0, false
	}
	present := now.Unix() / totpPeriod
	for step := present - totpSkew; step <= present+totpSkew; step++ {
		right, err := hotp.ValidateCustom(code, uint64(step), secret, hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err == nil && right && step > used {
			return step, true
		}
	}
	return 0, false
}
