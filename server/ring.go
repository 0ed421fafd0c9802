package server

import (
	"context"
	"encoding/binary"
	"time"

	"satchel/internal/care"
	"satchel/internal/fault"
	"satchel/internal/identity"
	"satchel/internal/notify"
	"satchel/internal/notify/outbox"
	"satchel/internal/notify/webpush"
	"satchel/internal/reminder"
	syncing "satchel/sync"
)

// ringEvery is how often what rings is looked for; sooner if everything else is.
const ringEvery = time.Second

// belfry knows for whom something rings, and when: it implements outbox.House upon identity and the engine.
type belfry struct {
	identity *identity.Service
	engine   *syncing.Engine
	zone     string // of whoever has none
	now      func() int64
}

func (s *Server) newOutbox() *outbox.Outbox {
	channels := map[notify.Channel]outbox.Sender{notify.Phones: s.sender}
	if s.browsers != nil {
		for _, service := range webpush.Channels() {
			channels[service] = s.browsers
		}
	}
	return outbox.New(outbox.Config{
		Store: s.store, Events: care.RingIndex, House: belfry{s.identity, s.engine, s.config.Zone, s.config.nowMs}, Channels: channels,
		Now: s.config.nowMs, Chance: s.config.chance, Count: s.metrics.delivered,
	})
}

// chance is a number from 0 to 1 that nobody can foresee: it spreads what would happen at one moment.
func (c *Config) chance() float64 {
	var b [2]byte
	if _, err := c.Rand.Read(b[:]); err != nil {
		return 1
	}
	return float64(binary.BigEndian.Uint16(b[:])) / (1 << 16)
}

// followRings sends what rings, until the context ends. It waits for nobody, and nobody waits for it.
func (s *Server) followRings(ctx context.Context) error {
	err := s.outbox.Turn(ctx)
	s.metrics.rings.Set(float64(s.outbox.Rows()))
	return err
}

// Called implements outbox.House.
func (b belfry) Called(ctx context.Context, record syncing.RecordID, event syncing.DocID) (call outbox.Call, err error) {
	accounts, err := b.identity.AccountsOf(ctx, record)
	if err != nil {
		return call, err
	}
	for _, account := range accounts {
		p, err := b.peal(ctx, record, event, account)
		if err != nil {
			return call, err
		}
		if !p.Phones && !p.Browsers {
			continue
		}
		if call.At = p.at; p.helps {
			call.Listed = append(call.Listed, account)
		}
		targets, err := b.identity.PushTargets(ctx, account)
		if err != nil {
			return call, err
		}
		for _, t := range targets {
			if p.on(t) {
				call.Targets = append(call.Targets, outbox.Target{Account: account, Device: t.Device, Channel: channelOf(t), NotBefore: p.NotBefore, Listed: p.helps})
			}
		}
	}
	return call, nil
}

// channelOf says by whom a device is reached.
func channelOf(t identity.PushTarget) notify.Channel {
	if t.Platform == notify.BrowserPlatform {
		return webpush.ChannelOf(t.Token)
	}
	return notify.ChannelOf(t.Platform)
}

// Address implements outbox.House.
func (b belfry) Address(ctx context.Context, record syncing.RecordID, event syncing.DocID, account syncing.AccountID, device syncing.UUID) (outbox.Address, bool, error) {
	p, err := b.peal(ctx, record, event, account)
	if err != nil || !p.Phones && !p.Browsers {
		return outbox.Address{}, false, err
	}
	targets, err := b.identity.PushTargets(ctx, account)
	if err != nil {
		return outbox.Address{}, false, err
	}
	for _, t := range targets {
		if t.Device == device {
			return outbox.Address{Channel: channelOf(t), Token: t.Token, NotBefore: p.NotBefore}, p.on(t), nil
		}
	}
	return outbox.Address{}, false, nil
}

