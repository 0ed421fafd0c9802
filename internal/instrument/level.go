package instrument

import "fmt"

// Level says how urgent a response or a concern is. Levels are ordered: a higher one compares as greater.
type Level int8

// The levels, lowest first, as the rules file lists them.
const (
	Info Level = iota
	Green
	Amber
	Red
	Emergency
)

var levelNames = [...]string{"info", "green", "amber", "red", "emergency"}

// ParseLevel reads a level's name as the files spell it.
func ParseLevel(name string) (Level, bool) {
	for i, known := range levelNames {
		if name == known {
			return Level(i), true
		}
	}
	return Info, false
}

// String is the name that files and documents use.
func (l Level) String() string {
	if l < Info || l > Emergency {
		return fmt.Sprintf("level(%d)", int8(l))
	}
	return levelNames[l]
}

// MarshalText writes the name.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads the name; any other word is an error.
func (l *Level) UnmarshalText(text []byte) error {
	known, ok := ParseLevel(string(text))
	if !ok {
		return fmt.Errorf("%q is not a level; the levels are info, green, amber, red, emergency", text)
	}
	*l = known
	return nil
}
