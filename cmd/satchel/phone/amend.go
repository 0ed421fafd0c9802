package phone

import (
	"context"

	"github.com/go-json-experiment/json/jsontext"

	syncing "satchel/sync"
	"satchel/sync/replica"
)

// amend hands in again what this account wrote into an assessment that another of its phones had completed meanwhile: such words are
// held, for they had not seen the completion. They are the person's own, and may be the urgent ones, so they become an amendment
// without anybody being asked. Each is tried once a run: what is refused then stays in the list of what was held.
func (p *Phone) amend(ctx context.Context) error {
	for _, record := range p.Records() {
		any := false
		for _, d := range p.DB.View(record) {
			if !p.amends(d) || p.amended[d.ID] {
				continue
			}
			p.amended[d.ID], any = true, true
			if err := p.Write(record, replica.Change{Doc: d.ID, Set: map[string]jsontext.Value{"status": syncing.TextValue("released")}}); err != nil {
				return err
			}
		}
		if !any {
			continue
		}
		if err := p.Client.Sync(ctx, p.DB, p.NowMs, record); err != nil {
			return err
		}
	}
	return nil
}

// amends reports whether a document is a held change of this account to a completed assessment.
func (p *Phone) amends(d *replica.Document) bool {
	return d.ID.Type() == syncing.HeldType && Text(d, "status") == "open" && Text(d, "reason") == string(syncing.SealedDoc) &&
		syncing.DocID(Text(d, "doc")).Type() == "assessment" && Text(d, "by") == p.Account().String()
}
