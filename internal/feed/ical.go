package feed

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	ics "github.com/arran4/golang-ical"

	"satchel/internal/calendar"
	"satchel/internal/fault"
)

// What a calendar says where nobody asked for more, and of itself.
const (
	calendarName     = "Reminders"
	neutralTitle     = "Appointment"
	neutralTestTitle = "Reminder"
	producer         = "-//Satchel//Calendar 1//EN"
	// refresh is how often an app should ask anew.
	refresh = "PT1H"
	// aroundZone is how far before the first and behind the last entry the jumps of a zone are told.
	aroundZone = 366 * 24 * time.Hour

	wallLayout = "20060102T150405"
	utcLayout  = wallLayout + "Z"
)

// Calendar writes entries as an iCalendar stream: lines folded and ended as RFC 5545 asks, times by the clock of their place, each zone with
// its jumps. The same entries give the same bytes. A zone that is not known is of code invalid.
func Calendar(entries []Entry) ([]byte, error) {
	cal := ics.NewCalendar()
	cal.SetProductId(producer)
	cal.SetCalscale("GREGORIAN")
	cal.SetName(calendarName)
	cal.SetXWRCalName(calendarName)
	cal.SetRefreshInterval(refresh)
	cal.SetXPublishedTTL(refresh)
	if err := addZones(cal, entries); err != nil {
		return nil, err
	}
	for _, e := range entries {
		if err := addEntry(cal, e); err != nil {
			return nil, err
		}
	}
	var b bytes.Buffer
	err := cal.SerializeTo(&b, ics.WithNewLineWindows)
	return b.Bytes(), fault.Wrap(err, fault.Internal, "feed.Calendar", fault.TextOf(nil))
}

func addEntry(cal *ics.Calendar, e Entry) error {
	event := cal.AddEvent(e.ID)
	changed := time.UnixMilli(e.Changed).UTC().Format(utcLayout)
	event.SetProperty(ics.ComponentPropertyDtstamp, changed)
	event.SetProperty(ics.ComponentPropertyLastModified, changed)
	event.SetSequence(int(min(e.Sequence, math.MaxInt32)))
	event.SetProperty(ics.ComponentPropertyStatus, string(e.Status))
	event.SetClass(ics.ClassificationPrivate)
	title := neutralTitle
	if e.Zone == "" {
		title = neutralTestTitle
		event.SetProperty(ics.ComponentPropertyDtStart, dayOf(e.Day), ics.WithValue("DATE"))
		event.SetProperty(ics.ComponentPropertyDtEnd, dayOf(e.Day.AddDays(1)), ics.WithValue("DATE"))
		event.SetTimeTransparency(ics.TransparencyTransparent)
	} else if err := setStart(event, e); err != nil {
		return err
	}
	if own := plain(e.Title); own != "" {
		title = own
	}
	event.SetSummary(title)
	if place := plain(e.Place); place != "" {
		event.SetLocation(place)
	}
	return nil
}

// setStart writes when a timed entry begins, by the wall of its place as the instant shows it: a time that the clock jumps over is told as the
// time that it becomes, so that no app has to know how. A time that the wall shows twice is told in UTC: RFC 5545 means the first, and the two
// libraries that we try read the second.
func setStart(event *ics.VEvent, e Entry) error {
	civil, err := calendar.In(e.At, e.Zone)
	if err != nil {
		return err
	}
	location, err := calendar.Zone(e.Zone)
	if err != nil {
		return err
	}
	if _, fit, err := calendar.Resolve(civil, e.Zone); err != nil || fit == calendar.Overlap {
		event.SetProperty(ics.ComponentPropertyDtStart, e.At.UTC().Format(utcLayout))
	} else {
		event.SetProperty(ics.ComponentPropertyDtStart, e.At.In(location).Format(wallLayout), ics.WithTZID(e.Zone))
	}
	if e.Minutes > 0 { // and not an end, which the wall may show twice
		event.SetProperty(ics.ComponentPropertyDuration, "PT"+strconv.FormatInt(e.Minutes, 10)+"M")
	}
	return nil
}

func dayOf(d calendar.CivilDate) string { return strings.ReplaceAll(d.String(), "-", "") }

// plain is a text on one line. The library escapes what RFC 5545 has a word for; a carriage return or another control character would
// end a line for one app or another, and begin a property that nobody wrote.
func plain(text string) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(text, "\uFFFD"), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || r == '\u2028' || r == '\u2029'
	}), " ")
}

// addZones tells each zone that an entry names, once, with every jump of its clock around the entries.
func addZones(cal *ics.Calendar, entries []Entry) error {
	var named []string
	for _, e := range entries {
		if e.Zone != "" && !slices.Contains(named, e.Zone) {
			named = append(named, e.Zone)
		}
	}
	if len(named) == 0 {
		return nil
	}
	from, until := entries[0].At.Add(-aroundZone), entries[len(entries)-1].At.Add(aroundZone)
	for _, name := range named {
		offsets, err := calendar.Offsets(name, from, until)
		if err != nil {
			return err
		}
		zone := cal.AddTimezone(name)
		for _, o := range offsets {
			zone.Components = append(zone.Components, observance(o))
		}
	}
	return nil
}

// observance is one time of constant offset. Its beginning is told by the clock as it stood until then.
func observance(o calendar.Offset) ics.Component {
	begins := "19700101T000000"
	if !o.From.IsZero() && o.From.Year() > 1970 {
		begins = o.From.UTC().Add(time.Duration(o.Before) * time.Second).Format(wallLayout)
	}
	base := ics.ComponentBase{}
	base.SetProperty(ics.ComponentPropertyDtStart, begins)
	base.SetProperty("TZOFFSETFROM", offset(o.Before))
	base.SetProperty("TZOFFSETTO", offset(o.After))
	base.SetProperty("TZNAME", o.Name)
	if o.Summer {
		return &ics.Daylight{ComponentBase: base}
	}
	return &ics.Standard{ComponentBase: base}
}

func offset(seconds int) string {
	sign := '+'
	if seconds < 0 {
		sign, seconds = '-', -seconds
	}
	text := fmt.Sprintf("%c%02d%02d", sign, seconds/3600, seconds/60%60)
	if seconds%60 != 0 {
		text += fmt.Sprintf("%02d", seconds%60)
	}
	return text
}