// Listed implements outbox.House: the person reads which caregiver was told what.
func (b belfry) Listed(ctx context.Context, record syncing.RecordID, event syncing.DocID, call outbox.Call) error {
	names := map[syncing.AccountID]string{}
	for _, account := range call.Listed {
		name, err := b.identity.CaregiverName(ctx, record, account)
		if err != nil {
			return err
		}
		names[account] = name
	}
	return b.engine.Follow(ctx, record, func(r syncing.Reader, _ int64) (list []syncing.Patch, err error) {
		for _, account := range call.Listed {
			told, err := care.CaregiverToldPatches(r, event, account, names[account], call.At)
			if err != nil {
				return nil, err
			}
			list = append(list, told...)
		}
		return list, nil
	})
}

// Left implements outbox.House.
func (b belfry) Left(ctx context.Context, record syncing.RecordID, event syncing.DocID, account syncing.AccountID) error {
	return b.engine.Follow(ctx, record, func(r syncing.Reader, now int64) ([]syncing.Patch, error) {
		return care.CaregiverRangPatches(r, event, account, now)
	})
}

// Gone implements outbox.House.
func (b belfry) Gone(ctx context.Context, token string) error { return b.identity.DropPush(ctx, token) }

// peal is how an event rings for an account: on which of its devices, and from when on.
type peal struct {
	reminder.Heeded
	at    int64 // since when it rings, ms
	helps bool  // the account is that of a caregiver
}

func (p peal) on(t identity.PushTarget) bool {
	if t.Platform == notify.BrowserPlatform {
		return p.Browsers
	}
	return p.Phones
}

// peal asks, of this moment, whether an account sees an event and is called by it, and what its own settings make of that. Staff have none.
func (b belfry) peal(ctx context.Context, record syncing.RecordID, event syncing.DocID, account syncing.AccountID) (p peal, err error) {
	who, ok, err := b.identity.Principal(ctx, account)
	if err != nil || !ok {
		return p, err
	}
	own, err := b.ownPapers(ctx, who)
	if err != nil {
		return p, err
	}
	judge := func(scope syncing.Scope, sees, stands syncing.Reader) (err error) {
		now, rings := b.now(), false
		p.helps = !scope.Owner() && scope.Has(care.RoleCaregiver)
		p.at, rings, err = care.Rings(sees, stands, event, care.Onlooker{Record: record, Account: account, Owner: scope.Owner()}, scope.Teams(), now)
		if err != nil || !rings || len(scope.Teams()) > 0 {
			p.Phones, p.Browsers = rings, rings
			return err
		}
		doc, err := sees.Document(event)
		if err != nil {
			return err
		}
		breaks, err := care.Breaks(sees, record, event)
		if err != nil {
			return err
		}
		p.Heeded, err = reminder.Heed(reminder.Ring{
			Event: doc, Owner: scope.Owner(), Stands: care.BinderOf(stands), Own: own, Breaks: breaks, Zone: b.zone, Now: now,
		})
		return err
	}
	err = b.engine.Judge(ctx, who, record, judge)
	if fault.Is(err, fault.NotFound) { // the access ended
		return peal{}, nil
	}
	return p, err
}

// ownPapers are those of the record in which a caregiver's own settings lie, if there is one (decision 0051), as far as settings need them; the
// person's lie in the record itself. nil: there is none.
func (b belfry) ownPapers(ctx context.Context, who syncing.Principal) (care.Binder, error) {
	if len(who.Teams) > 0 {
		return nil, nil
	}
	papers := map[string][]care.Paper{}
	err := b.engine.Read(ctx, who, b.identity.OwnRecord(who.Account), func(_ syncing.Scope, r syncing.Reader) error {
		for _, kind := range reminder.SettingsIn {
			list, err := care.BinderOf(r)(kind)
			if err != nil {
				return err
			}
			papers[kind] = list
		}
		return nil
	})
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	return func(kind string) ([]care.Paper, error) { return papers[kind], nil }, err
}
