package demo

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"satchel/cmd/satchel/client"
	"satchel/cmd/satchel/phone"
	"satchel/internal/identity"
	"satchel/internal/instrument"
	syncing "satchel/sync"
	"satchel/sync/replica"
)

// fast is how far Carla's phone is ahead of the true time: nobody is refused for it, and it wins nothing by it.
const fast = 14 * 365 * 24 * time.Hour

// story is the main job, played once.
type story struct {
	*teller
	*world
	home   string // where the phones' folders lie
	record syncing.RecordID
	ada    *handset
	carla  *handset
	visit  syncing.DocID // the appointment that both edit
	report syncing.DocID // Ada's assessment
	judged *phone.Judged
	since  time.Duration // how long ago the story's present is; the clocks of its phones say so
}

// earlier is how long before Ada Carla edits the appointment: longer than any answer takes on a slow machine.
const earlier = 20 * time.Minute

// handset is a phone and the network that it is on.
type handset struct {
	*phone.Phone
	net  *network
	name string
}

// play plays it. An error means that it could not go on; what did not hold is counted by the teller.
func (s *story) play(ctx context.Context) error {
	for _, step := range []func(context.Context) error{
		s.othersReport, s.signIn, s.rulesTravel, s.goOffline, s.carlaEdits, s.adaReports, s.adaEdits,
		s.comeOnline, s.nothingLost, s.queues, s.nurseActs, s.adaSees, s.lostAnswer, s.why, s.callWhom,
		s.whoHandlesPain, s.planIsAgreed, s.goalIsHers, s.messageComesBack, s.whatBecameOfIt, s.carlaHasNeedsToo, s.whoRead,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return errors.Join(s.ada.Close(), s.carla.Close())
}

// handset enrols a phone with a code of its own; a caregiver's sees something once the person has said who they are.
func (s *story) handset(ctx context.Context, name, born string, kind identity.Kind, record syncing.RecordID, now func() time.Time) (*handset, error) {
	return s.world.handset(ctx, filepath.Join(s.home, strings.ToLower(first(name))), enrolment{name, born, kind, record, s.ada, now})
}

// enrolment is whose phone is enrolled, and who confirms a caregiver.
type enrolment struct {
	name, born string
	kind       identity.Kind
	record     syncing.RecordID
	person     *handset
	now        func() time.Time // nil: the machine's clock
}

func (w *world) handset(ctx context.Context, home string, e enrolment) (*handset, error) {
	h := &handset{net: &network{}, name: e.name}
	var err error
	if h.Phone, err = phone.Open(home, phone.Options{Now: e.now, Transport: h.net}); err != nil {
		return nil, err
	}
	code, err := w.code(ctx, e.record, e.kind, e.born)
	if err != nil {
		return nil, err
	}
	if err := h.Enrol(ctx, w.base, code, e.born, "demo phone of "+e.name); err != nil {
		return nil, err
	}
	if e.kind == identity.KindCaregiver { // until the person has said so, nothing is shared
		if err := confirm(ctx, e.person.Client, e.record, h.Account()); err != nil {
			return nil, err
		}
	}
	return h, h.Sync(ctx)
}

// reports lets a person's phone complete an assessment and send it.
func (s *story) reports(ctx context.Context, p patient, answers map[string]jsontext.Value, urgency string) error {
	h, err := s.handset(ctx, p.name, p.born, identity.KindPatient, s.of(p.name).record, nil)
	if err != nil {
		return err
	}
	doc, err := h.Begin(h.Records()[0], "patient")
	if err != nil {
		return err
	}
	for code, value := range answers {
		if err := h.Answer(h.Records()[0], doc, code, value); err != nil {
			return err
		}
	}
	if _, err := h.Complete(h.Records()[0], doc, urgency, ""); err != nil {
		return err
	}
	return errors.Join(h.Sync(ctx), h.Close())
}

func (s *story) othersReport(ctx context.Context) error {
	s.chapter("Earlier that morning")
	if err := s.reports(ctx, patients[2], map[string]jsontext.Value{"phy.tired": syncing.IntValue(4)}, "next-visit"); err != nil {
		return err
	}
	if err := s.reports(ctx, patients[1], map[string]jsontext.Value{"phy.fall": syncing.IntValue(3)}, ""); err != nil {
		return err
	}
	s.tell("Cleo is a little tired, and Ben had a fall. Their phones have told both care teams.")
	return nil
}

func (s *story) signIn(ctx context.Context) (err error) {
	s.chapter("Ada, and Carla, her daughter, sign in on their phones with codes from the nurse")
	s.record = s.of(patients[0].name).record
	if s.ada, err = s.handset(ctx, patients[0].name, patients[0].born, identity.KindPatient, s.record, nil); err != nil {
		return err
	}
	if s.carla, err = s.handset(ctx, patients[0].caregiver.name, patients[0].caregiver.born, identity.KindCaregiver, s.record, func() time.Time { return time.Now().Add(fast - s.since) }); err != nil {
		return err
	}
	for _, h := range []*handset{s.ada, s.carla} {
		s.check(h.DB.State(s.record) == replica.UpToDate, "%s's phone has read everything that it may see: %d documents.", first(h.name), len(h.DB.View(s.record)))
	}
	for _, d := range s.ada.DB.View(s.record) {
		if d.ID.Type() == "appointment" && phone.Text(d, "title") == patients[0].sees {
			s.visit = d.ID
		}
	}
	s.check(s.visit != "" && s.carla.DB.Document(s.record, s.visit) != nil, "Both phones show the appointment: %s, %s.", patients[0].sees, phone.Text(s.ada.DB.Document(s.record, s.visit), "start"))
	s.check(types(s.carla)["carePlan"] == 0 && types(s.carla)["goal"] == 0, "Carla sees the appointments, and nothing of plan or goals: Ada has not shared more.")
	s.tell("The clock of Carla's phone is 14 years fast.")
	return nil
}

func (s *story) goOffline(context.Context) error {
	s.chapter("Neither phone has a network any more")
	s.ada.net.off.Store(true)
	s.carla.net.off.Store(true)
	return nil
}

func (s *story) carlaEdits(ctx context.Context) error {
	s.chapter("Carla edits the appointment on her phone")
	s.since = earlier
	defer func() { s.since = 0 }()
	err := s.carla.Write(s.record, replica.Change{Doc: s.visit, Set: texts("transport", "Carla drives", "patientNote", "Please use the small needle.")})
	if err != nil {
		return err
	}
	s.check(phone.Text(s.carla.DB.Document(s.record, s.visit), "transport") == "Carla drives", "Her phone shows what she wrote at once: Carla drives. %s", s.carla.Standing(s.record))
	s.check(errors.Is(s.carla.Sync(ctx), client.ErrOffline), "It cannot be sent yet, and the phone says so.")
	return nil
}

func (s *story) adaReports(context.Context) (err error) {
	s.chapter("Ada, at home, says how she is")
	before := s.ada.net.tried.Load()
	if s.report, err = s.ada.Begin(s.record, "patient"); err != nil {
		return err
	}
	for _, answer := range []struct {
		code  string
		value jsontext.Value
		words string
	}{
		{"phy.fever", syncing.IntValue(3), "hot and shivery, 3 of 10"},
		{"m.temp", syncing.TextValue("38.2"), "temperature 38.2"},
		{"m.shakes", syncing.BoolValue(false), "no shaking"},
		{"phy.tired", syncing.IntValue(6), "worn out, 6 of 10"},
		{"mny.cost", syncing.IntValue(5), "what it costs, 5 of 10"},
	} {
		if err := s.ada.Answer(s.record, s.report, answer.code, answer.value); err != nil {
			return err
		}
		s.tell("Ada: %s.", answer.words)
	}
	if s.judged, err = s.ada.Complete(s.record, s.report, "today", "It began in the night."); err != nil {
		return err
	}
	said := ""
	for _, advice := range s.judged.Advice {
		s.tell("The phone: %q", advice.Text)
		said += advice.Text
	}
	s.tell("(These rules are a %s.)", s.judged.Rules.Review)
	s.check(s.judged.Level == instrument.Red && strings.Contains(said, oncologyLine), "With no network her phone knows that this is %s, and says to call %s now.", s.judged.Level, oncologyLine)
	s.check(s.ada.net.tried.Load() == before, "It asked nobody for that.")
	return s.ada.Write(s.record, replica.Change{Doc: s.report, Set: texts("adviceAction", "called-line")})
}

func (s *story) adaEdits(context.Context) error {
	s.chapter("Twenty minutes later, still without a network, Ada edits the same appointment")
	err := s.ada.Write(s.record, replica.Change{Doc: s.visit, Set: texts("transport", "The 42 bus", "patientNote", "Can it be in the other arm?")})
	if err != nil {
		return err
	}
	s.check(phone.Text(s.ada.DB.Document(s.record, s.visit), "transport") == "The 42 bus", "Her phone shows: The 42 bus. %s", s.ada.Standing(s.record))
	return nil
}

func (s *story) comeOnline(ctx context.Context) error {
	s.chapter("Both phones come online: Ada's first, then Carla's, which wrote earlier")
	for _, h := range []*handset{s.ada, s.carla, s.ada} {
		h.net.off.Store(false)
		if err := h.Sync(ctx); err != nil {
			return err
		}
	}
	for _, h := range []*handset{s.ada, s.carla} {
		held := len(h.DB.Held(s.record))
		s.check(h.DB.Unanswered(s.record) == 0 && held == 0 && h.DB.State(s.record) == replica.UpToDate, "%s's phone: %s", first(h.name), h.Standing(s.record))
	}
	mine, hers := s.ada.DB.Document(s.record, s.visit), s.carla.DB.Document(s.record, s.visit)
	s.check(phone.Text(mine, "transport") == "The 42 bus" && mine.Rev == hers.Rev && phone.Text(hers, "transport") == "The 42 bus",
		"Both phones show the same: The 42 bus, for Ada wrote it last in true time; a clock that is 14 years fast wins nothing.")
	return nil
}

func (s *story) nothingLost(ctx context.Context) error {
	s.chapter("Nothing was lost")
	d := s.ada.DB.Document(s.record, s.visit)
	other := func(field string) string {
		if len(d.Siblings[field]) != 1 {
			return ""
		}
		return strings.Trim(string(d.Siblings[field][0].Value), `"`)
	}
	s.check(other("transport") == "Carla drives", "Beside it stands what Carla wrote: Carla drives.")
	notes := []string{phone.Text(d, "patientNote"), other("patientNote")}
	s.check(notes[0] == "Can it be in the other arm?" && notes[1] == "Please use the small needle.", "Both notes for the nurse are there: %q and %q.", notes[0], notes[1])
	report := s.ada.DB.Document(s.record, s.report)
	status := phone.Text(report, "status") // amended: that she called was said after it was completed
	s.check((status == "completed" || status == "amended") && report.Rev > 0 && string(report.Fields["answers.m.temp"]) == `"38.2"`, "What Ada said of herself has arrived, word for word.")
	seen := types(s.carla)
	s.check(seen["assessment"]+seen["concern"]+seen["triage"] == 0, "Carla's phone was told nothing of it: no document, no count.")
	return nil
}

func (s *story) queues(ctx context.Context) error {
	s.chapter("Both care teams look at their queues")
	for _, team := range []struct{ desk, name, want string }{
		{"olive", "Oncology", "Ada red, Ben amber, Cleo green"},
		{"pia", "The practice", "Ada red, Ben amber, Cleo green"},
	} {
		rows, err := s.queue(ctx, team.desk)
		if err != nil {
			return err
		}
		s.check(order(rows) == team.want, "%s: %s.", team.name, order(rows))
		for _, r := range rows {
			s.tell("%s: %s", first(r.Person.Name), r.Why)
		}
	}
	s.tell("(The times in these sentences are a draft, not clinically approved.)")
	s.tell("Ada's fever goes to oncology, her tiredness to both, what it costs to the navigator; because it is red, the practice is told of the fever too. Ada asked to be heard today, so she stands before Cleo.")
	return nil
}

func (s *story) nurseActs(ctx context.Context) error {
	s.chapter("Olive, an oncology nurse, takes Ada's row; Oscar tries to take it too")
	path := fmt.Sprintf("/v1/teams/%s/queue/%s/", s.teams[roleOncology].ID.UUID, s.record.UUID)
	if err := s.desks["olive"].Act(ctx, path+"claim", client.NewRequestID(), map[string]any{}, nil); err != nil {
		return err
	}
	var refused *client.Problem
	err := s.desks["oscar"].Act(ctx, path+"claim", client.NewRequestID(), map[string]any{}, nil)
	s.check(errors.As(err, &refused) && refused.Status == http.StatusConflict, "Oscar is told: %v", err)
	rows, err := s.queue(ctx, "olive")
	if err != nil {
		return err
	}
	if len(rows) == 0 || rows[0].Record != s.record {
		return errors.New("the row that was taken is not on top any more")
	}
	closing := map[string]any{"outcome": "advice-given", "note": "Called Ada; seen in the day unit this morning, antibiotics given.", "seen": rows[0].Waiting}
	if err := s.desks["olive"].Act(ctx, path+"close", client.NewRequestID(), closing, nil); err != nil {
		return err
	}
	rows, err = s.queue(ctx, "olive")
	s.check(err == nil && order(rows) == "Ben amber, Cleo green", "Olive has called Ada and closes the row with what came of it. Oncology's queue: %s.", order(rows))
	rows, err = s.queue(ctx, "pia")
	s.check(err == nil && order(rows) == "Ben amber, Ada green, Cleo green", "The practice is told no more of the fever; what is its own stays, for each team answers for itself: %s.", order(rows))
	return err
}

func (s *story) adaSees(ctx context.Context) error {
	s.chapter("Ada's phone is told")
	if err := s.ada.Sync(ctx); err != nil {
		return err
	}
	oncology, practice := s.teams[roleOncology].ID.String(), s.teams[rolePrimary].ID.String()
	for _, d := range s.ada.DB.View(s.record) {
		switch {
		case d.ID.Type() == "triage" && phone.Text(d, "team") == oncology:
			s.check(phone.Text(d, "status") == "closed" && strings.Contains(phone.Text(d, "outcomeNote"), "antibiotics"), "She reads what oncology did: %q", phone.Text(d, "outcomeNote"))
		case d.ID.Type() == "concern" && phone.Text(d, "code") == "phy.fever":
			s.check(phone.Text(d, "routeStatus."+oncology) == "closed" && phone.Text(d, "routeOutcome."+oncology) == "advice-given", "Her fever: oncology gave advice and closed it.")
		case d.ID.Type() == "concern" && phone.Text(d, "code") == "phy.tired":
			s.check(phone.Text(d, "routeStatus."+practice) == "new", "Her tiredness: the practice has it and has not looked yet.")
		}
	}
	shows := s.ada.Show(s.record)
	s.check(strings.Contains(shows, s.teams[roleOncology].Name+": seen ") && strings.Contains(shows, "gave advice"), "For each concern the phone says which team has seen it, and when, and what each did.")
	s.check(types(s.ada)["concern"] == 3 && types(s.ada)["triage"] == 3, "Three concerns, and one row for each of three teams, however many concerns it holds.")
	return nil
}

func (s *story) lostAnswer(ctx context.Context) error {
	s.chapter("Ada writes one more word, and the answer to it is lost on the way")
	if err := s.ada.Write(s.record, replica.Change{Doc: s.visit, Set: texts("companion", "Carla")}); err != nil {
		return err
	}
	s.ada.net.deaf.Store(true)
	through := s.ada.net.through.Load()
	err := s.ada.Sync(ctx)
	s.ada.net.deaf.Store(false)
	s.check(errors.Is(err, client.ErrOffline) && s.ada.net.through.Load() > through && s.ada.DB.Unanswered(s.record) == 1, "The server has it; the phone cannot know. %s", s.ada.Standing(s.record))
	if err := s.ada.Sync(ctx); err != nil {
		return err
	}
	entries, err := s.ada.History(ctx, s.record, s.visit)
	count := 0
	for _, e := range entries {
		if e.Field == "companion" {
			count++
		}
	}
	s.check(err == nil && count == 1 && s.ada.DB.State(s.record) == replica.UpToDate, "It is sent again and has one effect. %s", s.ada.Standing(s.record))
	return err
}

func (s *story) why(ctx context.Context) error {
	s.chapter("Why does it say: The 42 bus?")
	for _, h := range []*handset{s.ada, s.carla} {
		entries, err := h.History(ctx, s.record, s.visit)
		if err != nil {
			return err
		}
		s.tell("%s's phone:", first(h.name))
		results := map[string]string{}
		for _, e := range entries {
			if e.Field == "transport" {
				s.tell("  %s", h.Why(e))
				results[strings.Trim(string(e.Value), `"`)] = e.Result
			}
		}
		s.check(len(results) == 2 && results["The 42 bus"] == "won" && results["Carla drives"] == "lost", "It can name both writes, who made them, and by which rule one is shown.")
	}
	return nil
}

// types counts a phone's documents by type.
func types(h *handset) map[string]int {
	count := map[string]int{}
	for _, record := range h.Records() {
		for _, d := range h.DB.View(record) {
			count[d.ID.Type()]++
		}
	}
	return count
}

func first(name string) string {
	word, _, _ := strings.Cut(name, " ")
	return word
}
