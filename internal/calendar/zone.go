package calendar

import (
	"slices"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // a server or a phone without zone files still knows every clinic's time

	"satchel/internal/fault"
)

// zoneNameMax is the length of a zone's name; the longest of today has 32 characters.
const zoneNameMax = 64

// offsetMax is more than any zone is, or was, away from UTC.
const offsetMax = 26 * time.Hour

// zones keeps what was loaded: at most as many as there are zones, because only names that load get in.
var zones sync.Map // string to *time.Location

// Zone loads an IANA time zone such as "Europe/London". Names that mean something else on every machine ("", "Local"), or that
// are files rather than zones, are of code invalid.
func Zone(name string) (*time.Location, error) {
	if known, ok := zones.Load(name); ok {
		return known.(*time.Location), nil
	}
	if !plausibleZone(name) {
		return nil, fault.New(fault.Invalid, "calendar.Zone", "A time zone is written like Europe/London.")
	}
	loaded, err := time.LoadLocation(name)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "calendar.Zone", "This time zone is not known. It is written like Europe/London.")
	}
	kept, _ := zones.LoadOrStore(name, loaded)
	return kept.(*time.Location), nil
}

// plausibleZone lets through what can be a zone's name, so that no text from outside chooses a file. "right/" would count leap
// seconds, "posix/" is a second spelling of everything.
func plausibleZone(name string) bool {
	if len(name) > zoneNameMax || slices.Contains(notZones, name) {
		return false
	}
	parts := strings.Split(name, "/")
	for _, part := range parts {
		if part == "" || strings.Trim(part, zoneCharacters) != "" || !isLetter(part[0]) {
			return false
		}
	}
	return parts[0] != "right" && parts[0] != "posix"
}

// notZones mean something else on every machine, or nothing.
var notZones = []string{"", "Local", "localtime", "posixrules", "Factory"}

const zoneCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-"

func isLetter(c byte) bool { return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' }

// Fit says how a wall time fits into a zone.
type Fit string

// The three ways.
const (
	Once    Fit = "once"    // the wall shows it once
	Gap     Fit = "gap"     // the clock jumps over it
	Overlap Fit = "overlap" // the wall shows it twice
)

// Resolve gives the instant at which the wall in a zone shows the time. If the wall shows it twice, the first; if the clock jumps
// over it, the time is shifted forward by the length of the gap (RFC 5545 3.3.5): 01:30 in London on 29 March 2026 is 02:30. So
// each wall time is exactly one instant. A time that does not exist or an unknown zone is of code invalid.
func Resolve(c CivilTime, zone string) (time.Time, Fit, error) {
	if !c.Valid() {
		return time.Time{}, "", fault.New(fault.Invalid, "calendar.Resolve", "This time does not exist.")
	}
	location, err := Zone(zone)
	if err != nil {
		return time.Time{}, "", err
	}
	instant, fit := resolve(c, location)
	return instant, fit, nil
}

// resolve walks the periods of constant offset in which the wall could show the time, earliest first.
func resolve(c CivilTime, location *time.Location) (found time.Time, fit Fit) {
	wall := c.asUTC()
	last := wall.Add(offsetMax)
	fit = Gap
	first := wall.Add(-offsetMax).In(location)
	for at := first; !at.IsZero() && at.Before(last); {
		_, offset := at.Zone()
		start, end := bounds(at)
		if at != first {
			start = at
		}
		shown := wall.Add(-time.Duration(offset) * time.Second).In(location)
		ended := !end.IsZero() && !shown.Before(end)
		switch begun := start.IsZero() || !shown.Before(start); {
		case begun && !ended && fit == Once:
			return found, Overlap
		case begun && !ended:
			found, fit = shown, Once
		case ended && fit == Gap:
			found = shown // by the offset before the gap: later by the gap's length, if no period shows the time
		}
		at = end
	}
	return found, fit
}

// bounds are the two ends of a time of constant offset around an instant; zero: without beginning, without end. In the years that no
// table of a zone reaches (after 2037) the library cuts such a time at the turn of the year too, and counts 365 days for each: asked on
// the last day of a leap year, it names an end that is over.
func bounds(at time.Time) (start, end time.Time) {
	start, end = at.ZoneBounds()
	if !end.IsZero() && !end.After(at) {
		end = time.Date(at.UTC().Year()+1, time.January, 1, 0, 0, 0, 0, time.UTC).In(at.Location())
	}
	return start, end
}

// In is the wall time that a zone shows at an instant, to the minute. An unknown zone is of code invalid.
func In(instant time.Time, zone string) (CivilTime, error) {
	location, err := Zone(zone)
	if err != nil {
		return CivilTime{}, err
	}
	return civilOf(instant.In(location)), nil
}
