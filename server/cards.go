package server

import (
	"context"

	"satchel/internal/care"
	"satchel/internal/identity"
	syncing "satchel/sync"
)

// cardsBatch is how many cards are delivered before it is noted how far they have come.
const cardsBatch = 256

// followCards brings the cards of teams to the records that are owed them: those that changed, to every record of the team, and
// those of teams that a record was just given.
func (s *Server) followCards(ctx context.Context) error {
	for {
		more, err := s.identity.DeliverCards(ctx, cardsBatch, s.deliver)
		if err != nil || !more || ctx.Err() != nil {
			return err
		}
	}
}

// Card brings a team's card to a record at once.
func (s *Server) Card(ctx context.Context, record syncing.RecordID, team syncing.TeamID) error {
	return s.identity.DeliverCard(ctx, record, team, s.deliver)
}

// deliver writes a team's card, as it is now, into a record. Once more changes nothing.
func (s *Server) deliver(ctx context.Context, record syncing.RecordID, id syncing.TeamID) error {
	card, ok, err := s.identity.Card(ctx, id)
	if err != nil || !ok {
		return err
	}
	return s.engine.Follow(ctx, record, func(r syncing.Reader, _ int64) ([]syncing.Patch, error) {
		return care.CardPatches(r, cardOf(card))
	})
}

// cardOf says in care's words what identity knows of a team.
func cardOf(c identity.TeamCard) care.Card {
	card := care.Card{
		Team: c.Team.ID, Kind: string(c.Team.Kind), Name: c.Team.Name, Organisation: c.Organisation.Name, Revision: c.Page.Revision,
		About: c.Page.About, Does: c.Page.DoesHandle, DoesNot: c.Page.DoesNotHandle,
	}
	for _, p := range c.People {
		card.People = append(card.People, care.CardPerson{Name: p.Name, Job: p.Job})
	}
	for _, p := range c.Page.Contacts {
		contact := care.Contact{ID: p.ID, System: p.System, Value: p.Value, Label: p.Label, Is24h: p.Is24h, Zone: p.Zone, VerifiedAt: p.VerifiedAt}
		for _, h := range p.Hours {
			contact.Hours = append(contact.Hours, care.OpenHours(h))
		}
		card.Contacts = append(card.Contacts, contact)
	}
	return card
}
