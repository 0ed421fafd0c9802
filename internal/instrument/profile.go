package instrument

import (
	"fmt"
	"slices"
)

// The units in which people read a temperature, in UCUM.
const (
	UnitCelsius    = "Cel"
	UnitFahrenheit = "[degF]"
)

// Profile is what differs from place to place, and is data alone: whom to call, how a temperature and a date are written, what
// things are called, which thresholds hold. A record's region names one.
type Profile struct {
	ID              string          `json:"id"`
	Version         string          `json:"version"`
	Review          string          `json:"review"` // the state of clinical approval
	About           string          `json:"about"`
	Source          string          `json:"source"`
	Name            string          `json:"name"`
	Language        string          `json:"language"`
	Emergency       string          `json:"emergency"` // the number to call
	Crisis          string          `json:"crisis"`    // of a mental health crisis, as words to read out
	TemperatureUnit string          `json:"temperatureUnit"`
	Thresholds      string          `json:"thresholds"` // a parameter set of the rules file
	Dates           DateStyle       `json:"dates"`
	Wording         Wording         `json:"wording"`
	Modules         map[string]bool `json:"modules"` // what is switched on there, for clients
}

// DateStyle is how dates and times are written.
type DateStyle struct {
	Order string `json:"order"` // day-month, month-day
	Clock int    `json:"clock"` // 24, 12
}

// Wording is what people there call things.
type Wording struct {
	EmergencyDepartment string `json:"emergencyDepartment"`
	Practice            string `json:"practice"`
	Pharmacy            string `json:"pharmacy"`
}

// Layout is the style as package time writes it, with the weekday.
func (d DateStyle) Layout() string {
	day, clock := "Monday 2 January", "15:04"
	if d.Order == "month-day" {
		day = "Monday, January 2"
	}
	if d.Clock == 12 {
		clock = "3:04 PM"
	}
	return day + ", " + clock
}

// Temperature writes tenths of a degree Celsius in the unit of the place, with the other one beside it: a thermometer may come
// from elsewhere.
func (p Profile) Temperature(tenths int64) string {
	fahrenheit := halfUp(tenths*9, 5) + 320
	celsius, other := fmt.Sprintf("%d.%d °C", tenths/10, tenths%10), fmt.Sprintf("%d.%d °F", fahrenheit/10, fahrenheit%10)
	if p.TemperatureUnit == UnitFahrenheit {
		celsius, other = other, celsius
	}
	return celsius + " (" + other + ")"
}

// key is what a translation of the profile is of, such as "profile.UK|1.0.0".
func (p Profile) key() string { return "profile." + p.ID + "|" + p.Version }

// Profile finds a region's profile.
func (l *Library) Profile(region string) (Profile, bool) {
	p, ok := l.profiles[region]
	return p, ok
}

func (l *Library) loadProfiles() error {
	for _, f := range l.kind("profile") {
		var p Profile
		if err := decodeStrict(f.Data, &p); err != nil {
			return refuse(f.Name, "%v", err)
		}
		if err := p.check(f.Name); err != nil {
			return err
		}
		if _, twice := l.profiles[p.ID]; twice {
			return refuse(f.Name, "region %s stands in two files", p.ID)
		}
		l.profiles[p.ID], l.originals[p.key()] = p, p.texts()
	}
	return nil
}

func (p Profile) check(name string) error {
	for what, text := range map[string]string{
		"id": p.ID, "version": p.Version, "review": p.Review, "source": p.Source, "emergency": p.Emergency, "crisis": p.Crisis,
		"thresholds": p.Thresholds, "wording.emergencyDepartment": p.Wording.EmergencyDepartment, "wording.practice": p.Wording.Practice,
		"wording.pharmacy": p.Wording.Pharmacy,
	} {
		if text == "" {
			return refuse(name, "%s is missing", what)
		}
	}
	switch {
	case !slices.Contains([]string{UnitCelsius, UnitFahrenheit}, p.TemperatureUnit):
		return refuse(name, "temperatureUnit is %s or %s", UnitCelsius, UnitFahrenheit)
	case !slices.Contains([]string{"day-month", "month-day"}, p.Dates.Order):
		return refuse(name, "dates.order is day-month or month-day")
	case p.Dates.Clock != 12 && p.Dates.Clock != 24:
		return refuse(name, "dates.clock is 12 or 24")
	}
	return nil
}

// bindProfiles gives the rules their regions: each profile with the thresholds that it names. A parameter set whose name no
// profile has would have thresholds and nobody to call.
func (l *Library) bindProfiles(r *Rules) error {
	for name := range r.regions {
		if _, ok := l.profiles[name]; !ok {
			return refuse("profile", "region %s of %s is missing", name, r.key)
		}
	}
	regions := map[string]region{}
	for id, p := range l.profiles {
		set, ok := r.regions[p.Thresholds]
		if !ok {
			return refuse("profile "+id+": thresholds", "%s has no parameters of the name %q", r.key, p.Thresholds)
		}
		if id == p.Thresholds && set.emergency != p.Emergency {
			return refuse("profile "+id+": emergency", "is %s, and %s in %s", p.Emergency, set.emergency, r.key)
		}
		regions[id] = region{numbers: set.numbers, emergency: p.Emergency}
	}
	r.regions = regions
	return nil
}
