// Package reminder makes of a record's documents what its person, and their caregiver, are reminded of: the same list on a server and on a
// phone without a network. Pure: no clock is asked; what to read is handed in.
//
// The path: events.go (what there is to be reminded of) and settings.go (what the person decided, what was told and answered) ->
// internal/calendar/remind (when) -> list.go (the list), and follow.go, which writes a notice when the time of one has come. heed.go is asked of
// whatever rings for the person or a caregiver, reminder or not: what they set for their own devices, and whether a reminder still stands.
//
// testdata/lists.v1.json is the contract for clients in other languages: records, and what rings. web/sdk reads it too (decision 0138).
package reminder
