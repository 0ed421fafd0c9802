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
	syncing "satchel/sync"
)

// ringEvery is how often what rings is looked for; sooner if everything else is.
const ringEvery = time.Second

// belfry knows for whom something rings: it implements outbox.House upon identity and the engine.
type belfry struct {
	identity *identity.Service
	engine   *syncing.Engine
}

func (s *Server) newOutbox() *outbox.Outbox {
	channels := map[notify.Channel]outbox.Sender{notify.Phones: s.sender}
	if s.browsers != nil {
		for _, service := range webpush.Channels() {
			channels[service] = s.browsers
		}
	}
	return outbox.New(outbox.Config{
		Store: s.store, Events: care.RingIndex, House: belfry{s.identity, s.engine}, Channels: channels,
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
		at, rings, helps, err := b.rings(ctx, record, event, account)
		if err != nil {
			return call, err
		}
		if !rings {
			continue
		}
		if call.At = at; helps {
			call.Listed = append(call.Listed, account)
		}
		targets, err := b.identity.PushTargets(ctx, account)
		if err != nil {
			return call, err
		}
		for _, t := range targets {
			call.Targets = append(call.Targets, outbox.Target{Account: account, Device: t.Device, Channel: channelOf(t), Listed: helps})
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
func (b belfry) Address(ctx context.Context, record syncing.RecordID, event syncing.DocID, account syncing.AccountID, device syncing.UUID) (notify.Channel, string, bool, error) {
	_, rings, _, err := b.rings(ctx, record, event, account)
	if err != nil || !rings {
		return 0, "", false, err
	}
	targets, err := b.identity.PushTargets(ctx, account)
	if err != nil {
		return 0, "", false, err
	}
	for _, t := range targets {
		if t.Device == device {
			return channelOf(t), t.Token, true, nil
		}
	}
	return 0, "", false, nil
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

// rings asks, of this moment, whether an account sees an event and is called by it, and whether it is that of a caregiver.
func (b belfry) rings(ctx context.Context, record syncing.RecordID, event syncing.DocID, account syncing.AccountID) (at int64, rings, helps bool, err error) {
	who, ok, err := b.identity.Principal(ctx, account)
	if err != nil || !ok {
		return 0, false, false, err
	}
	err = b.engine.Judge(ctx, who, record, func(scope syncing.Scope, sees, stands syncing.Reader) (err error) {
		at, rings, err = care.Rings(sees, stands, event, care.Onlooker{Record: record, Account: account, Owner: scope.Owner()}, scope.Teams())
		helps = !scope.Owner() && scope.Has(care.RoleCaregiver)
		return err
	})
	if fault.Is(err, fault.NotFound) { // the access ended
		err = nil
	}
	return at, rings, helps, err
}
