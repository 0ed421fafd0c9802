package identity

import (
	"context"
	"slices"

	"satchel/sync"
)

// Hidden is a kind of information that somebody does not see, and why, in a sentence. It says nothing of what there is of it.
type Hidden struct {
	Category string
	Why      string
	Never    bool // it cannot be shared with them at all
}

// sharesOf lists all grants of a record, and the caregivers who wait, with what each does not see.
func (s *Service) sharesOf(ctx context.Context, record syncing.RecordID) (shares []Share, err error) {
	var waiting []waitingRow
	err = s.Store.View(ctx, record, func(tx syncing.ReadTx) (err error) {
		waiting, err = s.waitingOf(tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	grants, err := s.grants(ctx, record)
	if err != nil {
		return nil, err
	}
	for _, g := range grants {
		share := Share{
			Grantee: Grantee{Account: g.Account, Team: g.Team}, Relation: g.Relation, Name: g.Name, Categories: g.Categories,
			Since: g.Since, Until: g.Until, Expires: g.Expires,
		}
		var team Team
		if g.Relation == relationTeam {
			if team, _, err = s.Team(ctx, g.Team); err != nil {
				return nil, err
			}
			share.Name = team.Name
		}
		if g.Relation != relationOwner {
			share.Hidden = hiddenFrom(g, team.Kind)
		}
		shares = append(shares, share)
	}
	for _, w := range waiting {
		shares = append(shares, Share{
			Grantee: Grantee{Account: w.Account}, Relation: "waiting", Name: w.Name, Categories: w.Categories, Since: w.Asked, Expires: w.Expires,
		})
	}
	return shares, nil
}

func hiddenFrom(g grantRow, kind TeamKind) []Hidden {
	ceiling, beyond := teamRules[kind].categories, "This kind of team does not see it."
	if g.Relation == relationCaregiver {
		ceiling, beyond = caregiverCeiling, "What is sensitive is between the person and the teams."
	}
	hidden := []Hidden{}
	for _, category := range append(slices.Clone(AllCategories), CategoryShare) {
		may := slices.Contains(ceiling, category)
		switch {
		case slices.Contains(g.Categories, category):
		case may:
			hidden = append(hidden, Hidden{category, "The person has not shared it.", false})
		case slices.Contains(PersonCategories, category):
			hidden = append(hidden, Hidden{category, beyond, true})
		}
	}
	return hidden
}
