package care

import (
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
)

//go:embed data/journeys.v1.json
var journeysFile []byte

// journeys is data/journeys.v1.json: what has to be there before somebody sets out, and when it is looked at.
type journeys struct {
	ID         string            `json:"id"`
	Version    string            `json:"version"`
	Review     string            `json:"review"`
	About      string            `json:"about"`
	Checks     journeyChecks     `json:"checks"`
	Documents  []named           `json:"documents"`
	Services   []service         `json:"services"`
	Programmes []programme       `json:"programmes"`
	titles     map[string]string // of documents, by code
}

type journeyChecks struct {
	DaysBefore            sourced `json:"daysBefore"`
	TravelMinutes         sourced `json:"travelMinutes"`
	TravelHoursBefore     sourced `json:"travelHoursBefore"`
	MayHaveChangedMinutes sourced `json:"mayHaveChangedMinutes"`
}

// sourced is a number and where it comes from.
type sourced struct {
	Value  int64  `json:"value"`
	Source string `json:"source"`
}

type named struct {
	Code  string `json:"code"`
	Title string `json:"title"`
}

// service is where somebody is referred to, and what it asks for.
type service struct {
	Code      string   `json:"code"`
	Title     string   `json:"title"`
	Documents []string `json:"documents"`
	Source    string   `json:"source"`
}

// programme is who pays, and what that asks for.
type programme struct {
	Code          string   `json:"code"`
	Title         string   `json:"title"`
	Authorisation bool     `json:"authorisation"` // a number, for these days and so many visits
	Notify        bool     `json:"notify"`        // it is told before the visit
	Documents     []string `json:"documents"`
	Source        string   `json:"source"`
}

// loadJourneys reads the file. One that is not whole is an error that names the place.
func loadJourneys(data []byte) (*journeys, error) {
	var j journeys
	if err := json.Unmarshal(data, &j, json.RejectUnknownMembers(true)); err != nil {
		return nil, fmt.Errorf("journeys: %w", err)
	}
	if j.ID != "journeys" || j.Version == "" || j.Review == "" || len(j.Services) == 0 || len(j.Programmes) == 0 {
		return nil, errors.New("journeys: id, version, review, services or programmes are missing")
	}
	c := j.Checks
	for _, n := range []sourced{c.DaysBefore, c.TravelMinutes, c.TravelHoursBefore, c.MayHaveChangedMinutes} {
		if n.Value < 1 || n.Source == "" {
			return nil, errors.New("journeys: a time of the checks, or its source, is missing")
		}
	}
	j.titles = map[string]string{}
	for _, d := range j.Documents {
		if d.Code == "" || d.Title == "" || j.titles[d.Code] != "" {
			return nil, fmt.Errorf("journeys: document %q has no code or title, or stands twice", d.Code)
		}
		j.titles[d.Code] = d.Title
	}
	seen := map[string]bool{}
	check := func(kind, code, title, source string, documents []string) error {
		unknown := slices.ContainsFunc(documents, func(d string) bool { return j.titles[d] == "" })
		if code == "" || title == "" || source == "" || unknown || seen[kind+code] {
			return fmt.Errorf("journeys: %s %q lacks a title or a source, asks for a document that is not known, or stands twice", kind, code)
		}
		seen[kind+code] = true
		return nil
	}
	for _, s := range j.Services {
		if err := check("service ", s.Code, s.Title, s.Source, s.Documents); err != nil {
			return nil, err
		}
	}
	for _, p := range j.Programmes {
		if err := check("programme ", p.Code, p.Title, p.Source, p.Documents); err != nil {
			return nil, err
		}
	}
	return &j, nil
}

// embeddedJourneys panics if the file in the program is broken: a mistake that the first test finds.
func embeddedJourneys() *journeys {
	j, err := loadJourneys(journeysFile)
	if err != nil {
		panic("care: " + err.Error())
	}
	return j
}

func (j *journeys) serviceCodes() (list []string) {
	for _, s := range j.Services {
		list = append(list, s.Code)
	}
	return list
}

func (j *journeys) programmeCodes() (list []string) {
	for _, p := range j.Programmes {
		list = append(list, p.Code)
	}
	return list
}

func (j *journeys) programme(code string) (p programme, known bool) {
	i := slices.IndexFunc(j.Programmes, func(p programme) bool { return p.Code == code })
	if i < 0 {
		return p, false
	}
	return j.Programmes[i], true
}

// asksFor lists the documents that a service and a programme ask for, each once.
func (j *journeys) asksFor(serviceCode, programmeCode string) []string {
	var list []string
	for _, s := range j.Services {
		if s.Code == serviceCode {
			list = append(list, s.Documents...)
		}
	}
	p, _ := j.programme(programmeCode)
	for _, d := range p.Documents {
		if !slices.Contains(list, d) {
			list = append(list, d)
		}
	}
	return list
}

// early is from when on papers that are missing are somebody's to look after.
func (j *journeys) early() time.Duration {
	return time.Duration(j.Checks.DaysBefore.Value) * 24 * time.Hour
}

// late is when they are looked at again, for who has a long way.
func (j *journeys) late() time.Duration {
	return time.Duration(j.Checks.TravelHoursBefore.Value) * time.Hour
}
