package care

import (
	"slices"

	syncing "satchel/sync"
)

// is reports whether a recipient is the onlooker, or one of the teams that are named.
func (who Onlooker) is(recipient string, teams []syncing.TeamID) bool {
	return who.Owner && recipient == who.Record.String() || recipient == AccountRecipient(who.Account) ||
		slices.ContainsFunc(teams, func(team syncing.TeamID) bool { return team.String() == recipient })
}

// Delivered says what a device writes when it has pulled: that messages for its person are on it. What says so already is not
// said again.
func Delivered(who Onlooker, b Binder) ([]syncing.Patch, error) {
	receipts, err := b(receiptName)
	var list []syncing.Patch
	for _, receipt := range receipts {
		for _, recipient := range trimmed(fieldsOf(receipt, statePrefix), statePrefix) {
			if who.is(recipient, nil) && rankOf(receipt.Text(statePrefix+recipient)) < rankOf(StateDelivered) {
				list = append(list, ReadPatch(receipt.ID(), recipient, StateDelivered))
			}
		}
	}
	return list, err
}

// Unread lists the messages that are for somebody, or for one of their teams, and that they have not opened, by id. Each is
// counted once, however many of the recipients they are, and leaves when one of them opens it.
func Unread(who Onlooker, teams []syncing.TeamID, b Binder) ([]syncing.DocID, error) {
	receipts, err := b(receiptName)
	var list []syncing.DocID
	for _, receipt := range receipts {
		mine := slices.DeleteFunc(trimmed(fieldsOf(receipt, statePrefix), statePrefix), func(r string) bool { return !who.is(r, teams) })
		read := slices.ContainsFunc(mine, func(r string) bool { return opened(receipt.Text(statePrefix + r)) })
		if len(mine) > 0 && !read {
			list = append(list, syncing.DocID(receipt.Text("message")))
		}
	}
	slices.Sort(list)
	return list, err
}

// StateOf is how far a message has come for a recipient: what its receipt says, or that it still waits on the phone.
func StateOf(receipt Paper, recipient string) string {
	if receipt == nil || receipt.Text(statePrefix+recipient) == "" {
		return StateQueued
	}
	return receipt.Text(statePrefix + recipient)
}

// Calls reports whether a message asks one of these recipients for something that nobody of theirs has opened yet: what a phone
// may be rung for. Information calls nobody.
func Calls(receipt syncing.Snapshot, who Onlooker, teams []syncing.TeamID) bool {
	if !receipt.Exists() || receipt.Text("urgency") == urgencyInformation {
		return false
	}
	return slices.ContainsFunc(recipientsOf(receipt), func(r string) bool {
		return who.is(r, teams) && !opened(receipt.Text(statePrefix+r))
	})
}
