package identity

import (
	"context"

	"satchel/internal/fault"
	"satchel/sync"
)

// Helping is what somebody who helps already sends to help one more person.
type Helping struct {
	Code      string
	BirthDate string // of whoever helps, as it was given to whoever made the code
	Name      string // as in Redemption
	Address   string // as in Redemption
}

// Help uses a caregiver's code with a caregiver's account that is here: the person of that record is asked to confirm, as for one that comes
// new, and until then nothing is shared. The same account with the same code gets the same answer. Wrong, expired and used are one fault, Refused,
// and so is a code for the person of a record; Forbidden for other accounts: a patient's own team makes codes for a patient's account (see
// reachesFurther), and would reach whomever else that account reaches.
func (s *Service) Help(ctx context.Context, who syncing.Principal, h Helping) error {
	code, birth, err := h.check()
	if err != nil {
		return err
	}
	account, ok, err := s.account(ctx, who.Account)
	if err != nil || !ok {
		return cmpErr(err, signInAgain(nil))
	}
	if account.Kind != KindCaregiver {
		return fault.New(fault.Forbidden, "identity.Help", "Only an account of somebody who helps can help one more person. Use the code on a phone or in a browser where nobody is signed in.")
	}
	charges := []charge{{budget: enrolAll}, {enrolAddress, h.Address}}
	if err := s.spend(ctx, charges...); err != nil {
		return err
	}
	_, err = s.claimCode(ctx, s.blindCode(code), birth, s.Blind("helping", who.Account.UUID[:]), codeUse{
		fits: func(row codeRow) bool { return row.Kind == KindCaregiver && row.vouches() },
		opens: func(tx syncing.Tx, row codeRow) error {
			var g grantRow
			found, err := readRow(tx, syncing.TableGrants, Grantee{Account: who.Account}.key(), &g)
			if err != nil {
				return err
			}
			if found && g.active(s.nowMs()) {
				return fault.New(fault.Conflict, "identity.Help", "You see this record already: it is among those whom you help, or your own.")
			}
			row.Account = who.Account
			return s.ask(tx, row, h.Name)
		},
	})
	if err == nil {
		s.giveBack(ctx, charges...)
	}
	return err
}

func (h *Helping) check() (code, birth string, err error) {
	if code, err = typedCode(h.Code); err != nil {
		return "", "", err
	}
	if birth, err = birthDate(h.BirthDate); err != nil {
		return "", "", err
	}
	if h.Name, err = displayName(h.Name); err != nil {
		return "", "", err
	}
	return code, birth, checkAddress(h.Address)
}
