package server

import (
	"context"
	"sync"
	"time"

	"satchel/internal/care"
	"satchel/internal/fault"
	"satchel/internal/identity"
	"satchel/internal/instrument"
	"satchel/internal/notify"
	"satchel/internal/notify/smtp"
	syncing "satchel/sync"
)

const (
	// mailEvery is how often it is looked what is to be mailed, and mailBatch how much is mailed at once: 600 letters a minute at most.
	mailEvery = 5 * time.Second
	mailBatch = 50
	// letterAgainMin and letterAgainMax bound how long a letter waits that was not taken, mailAgainMin and mailAgainMax how long a mail server is
	// left alone that takes none.
	letterAgainMin, letterAgainMax = time.Minute, 30 * time.Minute
	mailAgainMin, mailAgainMax     = 5 * time.Second, 5 * time.Minute
	// deskCountMax is up to how many rows of a team are counted. Each is read again from its record, as its reader sees it.
	deskCountMax = 1000
)

// postman mails to staff what waits at their desks. What is to be mailed, and when, lies in the store (identity); here lies only how long
// the mail server is left alone.
type postman struct {
	identity *identity.Service
	engine   *syncing.Engine
	store    syncing.Store
	mailer   *smtp.Sender
	config   *Config
	metrics  *metrics

	turn      sync.Mutex // one at a time
	notBefore int64      // ms
	troubles  int        // turns in a row in which the server took nothing
}

func (s *Server) newPostman() (*postman, error) {
	if s.config.Mail.Host == "" {
		return nil, nil
	}
	mailer, err := smtp.New(s.config.Mail)
	if err != nil {
		return nil, err
	}
	return &postman{identity: s.identity, engine: s.engine, store: s.store, mailer: mailer, config: &s.config, metrics: s.metrics}, nil
}

// followMail mails what is due. It waits for the mail server and for nobody else, and nobody waits for it.
func (s *Server) followMail(ctx context.Context) error {
	p := s.postman
	if p == nil {
		return nil
	}
	p.turn.Lock()
	defer p.turn.Unlock()
	if p.config.nowMs() < p.notBefore {
		return nil
	}
	before := p.troubles
	turn, err := p.identity.FollowMail(ctx, mailBatch, p.post)
	p.metrics.letters.WithLabelValues("late").Add(float64(turn.Late))
	if p.troubles > before { // said already, with what an operator needs
		return nil
	}
	return err
}

// letterResults are what identity is told of a letter, and the words of the metric.
var letterResults = map[notify.Result]identity.MailResult{
	notify.Sent: identity.MailSent, notify.Refused: identity.MailRefused, notify.Gone: identity.MailGone, notify.Waiting: identity.MailWaits,
}

// post writes one letter and hands it over.
func (p *postman) post(ctx context.Context, m identity.Mailing) (identity.MailResult, time.Duration, error) {
	wait := notify.Again(m.Tries+1, letterAgainMin, letterAgainMax, p.config.chance())
	text := notify.CodeText(m.Code)
	if !m.IsCode {
		desks, err := p.desks(ctx, m.Who)
		if err != nil { // of one record or team: others go first
			p.config.Log.Warn("what waits at a desk could not be counted and will be tried again", "code", string(fault.CodeOf(err)))
			p.metrics.letters.WithLabelValues(string(notify.Waiting)).Inc()
			return identity.MailWaits, wait, nil
		}
		waits := false
		if text, waits = notify.DigestText(desks); !waits {
			p.metrics.letters.WithLabelValues("nothing").Inc()
			return identity.MailNothing, 0, nil
		}
	}
	result, err := p.mailer.Send(ctx, notify.Letter{To: m.Address, ID: m.ID, At: p.config.nowMs(), Text: text})
	if err != nil {
		p.troubles++
		p.notBefore = p.config.nowMs() + notify.Again(p.troubles, mailAgainMin, mailAgainMax, p.config.chance()).Milliseconds()
		p.metrics.letters.WithLabelValues("away").Inc()
		p.config.Log.Warn("the mail server takes no letters and will be tried again", "cause", err.Error())
		return 0, 0, err
	}
	p.troubles = 0
	p.metrics.letters.WithLabelValues(string(result)).Inc()
	return letterResults[result], wait, nil
}

// desks counts what waits for each team of somebody, as they see it now.
func (p *postman) desks(ctx context.Context, who syncing.Principal) (desks []notify.Desk, err error) {
	for _, m := range who.Teams {
		desk, err := p.desk(ctx, who, m.Team)
		if err != nil {
			return nil, err
		}
		desks = append(desks, desk)
	}
	return desks, nil
}

// desk counts the records that wait in the queue of a team, each by the most urgent of its rows that the reader may see.
func (p *postman) desk(ctx context.Context, who syncing.Principal, team syncing.TeamID) (desk notify.Desk, err error) {
	from, to := care.QueueRange(team)
	var records []syncing.RecordID
	err = p.store.Scan(ctx, care.QueueIndex, from, to, deskCountMax+1, func(e syncing.IndexEntry) bool {
		records = append(records, e.Record)
		return true
	})
	if err != nil {
		return desk, err
	}
	desk.More = len(records) > deskCountMax
	seen := map[syncing.RecordID]bool{}
	for _, record := range records[:min(len(records), deskCountMax)] {
		if seen[record] {
			continue
		}
		seen[record] = true
		if err := p.count(ctx, who, team, record, &desk); err != nil {
			return desk, err
		}
	}
	return desk, nil
}

func (p *postman) count(ctx context.Context, who syncing.Principal, team syncing.TeamID, record syncing.RecordID, desk *notify.Desk) error {
	err := p.engine.Read(ctx, who, record, func(scope syncing.Scope, r syncing.Reader) error {
		if !scope.OfTeam(team) {
			return nil
		}
		rows, err := care.OpenRows(r, record, team)
		if err != nil || len(rows) == 0 {
			return err
		}
		desk.Open++
		desk.ByUrgency[urgencyOf(rows[0].Level)]++
		for _, row := range rows {
			if row.Overdue {
				desk.Overdue++
				break
			}
		}
		return nil
	})
	if fault.Is(err, fault.NotFound) { // the team has this record no more
		return nil
	}
	return err
}

// urgencyOf is the place of a level among the words of a letter.
func urgencyOf(level instrument.Level) int {
	return int(min(max(level, instrument.Info), instrument.Emergency) - instrument.Info)
}
