// Package calendar is civil time: dates and wall-clock times as people and clinics say them, and the one way in which they
// become instants. Pure: no clock is asked, today is always handed in.
//
// An appointment at half past nine is at half past nine on the clinic's wall, whatever governments do to daylight saving before
// then. So schedules keep a civil time and the name of a zone, and the instant is worked out last, each time anew. The zone is
// that of the site: on the Navajo Nation the clock moves in summer, in Phoenix it does not (LABS 5.1).
//
// The zone rules are those of the machine if it has them, otherwise those that come with the program. What is in testdata/*.v1.json,
// web/sdk runs too; offsets.v1.json, every zone's clock, is written down by
// `ZONEINFO=$(go env GOROOT)/lib/time/zoneinfo.zip go test . -run Offsets -tz VERSION`.
package calendar
