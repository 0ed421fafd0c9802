package care

import (
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	syncing "satchel/sync"
)

// emergencyFields is all that an emergency card, its QR and an emergency link may be made of: each type with its fields. What is not
// named here cannot get in, whatever is written elsewhere (hazard H27): no prognosis, no stage, no goal, no concern, no message. Of the
// plan's phase only one thing is ever said: that treatment is in progress.
var emergencyFields = map[string][]string{
	personName:          {"name", "birthDate", "homeZone", "status"},
	careTeamName:        {"kind", "name", "status", "region", "phone", "is24h", "outOfHours", contactsPrefix + "*"},
	clinicalContextName: {"sactLastDose", "sactRegimen", "gcsfLastDose", "gcsfKind", "centralLine", "anticoagulated", "transplantOrCarT", "allergies"},
	carePlanName:        {"status", "phase"},
	planVersionName:     {"plan", "number"},
	conditionName:       {"text", "code", "clinicalStatus", "verificationStatus", "onset"},
	expectedFindingName: {"code", "low", "high", "unit", "validFrom", "validTo", "because", "exclusions", "ifOutside", "status"},
	medicationName:      {"display", "dose", "status", "started", "stopped", "taking"},
}

// EmergencyPapers shows of the papers of a binder what an emergency may see, and hides everything else.
func EmergencyPapers(b Binder) Binder {
	return func(kind string) ([]Paper, error) {
		fields, ok := emergencyFields[kind]
		if !ok {
			return nil, nil
		}
		all, err := b(kind)
		list := make([]Paper, 0, len(all))
		for _, p := range all {
			list = append(list, narrowPaper{p, fields})
		}
		return list, err
	}
}

// narrowPaper is a paper of which some fields are shown.
type narrowPaper struct {
	paper  Paper
	fields []string
}

func (p narrowPaper) shows(field string) bool {
	return slices.ContainsFunc(p.fields, func(f string) bool {
		family, open := strings.CutSuffix(f, "*")
		return f == field || open && strings.HasPrefix(field, family)
	})
}

// ID implements Paper.
func (p narrowPaper) ID() syncing.DocID { return p.paper.ID() }

// Rev implements Paper.
func (p narrowPaper) Rev() syncing.Rev { return p.paper.Rev() }

// Value implements Paper.
func (p narrowPaper) Value(field string) jsontext.Value {
	if !p.shows(field) {
		return nil
	}
	return p.paper.Value(field)
}

// Text implements Paper.
func (p narrowPaper) Text(field string) string {
	if !p.shows(field) {
		return ""
	}
	return p.paper.Text(field)
}

// Texts implements Paper.
func (p narrowPaper) Texts(set string) []string {
	if !p.shows(set) {
		return nil
	}
	return p.paper.Texts(set)
}

// Fields implements Paper.
func (p narrowPaper) Fields(prefix string) []string {
	return slices.DeleteFunc(p.paper.Fields(prefix), func(field string) bool { return !p.shows(field) })
}
