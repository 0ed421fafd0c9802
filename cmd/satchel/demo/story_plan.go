package demo

import (
	"context"
	"fmt"
	"strings"

	"satchel/cmd/satchel/client"
	"satchel/internal/care"
)

// handsOver is how one team asks another to do something: while nobody has accepted, everybody sees that, and Ada's phone answers
// who handles it without a network.
func (s *story) handsOver(ctx context.Context) error {
	s.chapter("Oncology asks the practice to look after Ada's pain")
	activity, oncology, primary := newDoc("activity"), s.teams[roleOncology].ID, s.teams[rolePrimary].ID
	offer := texts("title", "Look after pain", "kind", "monitoring", "topic", "pain", "proposedBy", oncology.String(), "accountableTeam", primary.String(),
		"status", "offered", "protocolRef", "Ask at each contact.", "returnCriteria", "Back to oncology if it wakes her at night.")
	if err := s.staff["olive"].write(ctx, s.record, activity, offer, nil); err != nil {
		return err
	}
	if err := s.asks(ctx, care.Pending, "It is offered, and nobody answers for it yet. Ada's phone: %q"); err != nil {
		return err
	}
	if err := s.answers(ctx, "pia", "decline", map[string]any{"activity": activity, "reason": "Our nurse is away until January."}); err != nil {
		return err
	}
	if err := s.asks(ctx, care.Gap, "The practice declines. Nobody is said to act who does not. Ada's phone: %q"); err != nil {
		return err
	}
	if err := s.staff["olive"].write(ctx, s.record, activity, texts("status", "offered", "accountableTeam", oncology.String()), nil); err != nil {
		return err
	}
	if err := s.answers(ctx, "olive", "accept", map[string]any{"activity": activity}); err != nil {
		return err
	}
	return s.asks(ctx, care.Pending, "Oncology keeps it, and Ada's phone names one team, offline: %q")
}

// asks lets Ada's phone answer "who handles pain?" with its network cut.
func (s *story) asks(ctx context.Context, state, words string) error {
	if err := s.ada.Sync(ctx); err != nil {
		return err
	}
	place, err := care.Default()
	if err != nil {
		return err
	}
	s.ada.net.off.Store(true)
	defer s.ada.net.off.Store(false)
	who, known, err := s.ada.WhoHandles(s.record, care.NewWords(place), "pain")
	s.check(known && who.State == state && strings.HasSuffix(who.Says, "."), words, who.Says)
	return err
}

// answers does an action on Ada's record.
func (s *story) answers(ctx context.Context, by, action string, body any) error {
	return s.staff[by].Act(ctx, fmt.Sprintf("/v1/records/%s/actions/%s", s.record.UUID, action), client.NewRequestID(), body, nil)
}
