package demo

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"satchel/cmd/satchel/client"
	"satchel/cmd/satchel/phone"
	"satchel/internal/care"
	syncing "satchel/sync"
	"satchel/sync/replica"
)

// The second part of the story: what both teams make of it, and how it comes back to the person.

// do does an action on Ada's record at a desk.
func (s *story) do(ctx context.Context, who, action string, body map[string]any) error {
	return s.desks[who].Act(ctx, fmt.Sprintf("/v1/records/%s/actions/%s", s.record.UUID, action), client.NewRequestID(), body, nil)
}

// offline cuts Ada's phone off, and gives the network back.
func (s *story) offline() (back func()) {
	s.ada.net.off.Store(true)
	return func() { s.ada.net.off.Store(false) }
}

func (s *story) callWhom(context.Context) error {
	s.chapter("Whom does Ada call? Her phone says it without a network")
	defer s.offline()()
	fever, err := s.ada.WhoToCall(s.record, "fever")
	if err != nil {
		return err
	}
	note, err := s.ada.WhoToCall(s.record, "fit-note")
	if err != nil {
		return err
	}
	line, _, _ := strings.Cut(note, "\n")
	s.check(strings.Contains(fever, oncologyLine), "For a fever, at this and any hour: %s.", oncologyLine)
	s.check(strings.Contains(note, practiceLine), "For a sick note: %s", line)
	return nil
}

// knows asks Ada's phone who handles something.
func (s *story) knows(topic string) (care.Responsibility, error) {
	place, err := care.Default()
	if err != nil {
		return care.Responsibility{}, err
	}
	defer s.offline()()
	who, _, err := s.ada.WhoHandles(s.record, care.NewWords(place), topic)
	return who, err
}

func (s *story) whoHandlesPain(ctx context.Context) error {
	s.chapter("Who looks after Ada's pain? Oncology asks the practice, and the practice cannot")
	oncology, practice := s.teams[roleOncology].ID, s.teams[rolePrimary].ID
	pain := newDoc("activity")
	err := s.desks["olive"].write(ctx, s.record, pain, texts("title", "Look after the pain", "kind", "monitoring", "topic", "pain",
		"proposedBy", oncology.String(), "accountableTeam", practice.String(), "status", "offered",
		"protocolRef", "Ask at each visit, 0 to 10.", "returnCriteria", "Back to oncology from 7 of 10."), nil)
	if err != nil {
		return err
	}
	if err := s.do(ctx, "pia", "decline", map[string]any{"activity": pain, "reason": "No prescriber this month."}); err != nil {
		return err
	}
	if err := s.ada.Sync(ctx); err != nil {
		return err
	}
	who, err := s.knows("pain")
	if err != nil {
		return err
	}
	s.check(who.State == care.Gap, "Her phone: %q", who.Says)
	gaps, err := s.gaps(ctx)
	if err != nil {
		return err
	}
	s.check(gaps > 0, "At the same moment it is on the navigator's list, so that nobody thinks that somebody else does it.")
	if err := s.desks["olive"].write(ctx, s.record, pain, texts("accountableTeam", oncology.String(), "status", "offered"), nil); err != nil {
		return err
	}
	if err := s.do(ctx, "olive", "accept", map[string]any{"activity": pain}); err != nil {
		return err
	}
	left, err := s.gaps(ctx)
	s.check(err == nil && left == gaps-1, "Oncology takes it itself, and it leaves the navigator's list.")
	return err
}

// gaps counts what the navigator's lists say of Ada's pain: what was offered and declined, or what nobody answers for.
func (s *story) gaps(ctx context.Context) (count int, err error) {
	var lists struct {
		Lists []struct {
			Kind  string `json:"kind"`
			Tasks []struct {
				Record syncing.RecordID `json:"record"`
			} `json:"tasks"`
		} `json:"lists"`
	}
	err = s.desks["nils"].Do(ctx, http.MethodGet, fmt.Sprintf("/v1/teams/%s/work", s.teams[roleNavigator].ID.UUID), nil, &lists)
	for _, list := range lists.Lists {
		for _, r := range list.Tasks {
			if r.Record == s.record {
				count++
			}
		}
	}
	return count, err
}

func (s *story) planIsAgreed(ctx context.Context) error {
	s.chapter("The plan is published, and both teams say yes to it")
	var plan syncing.DocID
	for _, d := range s.ada.DB.View(s.record) {
		if d.ID.Type() == care.CarePlanType {
			plan = d.ID
		}
	}
	if err := s.do(ctx, "olive", "publish", map[string]any{"plan": plan, "number": 1}); err != nil {
		return err
	}
	version := care.PlanVersionID(plan, 1)
	for _, team := range []struct{ desk, role, says string }{{"olive", roleOncology, "not yet"}, {"pia", rolePrimary, "Agreed by both teams"}} {
		if err := s.do(ctx, team.desk, "acknowledge", map[string]any{"version": version, "team": s.teams[team.role].ID}); err != nil {
			return err
		}
		if err := s.ada.Sync(ctx); err != nil {
			return err
		}
		who, err := s.knows("pain")
		if err != nil {
			return err
		}
		agreed := strings.Contains(who.Says, "Agreed by both teams")
		s.check(agreed == (team.role == rolePrimary), "After %s has acknowledged, her phone says: %q", s.teams[team.role].Name, who.Says)
	}
	return nil
}

