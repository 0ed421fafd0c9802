package phone

import (
	"satchel/cmd/satchel/client"
	"satchel/internal/care"
	"satchel/internal/fault"
	syncing "satchel/sync"
)

// Regimen says, from this phone alone, on what the person is, what to expect this week and what to do, which tests until when, and whom to
// call. Fault: NotFound, if no regimen sheet is active.
func (p *Phone) Regimen(record syncing.RecordID) (string, error) {
	cfg, err := care.Default()
	if err != nil {
		return "", err
	}
	now, err := care.NewWords(cfg).RegimenNow(p.now(), client.Papers(p.DB, record))
	if err != nil {
		return "", err
	}
	if now == nil {
		return "", fault.New(fault.NotFound, "phone.Regimen", "There is no regimen sheet on this phone now. Ask your team, or sync when you are online.")
	}
	return now.Says, nil
}
