package demo

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"satchel/cmd/satchel/phone"
	"satchel/internal/care"
)

// discharged: she goes home with a plan that nobody can lose, for it comes back to its sender when nobody opens it.
func (l *labs) discharged(ctx context.Context) error {
	if err := l.until(ctx, at(time.May, 13, 8, 0)); err != nil {
		return err
	}
	l.chapter("Wednesday 13 May: home again, with a plan")
	home := newDoc("dischargePlan")
	parts := texts("title", "A night in an emergency department", "team", l.teams[roleOncology].ID.String(), "dischargedOn", "2026-05-13",
		"whatHappened", "Seen for shivering. No fever, cultures taken. The high white count was expected after pegfilgrastim.",
		"plain", "You were looked at because you shivered. Nothing was found.", "followUp", "Blood count on Thursday at the clinic, as planned.",
		"pending", "Blood cultures: oncology looks at them.", "whenToCall", "A temperature of 38 or more, or shivering.", "phone", centreLine, "status", "draft")
	for _, set := range []map[string]jsontext.Value{parts, texts("status", "published")} {
		if err := l.desks["olive"].write(ctx, l.record, home, set, nil); err != nil {
			return err
		}
	}
	if err := l.sync(ctx); err != nil {
		return err
	}
	l.nora.net.off.Store(true)
	carried := l.nora.Show(l.record)
	l.nora.net.off.Store(false)
	l.check(strings.Contains(carried, "Blood count on Thursday at the clinic") && strings.Contains(carried, centreLine), "Nora carries it: her phone shows what is to be done and when to call, with no network.")
	if err := l.until(ctx, at(time.May, 14, 8, 15)); err != nil {
		return err
	}
	letters, err := l.workOf(ctx, "olive", "message")
	l.check(err == nil && len(letters) == 1, "The clinic has not opened it for a day: it comes back to oncology, as a thing to do.")
	if err != nil || len(letters) == 0 {
		return errors.Join(err, errors.New("nobody was told that the plan was not opened"))
	}
	if err := l.desks["pia"].write(ctx, l.record, care.ReceiptID(letters[0]), texts("state."+l.teams[rolePrimary].ID.String(), "acknowledged"), nil); err != nil {
		return err
	}
	still, err := l.workOf(ctx, "olive", "message")
	plan, failed := l.sees(ctx, "pia", home)
	l.check(err == nil && failed == nil && !slices.Contains(still, letters[0]) && phone.Text(plan, "pending") != "",
		"Olive calls; Pia reads it, who looks at the cultures too, and acknowledges. Nobody has to chase it any more.")
	return errors.Join(err, failed)
}