func (s *story) goalIsHers(ctx context.Context) error {
	s.chapter("A clinician would put Ada's goal in other words")
	var goal *replica.Document
	for _, d := range s.ada.DB.View(s.record) {
		if d.ID.Type() == "goal" {
			goal = d
		}
	}
	if goal == nil {
		return errors.New("the goal is not on the phone")
	}
	var refused *client.Problem
	err := s.desks["olive"].write(ctx, s.record, goal.ID, texts("text", "Improve exercise tolerance"), nil)
	s.check(errors.As(err, &refused) && refused.Status == http.StatusForbidden, "It is not theirs to change: %v", err)
	err = s.desks["olive"].write(ctx, s.record, goal.ID, texts("targetSuggestion", "Twice round the pond by spring"), nil)
	if err == nil {
		err = s.ada.Sync(ctx)
	}
	now := s.ada.DB.Document(s.record, goal.ID)
	s.check(err == nil && phone.Text(now, "text") == patients[0].goal, "It still says: %q. What the nurse suggests stands beside it.", phone.Text(now, "text"))
	return err
}

func (s *story) messageComesBack(ctx context.Context) error {
	s.chapter("Olive writes to Ada and to the practice")
	letter, practice := newDoc("message"), s.teams[rolePrimary].ID.String()
	set := merged(texts("thread", client.NewRequestID(), "topic", "After the fever", "body", "Please check her temperature at Thursday's visit."),
		map[string]jsontext.Value{"actionRequired": syncing.BoolValue(true)})
	to := map[string][]jsontext.Value{"recipient": {syncing.TextValue(practice), syncing.TextValue(s.record.UUID.String())}}
	if err := s.desks["olive"].write(ctx, s.record, letter, set, to); err != nil {
		return err
	}
	var inbox struct {
		Unread int `json:"unread"`
		Action int `json:"action"`
	}
	path := fmt.Sprintf("/v1/teams/%s/inbox", s.teams[rolePrimary].ID.UUID)
	if err := s.desks["pia"].Do(ctx, http.MethodGet, path, nil, &inbox); err != nil {
		return err
	}
	s.check(inbox.Unread == 1 && inbox.Action == 1, "In the practice's inbox one letter asks for something.")
	receipt := care.ReceiptID(letter)
	if err := s.desks["pia"].write(ctx, s.record, receipt, texts("state."+practice, "acknowledged"), nil); err != nil {
		return err
	}
	if err := s.desks["pia"].Do(ctx, http.MethodGet, path, nil, &inbox); err != nil {
		return err
	}
	s.check(inbox.Unread == 0, "Pia has read it and says yes: nothing is unread.")
	if err := s.ada.Sync(ctx); err != nil {
		return err
	}
	d := s.ada.DB.Document(s.record, letter)
	s.check(phone.Text(d, "body") != "" && types(s.carla)["message"] == 0, "Ada's phone has it too; Carla's has not.")
	return nil
}

func (s *story) whatBecameOfIt(ctx context.Context) error {
	s.chapter("With no network Ada reads what was sent to whom, who opened it, and what became of her fever")
	if err := s.ada.Sync(ctx); err != nil {
		return err
	}
	defer s.offline()()
	lines, err := s.ada.Timeline(s.record)
	if err != nil {
		return err
	}
	all := ""
	for _, line := range lines {
		s.tell("%s: %s", care.When(line.At, zone), line.Text)
		all += line.Text + "\n"
	}
	s.check(strings.Contains(all, "After the fever") && strings.Contains(all, s.teams[rolePrimary].Name), "It tells of the letter, and that %s has it.", s.teams[rolePrimary].Name)
	return nil
}

func (s *story) carlaHasNeedsToo(ctx context.Context) error {
	s.chapter("Carla is worn out too. What she says of herself is hers, and goes to whom she chooses")
	var made struct {
		Record syncing.RecordID `json:"record"`
	}
	carla := patients[0].caregiver
	err := s.carla.Client.Act(ctx, "/v1/own-record", client.NewRequestID(), map[string]any{
		"helps": s.record, "kinds": []string{"navigation"},
		"person": map[string]any{"name": carla.name, "birthDate": carla.born, "homeZone": zone},
	}, &made)
	if err != nil {
		return err
	}
	set := merged(texts("questionnaire", "cg|0.1.0", "status", "completed", "answeredBy", "patient"), map[string]jsontext.Value{"answers.cg.strain": syncing.IntValue(8)})
	if err := write(ctx, s.carla.Client, made.Record, newDoc("assessment"), set, nil); err != nil {
		return err
	}
	rows, err := s.queue(ctx, "nils")
	if err != nil {
		return err
	}
	s.check(strings.Contains(order(rows), "Carla amber"), "The navigators, whom she chose, see: %s.", order(rows))
	var refused *client.Problem
	err = s.ada.Client.Do(ctx, http.MethodGet, fmt.Sprintf("/v1/records/%s/held", made.Record.UUID), nil, nil)
	s.check(errors.As(err, &refused) && refused.Status == http.StatusNotFound, "For Ada there is no such record, and for her teams neither.")
	return nil
}

func (s *story) whoRead(ctx context.Context) error {
	s.chapter("Who has read Ada's record?")
	var log struct {
		Lines []struct {
			Kind string `json:"kind"`
			By   *struct {
				Name string `json:"name"`
			} `json:"by"`
		} `json:"lines"`
	}
	path := fmt.Sprintf("/v1/records/%s/access-log?limit=200", s.record.UUID)
	if err := s.ada.Client.Do(ctx, http.MethodGet, path, nil, &log); err != nil {
		return err
	}
	readers := map[string]bool{}
	for _, line := range log.Lines {
		if line.Kind == "read" && line.By != nil && line.By.Name != "" {
			readers[first(line.By.Name)] = true
		}
	}
	s.check(readers["Olive"] && readers["Pia"], "Ada can see it: Olive and Pia are among them.")
	var refused *client.Problem
	err := s.carla.Client.Do(ctx, http.MethodGet, path, nil, nil)
	s.check(errors.As(err, &refused), "Carla cannot.")
	return nil
}
