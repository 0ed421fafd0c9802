package care

import (
	"cmp"
)

// ResultFacts are what a list shows of a result in its reader's own language: what was measured, for whom, and the finding that speaks of it.
type ResultFacts struct {
	Code           string `json:"code"`
	Value          string `json:"value,omitzero"` // as it was sent
	Unit           string `json:"unit,omitzero"`
	Normalised     string `json:"normalised,omitzero"` // in the unit of its group
	NormalisedUnit string `json:"normalisedUnit,omitzero"`
	Low            string `json:"low,omitzero"` // the laboratory's range, in the unit that was sent
	High           string `json:"high,omitzero"`
	Flag           string `json:"flag,omitzero"` // the laboratory's own, word for word
	Conclusion     string `json:"conclusion,omitzero"`
	Status         string `json:"status"`
	Emergency      bool   `json:"emergency,omitzero"` // with signs of an infection
	Held           bool   `json:"held,omitzero"`      // held back from the person, and what is said of it with it
	ReceivedAt     int64  `json:"receivedAt,omitzero"`
	OrderedBy      string `json:"orderedBy,omitzero"`  // the team whose order it answers, by name
	TransferTo     string `json:"transferTo,omitzero"` // id of the team that is asked to take it over
	// Finding is what a prescriber signed about this number: it stands above it.
	Finding *FindingFacts `json:"finding,omitzero"`
}

// FindingFacts are a signed finding as it speaks of one result.
type FindingFacts struct {
	Match string `json:"match"` // matches, asks, excluded; outside: its dates hold, and the number is another
	// Asks are codes of what somebody has to answer before the note counts: nobody has lately.
	Asks      []string `json:"asks,omitempty"`
	Text      string   `json:"text"`
	Because   string   `json:"because"`
	SignedBy  string   `json:"signedBy,omitzero"`
	IfOutside string   `json:"ifOutside"`
}

func factsOf(b Binder, p Paper, teams map[string]string) (*ResultFacts, error) {
	f := &ResultFacts{
		Code: p.Text("code"), Value: p.Text("value"), Unit: p.Text("unit"), Normalised: p.Text("normalised"), NormalisedUnit: p.Text("normalisedUnit"),
		Low: p.Text("referenceLow"), High: p.Text("referenceHigh"), Flag: p.Text("labFlag"), Conclusion: p.Text("conclusion"), Status: p.Text("status"),
		Emergency: truth(p, "emergency"), Held: categoryOfResult(p) != CategoryResults, ReceivedAt: number(p, "receivedAt"), TransferTo: p.Text("transferTo"),
	}
	named := cmp.Or(p.Text("answersOrder"), p.Text("order"))
	if named == "" {
		return f, nil
	}
	orders, err := b(labOrderName)
	if err != nil {
		return nil, err
	}
	for _, order := range orders {
		if string(order.ID()) == named {
			f.OrderedBy = teams[order.Text("requesterTeam")]
		}
	}
	return f, nil
}

// finds puts the finding that speaks of a result into its facts; said is the field that its reader reads.
func (v *ResultView) finds(paper Paper, match, said string, asks ...string) {
	if v.Facts == nil {
		return
	}
	v.Facts.Finding = &FindingFacts{
		Match: match, Asks: asks, Text: paper.Text(said), Because: paper.Text("because"), SignedBy: paper.Text("signedBy"), IfOutside: paper.Text("ifOutside"),
	}
}
