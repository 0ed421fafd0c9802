// Package remind says when a person is reminded of what: events in, reminders out. Pure: no clock is asked, nothing is read, and a
// server, a phone without a network and a program in another language come to the same list (testdata/vectors.v1.json).
//
// The path of a reminder: lead.go (how long before its event, by the clock of which zone) -> quiet.go (hours in which nothing rings, days
// that were enough) -> merge.go (several at once are one; so many a day and no more) -> again.go (once more, if nobody answered). Lead
// times, hours and limits are a data file, a draft until a clinical safety officer signs it.
package remind
