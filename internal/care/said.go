package care

import (
	"slices"

	syncing "satchel/sync"
)

// What one row of a queue has room for. What is left out stands in the record, and the row says that there is more.
const (
	saidItemsMax = 6
	saidTextsMax = 3
	saidRunesMax = 240 // of each text
)

// Said is what the person said in what waits in a row: what it is about, the worst first, and their own words.
type Said struct {
	Items []SaidItem `json:"items,omitempty"`
	Words []string   `json:"words,omitempty"`
	More  bool       `json:"more,omitzero"` // there is more in the record
}

// SaidItem is one thing that was said, as the questionnaire names it.
type SaidItem struct {
	Code     string `json:"code"`
	Severity int64  `json:"severity,omitzero"`
}

// SaidIn reads it from the concerns of a row, as far as the reader may see them.
func SaidIn(r syncing.Reader, concerns []string) (said Said, err error) {
	var texts []string
	var reports []syncing.DocID
	for _, id := range concerns {
		concern, err := r.Document(syncing.DocID(id))
		if err != nil {
			return said, err
		}
		if !concern.Exists() {
			continue
		}
		severity, _ := concern.Int("severity")
		said.Items = append(said.Items, SaidItem{concern.Text("code"), severity})
		texts = append(texts, concern.Text("note"))
		if report := syncing.DocID(concern.Text("assessment")); report != "" && !slices.Contains(reports, report) {
			reports = append(reports, report)
		}
	}
	for _, id := range reports {
		report, err := r.Document(id)
		if err != nil {
			return said, err
		}
		if report.Exists() {
			texts = append(texts, report.Text("note"))
		}
	}
	slices.SortStableFunc(said.Items, func(a, b SaidItem) int { return int(b.Severity - a.Severity) })
	said.fit(texts)
	return said, nil
}

// fit keeps what a row has room for. What was said twice is said once.
func (s *Said) fit(texts []string) {
	for _, text := range texts {
		short := shortened(text)
		switch {
		case text == "" || slices.Contains(s.Words, short):
		case len(s.Words) == saidTextsMax:
			s.More = true
		default:
			s.Words, s.More = append(s.Words, short), s.More || short != text
		}
	}
	if len(s.Items) > saidItemsMax {
		s.Items, s.More = s.Items[:saidItemsMax], true
	}
}

// shortened is the beginning of a text that is too long for a row.
func shortened(text string) string {
	runes := []rune(text)
	if len(runes) <= saidRunesMax {
		return text
	}
	return string(runes[:saidRunesMax-1]) + "…"
}

// Offered says of a row that another team was asked to take it over, or could not.
type Offered struct {
	Status string `json:"status"` // "requested" or "rejected"
	Team   string `json:"team"`   // that was asked, as the record names it
	Answer string `json:"answer,omitzero"`
}

// OfferOf is the newest offer of what waits in a row; nil if there is none that stands, or it was accepted or taken back.
func OfferOf(r syncing.Reader, row Row) (*Offered, error) {
	offers, err := r.Documents(rerouteName)
	if err != nil {
		return nil, err
	}
	var newest syncing.Snapshot
	at := int64(-1)
	for _, offer := range offers {
		waits := slices.ContainsFunc(offer.Texts("concerns"), func(id string) bool { return slices.Contains(row.Concerns, id) })
		if offered, _ := offer.Int("offeredAt"); waits && offer.Text("row") == string(row.Doc) && offered > at {
			newest, at = offer, offered
		}
	}
	status := newest.Text("status")
	if status != "requested" && status != "rejected" {
		return nil, nil
	}
	to, err := syncing.ParseUUID(newest.Text("to"))
	if err != nil {
		return nil, nil //nolint:nilerr // a team of no form is no team
	}
	team, err := r.Document(CareTeamID(syncing.TeamID{UUID: to}))
	return &Offered{status, team.Text("name"), newest.Text("answer")}, err
}

// OffersOpen reports whether an offer of the team, or one to it, waits for an answer in the record.
func OffersOpen(r syncing.Reader, team syncing.TeamID) (bool, error) {
	offers, err := r.Documents(rerouteName)
	return slices.ContainsFunc(offers, func(offer syncing.Snapshot) bool {
		return offer.Text("status") == "requested" && slices.Contains([]string{offer.Text("from"), offer.Text("to")}, team.String())
	}), err
}
