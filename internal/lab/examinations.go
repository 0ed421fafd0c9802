package lab

import (
	_ "embed"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json"
)

//go:embed data/examinations.v1.json
var examinationsFile []byte

// The categories of what can be ordered (FHIR ServiceRequest.category).
const (
	CategoryLaboratory = "laboratory"
	CategoryImaging    = "imaging"
	CategoryProcedure  = "procedure"
)

// wholeBody is the site that holds all others.
const wholeBody = "whole-body"

// Examinations is data/examinations.v1.json, read and checked: what can be ordered beside tests of blood.
type Examinations struct {
	Version, Review string

	kinds []examination
	sites []site
	sides []string
}

type examination struct {
	Code     string `json:"code"`
	Title    string `json:"title"`
	Category string `json:"category"`
}

type site struct {
	Code  string `json:"code"`
	Title string `json:"title"`
}

type examinationsData struct {
	ID           string        `json:"id"`
	Version      string        `json:"version"`
	Review       string        `json:"review"`
	Source       string        `json:"source"`
	About        string        `json:"about"`
	Sides        []string      `json:"sides"`
	Sites        []site        `json:"sites"`
	Examinations []examination `json:"examinations"`
}

// ReadExaminations reads the file. One that is not whole, or says a thing twice, is an error that names the place.
func ReadExaminations(data []byte) (*Examinations, error) {
	var d examinationsData
	if err := json.Unmarshal(data, &d, json.RejectUnknownMembers(true)); err != nil {
		return nil, fmt.Errorf("examinations: %w", err)
	}
	if d.ID != "examinations" || d.Version == "" || d.Review == "" || d.Source == "" || len(d.Sides) == 0 {
		return nil, fmt.Errorf("examinations: id, version, review, source or sides are missing")
	}
	seen := map[string]bool{}
	for _, s := range d.Sites {
		if s.Code == "" || s.Title == "" || seen["site "+s.Code] {
			return nil, fmt.Errorf("examinations: site %q has no code or title, or stands twice", s.Code)
		}
		seen["site "+s.Code] = true
	}
	for _, e := range d.Examinations {
		if e.Code == "" || e.Title == "" || e.Category != CategoryImaging && e.Category != CategoryProcedure || seen[e.Code] {
			return nil, fmt.Errorf("examinations: %q has no code, title or category, or stands twice", e.Code)
		}
		seen[e.Code] = true
	}
	return &Examinations{Version: d.Version, Review: d.Review, kinds: d.Examinations, sites: d.Sites, sides: d.Sides}, nil
}

// OwnExaminations are those that come with the program.
var OwnExaminations = mustExaminations(examinationsFile)

func mustExaminations(data []byte) *Examinations {
	e, err := ReadExaminations(data)
	if err != nil {
		panic(err)
	}
	return e
}

func (e *Examinations) find(code string) (examination, bool) {
	i := slices.IndexFunc(e.kinds, func(one examination) bool { return one.Code == code })
	if i < 0 {
		return examination{}, false
	}
	return e.kinds[i], true
}

// Known reports whether the code is that of an image or a procedure.
func (e *Examinations) Known(code string) bool {
	_, known := e.find(code)
	return known
}

// Title is the name in plain words; "" of what is not known.
func (e *Examinations) Title(code string) string {
	one, _ := e.find(code)
	return one.Title
}

// Category is CategoryImaging or CategoryProcedure; CategoryLaboratory of what is neither.
func (e *Examinations) Category(code string) string {
	if one, known := e.find(code); known {
		return one.Category
	}
	return CategoryLaboratory
}

// Codes lists every image and procedure, in the order of the file.
func (e *Examinations) Codes() []string {
	list := make([]string, 0, len(e.kinds))
	for _, one := range e.kinds {
		list = append(list, one.Code)
	}
	return list
}

// Sites lists the parts of the body that an examination can be of.
func (e *Examinations) Sites() []string {
	list := make([]string, 0, len(e.sites))
	for _, one := range e.sites {
		list = append(list, one.Code)
	}
	return list
}

// Sides are those that a part of the body has.
func (e *Examinations) Sides() []string { return slices.Clone(e.sides) }

// sameRegion reports whether two examinations may show the same part of the body. What nobody said may be any: a warning too many
// costs a reason, one too few costs the person an examination.
func sameRegion(a, b Ordered) bool {
	sided := a.Side == "" || b.Side == "" || a.Side == b.Side || a.Side == "bilateral" || b.Side == "bilateral"
	anywhere := func(sites []string) bool { return len(sites) == 0 || slices.Contains(sites, wholeBody) }
	if !sided || anywhere(a.Sites) || anywhere(b.Sites) {
		return sided
	}
	return slices.ContainsFunc(a.Sites, func(one string) bool { return slices.Contains(b.Sites, one) })
}
