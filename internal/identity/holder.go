package identity

import (
	"bytes"

	"satchel/sync"
)

// Holder stands for an account or a team where it is filed who has which records. It is blind: whoever holds it can compare it, and
// learns no id from it.
type Holder string

// Holders are those through whom somebody has records: themselves, and the teams for which they speak.
func (s *Service) Holders(who syncing.Principal) []Holder {
	holders := []Holder{Holder(s.accountPrefix(who.Account))}
	for _, m := range who.Teams {
		holders = append(holders, Holder(s.teamPrefix(m.Team)))
	}
	return holders
}

// HolderOf reads from an entry of an index, as a store is handed it, whose records have changed by it: somebody was given one or has lost
// it, or, if all, an account works in another team than before. ok is false for an entry that is about something else.
func HolderOf(index string, key []byte) (holder Holder, all, ok bool) {
	switch {
	case index == indexRecords && len(key) > prefixBytes:
		return Holder(bytes.Clone(key[:prefixBytes])), false, true
	case index == indexMembers && len(key) == 2*prefixBytes: // the team, then the account
		return Holder(bytes.Clone(key[prefixBytes:])), true, true
	}
	return "", false, false
}
