package identity

import (
	"context"
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"satchel/internal/calendar"
	"satchel/internal/fault"
	"satchel/sync"
)

const (
	contactsMax = 8 // of one team
	hoursMax    = 8 // lines of opening hours of one contact

	phoneDigitsMin, phoneDigitsMax = 5, 20
	emailBytesMax                  = 120
)

// How a team is reached (FHIR ContactPoint.system).
const (
	ContactPhone = "phone"
	ContactEmail = "email"
)

// ContactPoint is one way of reaching a team (FHIR ContactPoint). It counts as verified once a code that was read out there, or
// written there, came back; another value has to be verified anew.
type ContactPoint struct {
	ID     syncing.UUID `json:"id"`
	System string       `json:"system"`
	Value  string       `json:"value"`
	Label  string       `json:"label,omitempty"` // "Advice line"
	Is24h  bool         `json:"is24h,omitempty"`
	Hours  []OpenHours  `json:"hours,omitempty"`
	Zone   string       `json:"zone,omitempty"` // IANA, of the hours; "": where the person lives

	VerifiedAt int64             `json:"verifiedAt,omitempty"` // ms; 0: nobody has tried whether it reaches the team
	VerifiedBy syncing.AccountID `json:"verifiedBy,omitzero"`
}

// OpenHours is when a contact is answered: on these days, from one wall time to another of the same day. Over midnight is two.
type OpenHours struct {
	Days []string `json:"days"` // mon, tue, wed, thu, fri, sat, sun
	From string   `json:"from"` // "08:00"
	To   string   `json:"to"`   // "18:30", at most "24:00"
}

var weekdays = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

func badContact(sentence string) error {
	return fault.New(fault.Invalid, "identity.SetContact", sentence)
}

// check brings a contact into its one spelling. What it says about having been verified is not the caller's to say.
func (c ContactPoint) check() (ContactPoint, error) {
	c.VerifiedAt, c.VerifiedBy = 0, syncing.AccountID{}
	c.Value = strings.TrimSpace(c.Value)
	switch c.System {
	case ContactPhone:
		if digits := strings.Count(strings.Map(digitOnly, c.Value), "0"); strings.Trim(c.Value, "0123456789 +-()") != "" || digits < phoneDigitsMin || digits > phoneDigitsMax {
			return c, badContact("A telephone number has 5 to 20 digits, and may have spaces, brackets, hyphens and a plus sign.")
		}
	case ContactEmail:
		at, err := mail.ParseAddress(c.Value)
		if err != nil || at.Address != c.Value || len(c.Value) > emailBytesMax {
			return c, badContact("This is not an e-mail address.")
		}
	default:
		return c, badContact("A team is reached by phone or by email.")
	}
	if c.Label = strings.TrimSpace(c.Label); utf8.RuneCountInString(c.Label) > nameRunesMax || !printable(c.Label) {
		return c, badContact("What a contact is called has at most 100 characters.")
	}
	return c, c.checkHours()
}

// digitOnly makes every digit a 0, so that they can be counted.
func digitOnly(r rune) rune {
	if r >= '0' && r <= '9' {
		return '0'
	}
	return -1
}

func (c ContactPoint) checkHours() error {
	if c.Zone != "" {
		if _, err := calendar.Zone(c.Zone); err != nil {
			return err
		}
	}
	if len(c.Hours) > hoursMax || c.Is24h && len(c.Hours) > 0 {
		return badContact("Opening hours have at most 8 lines, and a contact that is answered day and night has none.")
	}
	for _, h := range c.Hours {
		if !h.valid() {
			return badContact(`Opening hours are written as {"days": ["mon"], "from": "08:00", "to": "18:30"}: on some days, from an earlier to a later time.`)
		}
	}
	return nil
}

func (h OpenHours) valid() bool {
	for _, day := range h.Days {
		if !slices.Contains(weekdays, day) {
			return false
		}
	}
	if h.To != "24:00" && !wallTime(h.To) {
		return false
	}
	return len(h.Days) > 0 && len(h.Days) <= len(weekdays) && wallTime(h.From) && h.From < h.To
}

func wallTime(text string) bool {
	at, err := time.Parse("15:04", text)
	return err == nil && at.Format("15:04") == text
}

// SetContact adds a contact to a team, or changes it. A member of the team may, and an administrator of its organisation. Another
// value than before is not verified.
func (s *Service) SetContact(ctx context.Context, who syncing.Principal, team syncing.TeamID, contact ContactPoint) error {
	contact, err := contact.check()
	if err != nil {
		return err
	}
	return s.changePage(ctx, who, team, func(tx syncing.Tx, page *TeamPage) error {
		at := page.contact(contact.ID)
		switch {
		case at < 0 && len(page.Contacts) >= contactsMax:
			return fault.New(fault.Refused, "identity.SetContact", "A team has at most 8 contacts. Take one away first.")
		case at < 0:
			page.Contacts = append(page.Contacts, contact)
			return nil
		}
		before := page.Contacts[at]
		if before.System == contact.System && before.Value == contact.Value {
			contact.VerifiedAt, contact.VerifiedBy = before.VerifiedAt, before.VerifiedBy
		}
		page.Contacts[at] = contact
		return endChallenge(tx, contact.ID)
	})
}

// RemoveContact takes a contact away; one that is not there is no fault.
func (s *Service) RemoveContact(ctx context.Context, who syncing.Principal, team syncing.TeamID, contact syncing.UUID) error {
	return s.changePage(ctx, who, team, func(tx syncing.Tx, page *TeamPage) error {
		if at := page.contact(contact); at >= 0 {
			page.Contacts = slices.Delete(page.Contacts, at, at+1)
		}
		return endChallenge(tx, contact)
	})
}

// contact finds a contact's place; -1 if it is not there.
func (p TeamPage) contact(id syncing.UUID) int {
	return slices.IndexFunc(p.Contacts, func(c ContactPoint) bool { return c.ID == id })
}

// Contact gives a team a contact that counts as verified now: for `init`, the demo and tests.
func (d Seed) Contact(ctx context.Context, team syncing.TeamID, contact ContactPoint) (ContactPoint, error) {
	id, err := d.s.randomID()
	if err != nil {
		return contact, err
	}
	if contact, err = contact.check(); err != nil {
		return contact, err
	}
	contact.ID, contact.VerifiedAt = id, d.s.nowMs()
	return contact, d.s.updatePage(ctx, team, func(_ syncing.Tx, page *TeamPage) error {
		page.Contacts = append(page.Contacts, contact)
		return nil
	})
}
