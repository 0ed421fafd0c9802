package calendar_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/calendar"
)

var tz = flag.String("tz", "", "write down how every zone's clock stands by this machine's zone data, which is of this version, such as 2025c")

const (
	offsetsFile = "testdata/offsets.v1.json"
	// othersMax is how many zones may differ on a machine with other zone data than the file was made with: a government or two.
	othersMax = 12
)

// zoneOffsets are how every zone's clock stands in the years that are tried, for programs in any language. Each time of constant offset
// is [the second since 1970 at which it begins, seconds east of UTC]; the first begins before these years.
type zoneOffsets struct {
	TZ    string     `json:"tz"` // version of the tz database
	From  time.Time  `json:"from"`
	Until time.Time  `json:"until"`
	Alike []zonesOne `json:"alike"`
}

type zonesOne struct {
	Zones   []string   `json:"zones"`
	Offsets [][2]int64 `json:"offsets"`
}

// Zone data changes with governments, and machines have it in different versions: where this one's differs from the file's, the zones are
// named, and there are few of them.
func TestTheOffsetsThatPhonesShareAreThoseOfEveryZone(t *testing.T) {
	t.Parallel()
	from, until := time.Date(firstYear, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(lastYear+1, 1, 1, 0, 0, 0, 0, time.UTC)
	if *tz != "" {
		writeOffsets(t, zoneOffsets{TZ: *tz, From: from, Until: until})
	}
	data, err := os.ReadFile(offsetsFile)
	require.NoError(t, err)
	var shared zoneOffsets
	require.NoError(t, json.Unmarshal(data, &shared))
	require.Equal(t, []time.Time{from, until}, []time.Time{shared.From, shared.Until})
	var others, all []string
	for _, one := range shared.Alike {
		for _, zone := range one.Zones {
			all = append(all, zone)
			if !slices.Equal(one.Offsets, offsetsOf(t, zone, from, until)) {
				others = append(others, zone)
			}
		}
	}
	slices.Sort(all)
	require.Equal(t, zoneNames(), all)
	if len(others) > 0 {
		t.Logf("the zone data of this machine is not %s: %s", shared.TZ, strings.Join(others, ", "))
	}
	require.LessOrEqual(t, len(others), othersMax, others)
}

func offsetsOf(t *testing.T, zone string, from, until time.Time) (list [][2]int64) {
	t.Helper()
	offsets, err := calendar.Offsets(zone, from, until.Add(-time.Second))
	require.NoError(t, err)
	for i, o := range offsets {
		switch begins := o.From.Unix(); {
		case i == 0:
			list = append(list, [2]int64{0, int64(o.After)})
		case list[len(list)-1][1] != int64(o.After): // a name alone may change
			list = append(list, [2]int64{begins, int64(o.After)})
		}
	}
	return list
}

func writeOffsets(t *testing.T, shared zoneOffsets) {
	t.Helper()
	places := map[string]int{}
	for _, zone := range zoneNames() {
		list := offsetsOf(t, zone, shared.From, shared.Until)
		key := fmt.Sprint(list)
		at, known := places[key]
		if !known {
			at = len(shared.Alike)
			places[key] = at
			shared.Alike = append(shared.Alike, zonesOne{Offsets: list})
		}
		shared.Alike[at].Zones = append(shared.Alike[at].Zones, zone)
	}
	lines := make([]string, len(shared.Alike))
	for i, one := range shared.Alike {
		line, err := json.Marshal(one)
		require.NoError(t, err)
		lines[i] = "  " + string(line)
	}
	shared.Alike = nil
	head, err := json.Marshal(shared)
	require.NoError(t, err)
	text := strings.Replace(string(head), `"alike":null}`, "\"alike\":[\n"+strings.Join(lines, ",\n")+"\n]}\n", 1)
	require.NoError(t, os.WriteFile(offsetsFile, []byte(text), 0o644))
}
