package phone

import (
	"context"
	"net/http"
	"slices"

	"satchel/cmd/satchel/client"
	"satchel/internal/care"
	syncing "satchel/sync"
)

// Timeline tells, oldest first, what was sent to whom, who opened it and who answered, from what is on this phone.
func (p *Phone) Timeline(record syncing.RecordID) ([]care.Line, error) {
	cfg, err := care.Default()
	if err != nil {
		return nil, err
	}
	return care.NewWords(cfg).Timeline(p.onlooker(record), client.Papers(p.DB, record))
}

func (p *Phone) onlooker(record syncing.RecordID) care.Onlooker {
	return care.Onlooker{Record: record, Account: p.Account(), Owner: slices.Contains(p.settings.Own, record)}
}

// deliver says of the messages that have come to this phone that they have. Whether a record is about the person of this phone is
// asked once and kept.
func (p *Phone) deliver(ctx context.Context) error {
	if p.settings.Own == nil {
		if err := p.askWhose(ctx); err != nil {
			return err
		}
	}
	for _, record := range p.Records() {
		if err := p.Client.Deliver(ctx, p.DB, p.NowMs, p.onlooker(record)); err != nil {
			return err
		}
	}
	return nil
}

func (p *Phone) askWhose(ctx context.Context) error {
	var page struct {
		Records []struct {
			Record syncing.RecordID `json:"record"`
			Owner  bool             `json:"owner"`
		} `json:"records"`
	}
	if err := p.Client.Do(ctx, http.MethodGet, "/v1/records", nil, &page); err != nil {
		return err
	}
	p.settings.Own = []syncing.RecordID{}
	for _, line := range page.Records {
		if line.Owner {
			p.settings.Own = append(p.settings.Own, line.Record)
		}
	}
	return p.keep()
}
