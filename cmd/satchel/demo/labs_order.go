package demo

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"satchel/cmd/satchel/client"
	"satchel/cmd/satchel/phone"
	"satchel/internal/instrument"
	syncing "satchel/sync"
)

// nobodyAccepts: oncology orders, the clinic does not answer, and that is seen five days before the first draw.
func (l *labs) nobodyAccepts(ctx context.Context) error {
	l.chapter("Monday 27 April: oncology orders blood counts, Mondays and Thursdays from 4 May, from the clinic")
	l.order = newDoc("labOrder")
	set := merged(texts("code", "cbc.panel", "title", "Blood count", "requesterTeam", l.teams[roleOncology].ID.String(),
		"resultResponsibleTeam", l.teams[roleOncology].ID.String(), "performerTeam", l.teams[rolePrimary].ID.String(),
		"anchor", "2026-05-04", "zone", clinicZone, "recurrence", "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=6", "status", "active"),
		map[string]jsontext.Value{"windowBeforeDays": syncing.IntValue(0), "windowAfterDays": syncing.IntValue(1)})
	if err := l.desks["olive"].write(ctx, l.record, l.order, set, nil); err != nil {
		return err
	}
	if err := l.sync(ctx); err != nil {
		return err
	}
	screen, err := l.nora.LabScreen(l.record)
	l.check(err == nil && strings.Contains(screen, "being arranged"), "Nora's phone does not say that it is arranged: it is being arranged.")
	if err := l.until(ctx, at(time.April, 29, 9, 30)); err != nil {
		return errors.Join(err)
	}
	if err := l.sync(ctx); err != nil {
		return err
	}
	l.tell("Wednesday 29 April: the clinic has had two days, and has not answered.")
	for _, who := range []string{"olive", "nils"} {
		gaps, err := l.workOf(ctx, who, "gap")
		l.check(err == nil && slices.Contains(gaps, l.order), "%s has it on the list of what nobody does, five days before the first draw.", strings.ToUpper(who[:1])+who[1:])
	}
	screen, err = l.nora.LabScreen(l.record)
	l.check(err == nil && strings.Contains(screen, "NOT ARRANGED") && strings.Contains(screen, centreLine), "Nora's phone says: NOT ARRANGED, and whom to call.")
	return err
}

// workOf are the documents about which a team has something of a kind to do.
func (l *labs) workOf(ctx context.Context, who, kind string) (focus []syncing.DocID, err error) {
	var lists struct {
		Lists []struct {
			Kind  string `json:"kind"`
			Tasks []struct {
				Focus syncing.DocID `json:"focus"`
			} `json:"tasks"`
		} `json:"lists"`
	}
	d := l.desks[who]
	err = d.Do(ctx, http.MethodGet, fmt.Sprintf("/v1/teams/%s/work", l.teams[d.role].ID.UUID), nil, &lists)
	for _, list := range lists.Lists {
		for _, item := range list.Tasks {
			if list.Kind == kind {
				focus = append(focus, item.Focus)
			}
		}
	}
	return focus, err
}

// accepted: the navigator calls, the clinic accepts, and the first count is taken and comes back.
func (l *labs) accepted(ctx context.Context) error {
	if err := l.until(ctx, at(time.April, 30, 11, 0)); err != nil {
		return err
	}
	l.chapter("Thursday 30 April: the navigator has called the clinic")
	err := l.desks["olive"].write(ctx, l.record, l.order, texts("handshake", "accepted"), nil)
	var refused *client.Problem
	l.check(errors.As(err, &refused), "Oncology cannot say yes for the clinic: %v", err)
	if err := l.desks["pia"].write(ctx, l.record, l.order, texts("handshake", "accepted"), nil); err != nil {
		return err
	}
	if err := l.sync(ctx); err != nil {
		return err
	}
	screen, err := l.nora.LabScreen(l.record)
	gaps, failed := l.workOf(ctx, "nils", "gap")
	l.check(err == nil && failed == nil && strings.Contains(screen, "does it.") && !slices.Contains(gaps, l.order), "The clinic accepts. It is arranged, on the phone too, and on nobody's list of gaps.")
	if err := l.until(ctx, at(time.May, 4, 9, 0)); err != nil {
		return err
	}
	if err := l.desks["pia"].write(ctx, l.record, newDoc("collection"), merged(texts("order", string(l.order), "due", "2026-05-04"),
		map[string]jsontext.Value{"collectedAt": syncing.IntValue(l.clock.Now().UnixMilli())}), nil); err != nil {
		return err
	}
	if _, err := l.enters(ctx, "3.1", "10*9/L"); err != nil {
		return err
	}
	if err := l.sync(ctx); err != nil {
		return err
	}
	screen, err = l.nora.LabScreen(l.record)
	l.check(err == nil && strings.Contains(screen, "Mon 2026-05-04: there is a result"), "Monday 4 May: blood is taken at the clinic, and the result is in the same record, for both teams and for Nora.")
	return err
}

// missed: a date passes, and one after the other hears of it until somebody acts.
func (l *labs) missed(ctx context.Context) error {
	l.chapter("Thursday 7 May: Nora cannot come; the road is closed, and so is the network")
	l.nora.net.off.Store(true)
	told := func(h *handset, code string) bool {
		for _, d := range h.DB.View(l.record) {
			if d.ID.Type() == "notice" && phone.Text(d, "code") == code && phone.Text(d, "due") == "2026-05-07" {
				return true
			}
		}
		return false
	}
	if err := l.until(ctx, at(time.May, 8, 20, 30)); err != nil {
		return err
	}
	l.nora.net.off.Store(false)
	if err := l.sync(ctx); err != nil {
		return err
	}
	l.check(told(l.nora, "test-overdue") && told(l.dana, "test-overdue"), "Friday 8 May, 20:00: the time has passed. Nora and Dana are told first.")
	calls, err := l.workOf(ctx, "nils", "lab")
	l.check(err == nil && len(calls) == 0, "Nobody else is, yet.")
	if err := l.until(ctx, at(time.May, 9, 8, 30)); err != nil {
		return err
	}
	calls, err = l.workOf(ctx, "nils", "lab")
	_, _, waiting, failed := l.waits(ctx, "olive", l.order)
	l.check(err == nil && failed == nil && slices.Contains(calls, l.order) && !waiting, "Saturday 9 May, 8:00: the navigator is asked to call her.")
	if err := l.until(ctx, at(time.May, 9, 20, 30)); err != nil {
		return err
	}
	level, _, waiting, err := l.waits(ctx, "olive", l.order)
	l.check(err == nil && waiting && level == instrument.Red, "20:00: it counts as missed. Oncology has it in its queue, %s: it is the second week after the growth factor.", level)
	if err := l.until(ctx, at(time.May, 9, 20, 45)); err != nil {
		return err
	}
	again, err := l.workOf(ctx, "nils", "lab")
	l.check(err == nil && len(again) == len(calls), "Each is told once, however often the clock is looked at.")
	return err
}
