package care

import (
	"slices"
	"strings"

	"satchel/internal/lab"
	syncing "satchel/sync"
)

// deriveResult says what follows from a result that came in, that was corrected, or that was withdrawn.
func (w *ward) deriveResult(c syncing.Change, r syncing.Reader) ([]syncing.Patch, error) {
	if bySystem(c) {
		return nil, nil
	}
	around, err := w.look(c.Record, r)
	if err != nil {
		return nil, err
	}
	d := newDraft(c.After.ID(), c.After)
	if !isVerified(c.After) && c.After.Value("verified") == nil {
		d.truth("verified", c.After.Text("source") != sourcePhoto)
	}
	d.once("version", 1)
	d.once("receivedAt", c.Now)
	team, err := responsibleFor(c.After, r, around.teams)
	if err != nil {
		return nil, err
	}
	if team != "" {
		d.textOnce("responsibleTeam", team)
	}
	if q, err := quantityOf(c.After); err == nil {
		d.text("normalised", q.Value)
		d.text("normalisedUnit", q.Unit)
		class, _ := w.lab.Class(c.After.Text("code"), q, lab.Around{})
		d.text("class", string(class))
	}
	if said := interpretationOf(c.After); said != "" {
		d.text("interpretation", said)
	}
	return patches(d), nil
}

// responsibleFor is the one team that acts on a result: that of its order, else the one that is named, else oncology. One that is
// here no more is none: somebody always answers (hazard H11).
func responsibleFor(result syncing.Snapshot, r syncing.Reader, teams careTeams) (string, error) {
	order, err := r.Document(syncing.DocID(result.Text("order")))
	if err != nil {
		return "", err
	}
	for _, team := range []string{order.Text("resultResponsibleTeam"), result.Text("askedTeam"), teams.byKind[KindOncology]} {
		if team != "" && slices.Contains(teams.active, team) {
			return team, nil
		}
	}
	if here := teams.treating(); len(here) > 0 {
		return here[0], nil
	}
	return "", nil
}

// interpretationOf is the laboratory's own flag, if it is one of FHIR's; else where the number lies in the range; "" if nothing is known.
func interpretationOf(result syncing.Snapshot) string {
	if flag := strings.ToUpper(strings.TrimSpace(result.Text("labFlag"))); slices.Contains(interpretations, flag) {
		return flag
	}
	value, ok := lab.Number(result.Text("value"))
	low, lowOK := lab.Number(result.Text("referenceLow"))
	high, highOK := lab.Number(result.Text("referenceHigh"))
	switch {
	case !ok || !lowOK && !highOK:
		return ""
	case lowOK && value.Cmp(low) < 0:
		return "L"
	case highOK && value.Cmp(high) > 0:
		return "H"
	}
	return "N"
}

func (w *ward) indexResult(syncing.RecordID, syncing.Snapshot) []syncing.IndexKey { return nil }
