package demo

import (
	"context"
	"strings"

	"satchel/internal/instrument"
)

// rulesTravel shows that the phones judge by rules that were signed, and what they show without a network.
func (s *story) rulesTravel(ctx context.Context) error {
	s.chapter("The rules came along, signed")
	s.check(s.ada.Trusted() == nil, "Ada's phone keeps the server's rules. It checked them against the key that it was given when it signed in.")
	judged, err := s.ada.Judge(s.record, nil, "")
	if err != nil {
		return err
	}
	s.check(judged.Rules != nil && strings.Contains(judged.Rules.Review, "not clinically approved"), "They say of themselves that nobody has approved them clinically.")
	got, err := s.ada.Client.Instruments(ctx, "")
	if err != nil {
		return err
	}
	bundle, err := instrument.ReadBundle([]byte(strings.Replace(string(got.Body), "37.5", "39.5", 1)))
	if err != nil {
		return err
	}
	_, _, err = bundle.Open(s.ada.RulesKey())
	s.check(err != nil, "Somebody raises the temperature at which to call, from 37.5 to 39.5: no phone takes such rules.")
	s.check(strings.Contains(s.ada.WhenToCall(s.record), "When to call"), "A phone without rules still says when to call. %s", s.ada.Line(s.record))
	return nil
}
