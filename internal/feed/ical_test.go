package feed

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"
	"github.com/stretchr/testify/require"

	"satchel/internal/calendar"
	"satchel/internal/fault"
)

var monday = time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC)

// A title is written by people. Whatever stands in it ends no line, begins no property and is read again as one line.
func TestNoTitleWritesAPropertyOfItsOwn(t *testing.T) {
	t.Parallel()
	pieces := []string{"\r\n", "\n", "\r", "ATTENDEE:mailto:a@b.example", "END:VEVENT", "BEGIN:VALARM", ",", ";", ":", "\\", "\"", "é", "日本", "\u2028", "\u0085", "\x00", "\xff", " ", "Clinic", strings.Repeat("long ", 30)}
	for seed := range uint64(300) {
		rnd := rand.New(rand.NewPCG(seed, 0))
		var title, place strings.Builder
		for range rnd.IntN(12) {
			title.WriteString(pieces[rnd.IntN(len(pieces))])
			place.WriteString(pieces[rnd.IntN(len(pieces))])
		}
		e := Entry{ID: "one", At: monday, Zone: "Europe/London", Status: Confirmed, Title: title.String(), Place: place.String()}
		out, err := Calendar([]Entry{e})
		require.NoError(t, err)
		lines := strings.Split(strings.TrimSuffix(string(out), "\r\n"), "\r\n")
		for _, line := range lines {
			require.LessOrEqual(t, len(line), 75, "seed %d", seed)
			require.False(t, strings.ContainsAny(line, "\r\n\x00\u0085"), "seed %d: %q", seed, line)
		}
		unfolded := strings.Split(strings.ReplaceAll(string(out), "\r\n ", ""), "\r\n")
		require.Len(t, named(unfolded, "ATTENDEE"), 0, "seed %d", seed)
		require.Len(t, named(unfolded, "END:VEVENT"), 1, "seed %d", seed)
		require.Len(t, named(unfolded, "SUMMARY"), 1, "seed %d", seed)
		require.Equal(t, "SUMMARY:"+ics.ToText(orNeutral(plain(e.Title))), named(unfolded, "SUMMARY")[0], "seed %d", seed)
	}
}

func orNeutral(title string) string {
	if title == "" {
		return neutralTitle
	}
	return title
}

func named(lines []string, name string) (found []string) {
	for _, line := range lines {
		if strings.HasPrefix(line, name) {
			found = append(found, line)
		}
	}
	return found
}

// An app that knows no zones reads them from the stream: at each hour of three years the last observance that has begun says how far the clock
// stands from UTC.
func TestTheZoneInAStreamIsTheZoneOfThePlace(t *testing.T) {
	t.Parallel()
	for _, zone := range []string{
		"Europe/London", "Europe/Dublin", "America/New_York", "America/Denver", "America/Phoenix", "America/St_Johns", "Australia/Lord_Howe",
		"Africa/Casablanca", "Asia/Kathmandu", "Asia/Gaza", "Pacific/Apia", "UTC",
	} {
		t.Run(zone, func(t *testing.T) {
			t.Parallel()
			out, err := Calendar([]Entry{{ID: "a", At: monday, Zone: zone}, {ID: "b", At: monday.Add(366 * 24 * time.Hour), Zone: zone}})
			require.NoError(t, err)
			read, err := ics.ParseCalendar(bytes.NewReader(out))
			require.NoError(t, err)
			require.Len(t, read.Timezones(), 1)
			location, err := calendar.Zone(zone)
			require.NoError(t, err)
			jumps := observances(t, read.Timezones()[0])
			for at := monday.Add(-300 * 24 * time.Hour); at.Before(monday.Add(600 * 24 * time.Hour)); at = at.Add(time.Hour) {
				_, want := at.In(location).Zone()
				got := 0
				for _, jump := range jumps {
					if !at.Before(jump.begins) {
						got = jump.after
					}
				}
				require.Equal(t, want, got, "%s", at)
			}
		})
	}
	_, err := Calendar([]Entry{{ID: "a", At: monday, Zone: "Navajo time"}})
	require.True(t, fault.Is(err, fault.Invalid))
}

type jump struct {
	begins time.Time
	after  int
}

func observances(t *testing.T, zone *ics.VTimezone) (list []jump) {
	t.Helper()
	for _, part := range zone.Components {
		values := map[string]string{}
		for _, p := range part.UnknownPropertiesIANAProperties() {
			values[p.IANAToken] = p.Value
		}
		wall, err := time.Parse(wallLayout, values["DTSTART"])
		require.NoError(t, err)
		list = append(list, jump{wall.Add(-time.Duration(seconds(t, values["TZOFFSETFROM"])) * time.Second), seconds(t, values["TZOFFSETTO"])})
	}
	return list
}

func seconds(t *testing.T, text string) int {
	t.Helper()
	var hours, minutes int
	_, err := fmt.Sscanf(text[1:], "%2d%2d", &hours, &minutes)
	require.NoError(t, err)
	if total := hours*3600 + minutes*60; text[0] == '+' {
		return total
	}
	return -hours*3600 - minutes*60
}

// What is the same is the same bytes, or no app could be told that nothing has changed; and an app is never asked to answer.
func TestAStreamSaysOnlyWhatItMust(t *testing.T) {
	t.Parallel()
	list := []Entry{
		{ID: "a", Sequence: 7, Changed: monday.UnixMilli(), At: monday, Zone: "Europe/London", Minutes: 45, Status: Confirmed},
		{ID: "b", At: monday, Day: calendar.CivilDate{Year: 2026, Month: time.December, Day: 31}, Status: Cancelled},
	}
	once, err := Calendar(list)
	require.NoError(t, err)
	twice, err := Calendar(list)
	require.NoError(t, err)
	require.Equal(t, string(once), string(twice))
	text := string(once)
	for _, line := range []string{
		"REFRESH-INTERVAL;VALUE=DURATION:PT1H", "DTSTART;TZID=Europe/London:20261123T090000", "DURATION:PT45M", "SEQUENCE:7", "DTSTAMP:20261123T090000Z", "CLASS:PRIVATE",
		"DTSTART;VALUE=DATE:20261231", "DTEND;VALUE=DATE:20270101", "STATUS:CANCELLED", "SUMMARY:Appointment", "SUMMARY:Reminder",
	} {
		require.Contains(t, text, line+"\r\n")
	}
	for _, word := range []string{"METHOD", "ORGANIZER", "ATTENDEE", "VALARM", "LOCATION", "DESCRIPTION"} {
		require.NotContains(t, text, word)
	}
	none, err := Calendar(nil)
	require.NoError(t, err)
	require.NotContains(t, string(none), "VEVENT")
}
