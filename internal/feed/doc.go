// Package feed writes what somebody sees of a schedule as a calendar (RFC 5545) to which their own calendar app subscribes. Pure: it is
// handed a reader and the time.
//
// A calendar lies on servers of others, on lock screens and on watches. So it says that there is an appointment, and when; what it is and
// where is said only in the person's own calendar, and only if they asked for that (preference.calendarDetail). Nothing answers: there is
// no METHOD, no organizer and nobody who attends.
//
// entries.go reads documents, ical.go writes them, by golang-ical, whose only importer this is. The zone of each time is that of its place
// (internal/calendar), and comes along with every jump of its clock, so that no app has to know zones better than we do.
package feed
