package mobileapi

import (
	"context"
	"encoding/hex"

	"github.com/go-json-experiment/json/jsontext"

	"satchel/internal/care"
	"satchel/internal/fault"
	"satchel/sync"
)

// queueRow is one row of a team's queue: one record, and why it stands where it does.
type queueRow struct {
	Record syncing.RecordID `json:"record"`
	// Order says where it stands among others, as a text, for whoever is told of one row alone. It is made of what the row shows.
	Order string `json:"order"`
	queuePart
	Person *queuePerson `json:"person"` // null if the caller may not see who it is
}

// queuePart is one triage document of a record: what everybody on the team may see, or what is sensitive.
type queuePart struct {
	care.Row
	Why     string           `json:"why"`
	Waiting []jsontext.Value `json:"waiting"` // to be named when it is closed
	Said    care.Said        `json:"said"`
	Offer   *care.Offered    `json:"offer,omitzero"` // that another team was asked for it
	// Also is what waits beside it for the same record: where a part is sensitive, or for this team alone, it is a document of its
	// own, so that whoever may not see it sees no trace of it. Where the row stands is decided by the most urgent of them.
	Also *queuePart `json:"also,omitzero"`
}

type queuePerson struct {
	Name      string `json:"name"`
	BirthDate string `json:"birthDate"`
}

// rowOf reads a row with all that a board shows of it.
func (a *api) rowOf(ctx context.Context, who syncing.Principal, team syncing.TeamID, e syncing.IndexEntry) (row queueRow, ok bool, err error) {
	return a.readRow(ctx, who, team, e, func(row *queueRow, reader syncing.Reader) error { return a.dressRow(row, team, reader) })
}

// recordNow is what a board shows of one record among those of its team.
type recordNow struct {
	row       *queueRow      // nil: nothing waits for the caller
	offers    bool           // an offer between the team and another waits for an answer
	unsettled *unsettledLine // nil: there is nothing to settle
}

// rowOfRecord reads what waits for a team in a record, with all that a board shows of it. Nothing is there for who may not see the record.
func (a *api) rowOfRecord(ctx context.Context, who syncing.Principal, team syncing.TeamID, record syncing.RecordID) (now recordNow, err error) {
	err = a.Engine.Unsettled(ctx, who, record, func(scope syncing.Scope, reader syncing.Reader, waits syncing.Unsettled) (err error) {
		if !scope.OfTeam(team) {
			return nil
		}
		if now.unsettled, err = unsettledIn(team, record, scope, reader, waits); err != nil {
			return err
		}
		if now.offers, err = care.OffersOpen(reader, team); err != nil {
			return err
		}
		rows, err := care.OpenRows(reader, record, team)
		if err != nil || len(rows) == 0 {
			return err
		}
		now.row = &queueRow{Record: record, queuePart: queuePart{Row: rows[0]}}
		now.row.add(rows[1:])
		return a.dressRow(now.row, team, reader)
	})
	if fault.Is(err, fault.NotFound) {
		return recordNow{}, nil
	}
	return now, err
}

func (a *api) dressRow(row *queueRow, team syncing.TeamID, reader syncing.Reader) (err error) {
	for part := &row.queuePart; part != nil; part = part.Also {
		if err := a.dress(part, reader); err != nil {
			return err
		}
	}
	row.Order = hex.EncodeToString(care.QueueOrder(row.Row))
	row.Person, err = personOf(reader, row.Record)
	return err
}

// personOf says who the record is about; nil if the caller may not see it.
func personOf(reader syncing.Reader, record syncing.RecordID) (*queuePerson, error) {
	person, err := reader.Document(care.PersonID(record))
	if err != nil || !person.Exists() {
		return nil, err
	}
	return &queuePerson{Name: person.Text("name"), BirthDate: person.Text("birthDate")}, nil
}

// dress adds to a part what waits in it, and why it stands where it does.
func (a *api) dress(part *queuePart, reader syncing.Reader) error {
	found, err := reader.Document(part.Doc)
	if err != nil {
		return err
	}
	part.Waiting = found.Elems("waiting")
	part.Why = a.Words.WhyHere(part.Row, a.Now().UnixMilli(), a.Zone)
	if part.Said, err = care.SaidIn(reader, part.Concerns); err != nil {
		return err
	}
	part.Offer, err = care.OfferOf(reader, part.Row)
	return err
}
