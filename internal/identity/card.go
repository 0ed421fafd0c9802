package identity

import (
	"context"

	"satchel/internal/fault"
	"satchel/sync"
)

// A card is what a record has of a team: its name, its page, its people. It changes with the team, in every record that the team
// looks after, and those may be many. So a change only notes that cards are owed; a follower delivers them a page at a time, and
// goes on where it was when it died.

const (
	indexNews  = "identity.news"  // blinded team -> newsRow: all of its records are owed its card
	indexCards = "identity.cards" // blinded team, record -> cardRow: this record is owed the team's card
)

// newsRow says how far a team's card has come round.
type newsRow struct {
	Team     syncing.TeamID   `json:"team"`
	Revision int64            `json:"revision"`
	After    syncing.RecordID `json:"after,omitzero"` // the last record that has it
}

type cardRow struct {
	Team syncing.TeamID `json:"team"`
}

// tellRecords notes that every record of the team is owed its card; once more from the beginning if some have an older one.
func (s *Service) tellRecords(tx syncing.Tx, team syncing.TeamID, revision int64) error {
	row, err := encodeRow(newsRow{Team: team, Revision: revision})
	if err != nil {
		return err
	}
	return tx.PutIndex(indexNews, s.teamPrefix(team), row)
}

// oweCard notes that the record of this transaction is owed the team's card.
func (s *Service) oweCard(tx syncing.Tx, team syncing.TeamID) error {
	row, err := encodeRow(cardRow{Team: team})
	if err != nil {
		return err
	}
	return tx.PutIndex(indexCards, s.holderKey(Grantee{Team: team}, tx.Record()), row)
}

// DeliverCards hands out up to limit cards that are owed, by calling deliver for each; more is true if there are others. What was
// delivered twice must have changed nothing the second time: the follower may die between delivering and noting it.
func (s *Service) DeliverCards(ctx context.Context, limit int, deliver func(context.Context, syncing.RecordID, syncing.TeamID) error) (more bool, err error) {
	type debt struct {
		record syncing.RecordID
		team   syncing.TeamID
	}
	var debts []debt
	var bad error
	err = s.Store.Scan(ctx, indexCards, nil, nil, limit, func(e syncing.IndexEntry) bool {
		var row cardRow
		bad = decodeRow(e.Value, &row)
		debts = append(debts, debt{e.Record, row.Team})
		return bad == nil
	})
	if err != nil || bad != nil {
		return false, cmpErr(err, bad)
	}
	for _, d := range debts {
		if err := s.DeliverCard(ctx, d.record, d.team, deliver); err != nil {
			return true, err
		}
	}
	if len(debts) == limit {
		return true, nil
	}
	return s.deliverNews(ctx, limit-len(debts), deliver)
}

// DeliverCard hands out the card of one team to one record now, and notes that it is owed no more.
func (s *Service) DeliverCard(ctx context.Context, record syncing.RecordID, team syncing.TeamID, deliver func(context.Context, syncing.RecordID, syncing.TeamID) error) error {
	if err := deliver(ctx, record, team); err != nil {
		return erasedIsDone(err)
	}
	return erasedIsDone(s.Store.Update(ctx, record, func(tx syncing.Tx) error {
		return tx.DeleteIndex(indexCards, s.holderKey(Grantee{Team: team}, record))
	}))
}

// erasedIsDone: a record that was erased is owed nothing.
func erasedIsDone(err error) error {
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// deliverNews brings the card of the first team that has news to its next records.
func (s *Service) deliverNews(ctx context.Context, limit int, deliver func(context.Context, syncing.RecordID, syncing.TeamID) error) (more bool, err error) {
	var news newsRow
	var found bool
	var bad error
	err = s.Store.Scan(ctx, indexNews, nil, nil, 1, func(e syncing.IndexEntry) bool {
		bad, found = decodeRow(e.Value, &news), true
		return false
	})
	if err != nil || bad != nil || !found {
		return false, cmpErr(err, bad)
	}
	var records []syncing.RecordID
	if err := s.recordsHeldBy(ctx, Grantee{Team: news.Team}, news.After, limit, &records); err != nil {
		return false, err
	}
	for _, record := range records {
		if err := erasedIsDone(deliver(ctx, record, news.Team)); err != nil {
			return true, err
		}
	}
	return true, s.newsCameTo(ctx, news, records, len(records) < limit)
}

// newsCameTo notes how far a card has come; at the end nothing is owed any more, unless the team has changed again meanwhile.
func (s *Service) newsCameTo(ctx context.Context, news newsRow, records []syncing.RecordID, end bool) error {
	return s.Store.Update(ctx, teamRecord(news.Team), func(tx syncing.Tx) error {
		entry, ok, err := tx.Lookup(indexNews, s.teamPrefix(news.Team))
		if err != nil || !ok {
			return err
		}
		var now newsRow
		if err := decodeRow(entry.Value, &now); err != nil || now.Revision != news.Revision {
			return err // begun anew: another round brings what is new
		}
		if end {
			return tx.DeleteIndex(indexNews, s.teamPrefix(news.Team))
		}
		now.After = records[len(records)-1]
		row, err := encodeRow(now)
		if err != nil {
			return err
		}
		return tx.PutIndex(indexNews, s.teamPrefix(news.Team), row)
	})
}

// peopleMax is how many people of a team its card names.
const peopleMax = 60

// TeamCard is what a record is told of a team.
type TeamCard struct {
	Team         Team
	Organisation Organisation
	Page         TeamPage
	People       []TeamPerson
}

// TeamPerson is one who works in a team.
type TeamPerson struct {
	Account syncing.AccountID
	Name    string
	Job     string
}

// Card reads what a record is told of a team; ok is false if there is no such team. It is for followers: nobody is asked who asks.
func (s *Service) Card(ctx context.Context, id syncing.TeamID) (card TeamCard, ok bool, err error) {
	if card.Team, ok, err = s.Team(ctx, id); err != nil || !ok {
		return card, false, err
	}
	if card.Organisation, _, err = s.Organisation(ctx, card.Team.Organisation); err != nil {
		return card, false, err
	}
	if card.Page, err = s.Page(ctx, id); err != nil {
		return card, false, err
	}
	card.People, err = s.people(ctx, id)
	return card, err == nil, err
}

// peopleChanged lets the team's records learn who works in it now.
func (s *Service) peopleChanged(ctx context.Context, team syncing.TeamID) error {
	return s.updatePage(ctx, team, func(syncing.Tx, *TeamPage) error { return nil })
}

// people lists who works in a team now, and may sign in.
func (s *Service) people(ctx context.Context, team syncing.TeamID) ([]TeamPerson, error) {
	accounts, err := s.Members(ctx, team)
	if err != nil {
		return nil, err
	}
	var list []TeamPerson
	for _, id := range accounts[:min(len(accounts), peopleMax)] {
		row, ok, err := s.account(ctx, id)
		if err != nil {
			return nil, err
		}
		if ok && row.Locked == 0 {
			list = append(list, TeamPerson{Account: id, Name: row.Name, Job: row.Job})
		}
	}
	return list, nil
}
