package identity

import (
	"context"
	"crypto/subtle"
	"fmt"
	"time"

	"satchel/internal/fault"
	"satchel/sync"
)

const (
	challengeLives    = 30 * time.Minute
	challengeTriesMax = 5
	challengeDigits   = 6

	challengePrefix = "challenge/" // and the contact, in the team's record
)

// challengeRow is a code on its way to a contact. The code itself is not in it.
type challengeRow struct {
	Code  []byte            `json:"code"` // blinded together with the contact
	Made  int64             `json:"made"`
	By    syncing.AccountID `json:"by"`
	Tries int               `json:"tries"`
}

// Challenge is a code that is to be read out, or written, to a contact. It is shown once.
type Challenge struct {
	Code    string
	Contact ContactPoint
	Expires int64 // ms
}

// ChallengeContact makes a code for a contact of a team. Whoever asks calls that number and reads it out, or writes it to that
// address; whoever took the call types it in. It takes two, because one alone could copy the code without calling anybody.
func (s *Service) ChallengeContact(ctx context.Context, who syncing.Principal, team syncing.TeamID, contact syncing.UUID) (c Challenge, err error) {
	if err := s.mayChallenge(ctx, who, team); err != nil {
		return c, err
	}
	err = s.Store.Update(ctx, teamRecord(team), func(tx syncing.Tx) error {
		var page TeamPage
		if _, err := readRow(tx, syncing.TableIdentity, pageKey, &page); err != nil {
			return err
		}
		at := page.contact(contact)
		if at < 0 {
			return notHere("identity.ChallengeContact")
		}
		raw, err := s.random(challengeDigits)
		if err != nil {
			return err
		}
		for _, b := range raw {
			c.Code += fmt.Sprint(b % 10) // 0 to 5 are a little likelier: of five tries that makes nothing
		}
		now := s.nowMs()
		c.Contact, c.Expires = page.Contacts[at], now+challengeLives.Milliseconds()
		return writeRow(tx, syncing.TableIdentity, challengeKey(contact), challengeRow{Code: s.blindChallenge(contact, c.Code), Made: now, By: who.Account})
	})
	return c, err
}

// mayChallenge: those who keep the team; and of a team from outside, which may be one person alone, whoever of the staff here calls
// its number. They know the contact's id from a record that they share, and type nothing in themselves.
func (s *Service) mayChallenge(ctx context.Context, who syncing.Principal, id syncing.TeamID) error {
	err := s.keepsTeam(ctx, who, id)
	if err == nil || !fault.Is(err, fault.NotFound) {
		return err
	}
	team, ok, failed := s.Team(ctx, id)
	if failed != nil || !ok || !team.Outside {
		return cmpErr(failed, err)
	}
	account, ok, failed := s.account(ctx, who.Account)
	if failed != nil || !ok || !account.Kind.staff() || account.Kind == KindExternal {
		return cmpErr(failed, err)
	}
	return nil
}

// VerifyContact takes a code back: from a member of the team or an administrator of its organisation, who did not make it. Wrong,
// expired, used up and never made are one fault, Refused.
func (s *Service) VerifyContact(ctx context.Context, who syncing.Principal, team syncing.TeamID, contact syncing.UUID, code string) error {
	if err := s.keepsTeam(ctx, who, team); err != nil {
		return err
	}
	right := false
	err := s.Store.Update(ctx, teamRecord(team), func(tx syncing.Tx) (err error) {
		right, err = s.answersChallenge(tx, who, contact, code)
		if err != nil || !right {
			return err
		}
		return s.putPage(tx, team, func(tx syncing.Tx, page *TeamPage) error {
			at := page.contact(contact)
			if at < 0 {
				return notHere("identity.VerifyContact")
			}
			page.Contacts[at].VerifiedAt, page.Contacts[at].VerifiedBy = s.nowMs(), who.Account
			return endChallenge(tx, contact)
		})
	})
	if err == nil && !right {
		err = fault.New(fault.Refused, "identity.VerifyContact",
			"This is not the code that was sent there, or its time is over. The code is typed in by somebody else than who asked for it. Ask for a new one.")
	}
	return err
}

// answersChallenge counts the try whatever it comes to.
func (s *Service) answersChallenge(tx syncing.Tx, who syncing.Principal, contact syncing.UUID, code string) (right bool, err error) {
	var row challengeRow
	found, err := readRow(tx, syncing.TableIdentity, challengeKey(contact), &row)
	if err != nil || !found {
		return false, err
	}
	now := s.nowMs()
	fresh := now < row.Made+challengeLives.Milliseconds() && now >= row.Made-challengeLives.Milliseconds()
	right = fresh && row.By != who.Account && row.Tries < challengeTriesMax && subtle.ConstantTimeCompare(row.Code, s.blindChallenge(contact, code)) == 1
	row.Tries = min(row.Tries+1, challengeTriesMax)
	return right, writeRow(tx, syncing.TableIdentity, challengeKey(contact), row)
}

func endChallenge(tx syncing.Tx, contact syncing.UUID) error {
	return tx.Delete(syncing.TableIdentity, challengeKey(contact))
}

func challengeKey(contact syncing.UUID) []byte { return rowKey(challengePrefix, contact) }

func (s *Service) blindChallenge(contact syncing.UUID, code string) []byte {
	return s.Blind("contact challenge", append(contact[:], code...))
}
