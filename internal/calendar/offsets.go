package calendar

import "time"

// offsetsMax bounds what Offsets lists: no zone changes its clock more than a few times a year, and nobody asks for a century.
const offsetsMax = 400

// Offset is a time during which a zone's clock stays as far from UTC.
type Offset struct {
	From   time.Time // when it begins, in the zone; zero: it was always so
	Before int       // seconds east of UTC until then
	After  int       // seconds east of UTC from then on
	Name   string    // what people call it, such as GMT
	Summer bool
}

// Offsets lists how a zone's clock stands between two instants, the earliest first: at least one, and one more for each jump. A zone that is not
// known is of code invalid.
func Offsets(zone string, from, until time.Time) ([]Offset, error) {
	location, err := Zone(zone)
	if err != nil {
		return nil, err
	}
	var list []Offset
	for at := from.In(location); len(list) < offsetsMax; {
		start, end := bounds(at)
		name, after := at.Zone()
		next := Offset{From: start, Before: after, After: after, Name: name, Summer: at.IsDST()}
		if !start.IsZero() {
			_, next.Before = start.Add(-time.Second).Zone()
		}
		list = append(list, next)
		if end.IsZero() || end.After(until) {
			break
		}
		at = end
	}
	return list, nil
}
