package demo

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"satchel/cmd/satchel/client"
	"satchel/cmd/satchel/phone"
	"satchel/internal/care"
	"satchel/internal/instrument"
	syncing "satchel/sync"
	"satchel/sync/replica"
)

// exclusions are what the centre asks before a count is taken for an expected one.
var exclusions = []string{"fever", "spleen-pain", "breathlessness", "blasts", "no-gcsf-date"}

// noteIsSigned: the growth factor was given, and what it will do to the next counts is written down before somebody is frightened.
func (l *labs) noteIsSigned(ctx context.Context) error {
	if err := l.until(ctx, at(time.May, 5, 10, 0)); err != nil {
		return err
	}
	l.chapter("Tuesday 5 May: why the next counts will be high is written down")
	if err := l.desks["olive"].write(ctx, l.record, care.ClinicalContextID(l.record), texts("sactLastDose", "2026-04-30", "gcsfLastDose", "2026-05-01", "gcsfKind", "pegylated"), nil); err != nil {
		return err
	}
	l.note = newDoc("expectedFinding")
	set := texts("code", "cbc.wbc", "low", "10", "high", "60", "unit", "10*9/L", "validFrom", "2026-05-02", "validTo", "2026-05-15",
		"because", "pegfilgrastim on 1 May", "drug", "pegfilgrastim", "doseDate", "2026-05-01", "status", "draft",
		"patientText", "A high white count is what your injection is for.",
		"clinicianText", "White cells 10 to 60 x10^9/L are expected after pegfilgrastim.",
		"ifOutside", "Call "+centreLine+" at any hour if there is fever, a count above 60, or pain in the left upper belly or at the tip of the shoulder.")
	asks := map[string][]jsontext.Value{}
	for _, code := range exclusions {
		asks["exclusions"] = append(asks["exclusions"], syncing.TextValue(code))
	}
	if err := l.desks["phil"].write(ctx, l.record, l.note, set, asks); err != nil {
		return err
	}
	if err := l.sync(ctx); err != nil {
		return err
	}
	l.check(l.nora.DB.Document(l.record, l.note) == nil, "A pharmacist has drafted it. Nora's phone shows nothing of it: nobody has signed it.")
	err := l.desks["olive"].write(ctx, l.record, l.note, texts("status", "signed"), nil)
	var refused *client.Problem
	l.check(errors.As(err, &refused), "A nurse who tries to sign is told: %v", err)
	if err := l.desks["otis"].write(ctx, l.record, l.note, texts("status", "signed"), nil); err != nil {
		return err
	}
	if err := l.sync(ctx); err != nil {
		return err
	}
	l.check(phone.Text(l.nora.DB.Document(l.record, l.note), "signedAt") != "" || l.nora.DB.Document(l.record, l.note) != nil, "A haematologist signs, and it lies on Nora's phone.")
	return nil
}

// enters writes a count into the record as the clinic reads it off the laboratory's paper.
func (l *labs) enters(ctx context.Context, value, unit string) (syncing.DocID, error) {
	doc := newDoc("result")
	set := merged(texts("code", "cbc.wbc", "loinc", "6690-2", "value", value, "unit", unit, "source", "clinician-entry", "status", "final", "order", string(l.order)),
		map[string]jsontext.Value{"effective": syncing.IntValue(l.clock.Now().UnixMilli()), "blasts": syncing.BoolValue(false)})
	return doc, l.desks["pia"].write(ctx, l.record, doc, set, nil)
}

// feels lets Nora say how she is.
func (l *labs) feels(answers map[string]jsontext.Value) (*phone.Judged, error) {
	doc, err := l.nora.Begin(l.record, "patient")
	if err != nil {
		return nil, err
	}
	for code, value := range answers {
		if err := l.nora.Answer(l.record, doc, code, value); err != nil {
			return nil, err
		}
	}
	return l.nora.Complete(l.record, doc, "next-visit", "")
}

// waits finds what waits in a team's queue for one document.
func (l *labs) waits(ctx context.Context, who string, doc syncing.DocID) (level instrument.Level, due int64, found bool, err error) {
	rows, err := l.queue(ctx, who)
	for _, r := range rows {
		for _, elem := range r.Waiting {
			var e struct {
				Assessment syncing.DocID    `json:"assessment"`
				Level      instrument.Level `json:"level"`
				DueBy      int64            `json:"dueBy"`
			}
			if err := json.Unmarshal(elem, &e); err != nil {
				return level, due, false, err
			}
			if e.Assessment == doc {
				level, due, found = e.Level, e.DueBy, true
			}
		}
	}
	return level, due, found, err
}

// sees is a document as somebody's board shows it now; nil: it is not there for them.
func (l *labs) sees(ctx context.Context, who string, doc syncing.DocID) (*replica.Document, error) {
	if l.boards[who] == nil {
		db, err := replica.Open(replica.Options{Schema: care.SchemaVersion, NewID: func() syncing.UUID { return syncing.UUID(uuid.New()) }})
		if err != nil {
			return nil, err
		}
		l.boards[who] = db
	}
	err := l.desks[who].Sync(ctx, l.boards[who], func() int64 { return l.clock.Now().UnixMilli() }, l.record)
	return l.boards[who].Document(l.record, doc), err
}

// counted: the count that frightened an emergency department comes, with a reason above it, and with time to look.
func (l *labs) counted(ctx context.Context) error {
	if err := l.until(ctx, at(time.May, 11, 10, 0)); err != nil {
		return err
	}
	l.chapter("Monday 11 May: the white count is 50")
	if _, err := l.feels(map[string]jsontext.Value{"phy.tired": syncing.IntValue(3)}); err != nil {
		return err
	}
	if err := l.sync(ctx); err != nil {
		return err
	}
	l.tell("Nora has said this morning how she is: a little tired, and nothing else.")
	_, err := l.enters(ctx, "50000", "%")
	l.check(err != nil, "The clinic first types a per cent sign, and is told: %v", err)
	if l.first, err = l.enters(ctx, "50000", "/uL"); err != nil {
		return err
	}
	now, err := l.sees(ctx, "olive", l.first)
	if err != nil {
		return err
	}
	l.check(phone.Text(now, "normalised") == "50", "50000 /uL is %s %s, exactly.", phone.Text(now, "normalised"), phone.Text(now, "normalisedUnit"))
	level, due, waiting, err := l.waits(ctx, "olive", l.first)
	left := time.UnixMilli(due).Sub(l.clock.Now()).Round(time.Minute)
	l.check(err == nil && waiting && level == instrument.Amber && phone.Text(now, "class") == "critical-expected" && left == 4*time.Hour,
		"It is critical by its number, and expected: oncology has it in its queue, %s, with %s to look, before the clinic has done anything else.", level, left)
	return errors.Join(err, l.acknowledged(ctx))
}

// acknowledged: the team that answers for the result says so, and everybody reads it.
func (l *labs) acknowledged(ctx context.Context) error {
	if err := l.until(ctx, at(time.May, 11, 12, 30)); err != nil {
		return err
	}
	note, number, err := l.listed(ctx, "olive", l.first)
	l.check(err == nil && strings.Contains(note, "signed by") && strings.Contains(number, "50 x"), "Above the number her list says: %q", note)
	path := fmt.Sprintf("/v1/teams/%s/queue/%s/close", l.teams[roleOncology].ID.UUID, l.record.UUID)
	rows, err := l.queue(ctx, "olive")
	if err != nil || len(rows) == 0 {
		return errors.Join(err, errors.New("the row is not there any more"))
	}
	err = l.desks["olive"].Act(ctx, path, client.NewRequestID(), map[string]any{"outcome": "no-action", "seen": rows[0].Waiting}, nil)
	l.check(err != nil, "Olive cannot close it as one closes a row: %v", err)
	says := texts("result", string(l.first), "team", l.teams[rolePrimary].ID.String(), "decision", "expected")
	says["version"] = syncing.IntValue(1)
	err = l.desks["pia"].write(ctx, l.record, newDoc("resultAck"), says, nil)
	l.check(err != nil, "The clinic cannot acknowledge what oncology answers for: %v", err)
	says["team"] = syncing.TextValue(l.teams[roleOncology].ID.String())
	says["note"] = syncing.TextValue("Two weeks after the growth factor, well at home.")
	if err := l.desks["olive"].write(ctx, l.record, newDoc("resultAck"), says, nil); err != nil {
		return err
	}
	_, _, waiting, err := l.waits(ctx, "olive", l.first)
	l.check(err == nil && !waiting, "Olive acknowledges it within its four hours: this was expected.")
	for _, who := range []string{"pia", "olive"} {
		now, err := l.sees(ctx, who, l.first)
		if err != nil {
			return err
		}
		why := l.boards[who].Document(l.record, syncing.DocID(phone.Text(now, "expected")))
		l.check(phone.Text(now, "acknowledgedBy") != "" && phone.Text(now, "decision") == "expected" && strings.Contains(phone.Text(why, "because"), "pegfilgrastim"),
			"%s reads who acknowledged it, and why it was expected: %q", strings.ToUpper(who[:1])+who[1:], phone.Text(why, "because"))
	}
	if err := l.sync(ctx); err != nil {
		return err
	}
	screen, err := l.nora.Results(l.record)
	above, below := strings.Index(screen, "what your injection is for"), strings.Index(screen, "50 x")
	l.check(err == nil && above >= 0 && below > above, "Nora's phone shows why before it shows the number.")
	l.check(l.dana.DB.Document(l.record, l.order) != nil && l.dana.DB.Document(l.record, l.first) == nil && l.dana.DB.Document(l.record, l.note) == nil,
		"Dana's shows the dates, as Nora wishes, and no number.")
	return err
}

// listed is a result as the list of the team of somebody shows it.
func (l *labs) listed(ctx context.Context, who string, doc syncing.DocID) (note, number string, err error) {
	var page struct {
		Results []struct {
			Doc    syncing.DocID `json:"doc"`
			Note   string        `json:"note"`
			Number string        `json:"number"`
		} `json:"results"`
	}
	d := l.desks[who]
	err = d.Do(ctx, http.MethodGet, fmt.Sprintf("/v1/teams/%s/results", l.teams[d.role].ID.UUID), nil, &page)
	for _, r := range page.Results {
		if r.Doc == doc {
			note, number = r.Note, r.Number
		}
	}
	return note, number, err
}

// inEmergency: two days later she is in an emergency department that knows nobody of both teams, and has no network.
func (l *labs) inEmergency(ctx context.Context) error {
	if err := l.until(ctx, at(time.May, 12, 21, 0)); err != nil {
		return err
	}
	l.chapter("Tuesday 12 May, at night: an emergency department where nobody knows Nora")
	l.nora.net.off.Store(true)
	defer l.nora.net.off.Store(false)
	tried := l.nora.net.tried.Load()
	card, err := l.nora.EmergencyScreen(l.record)
	if err != nil {
		return err
	}
	for _, line := range strings.Split(strings.TrimSpace(card), "\n")[:8] {
		l.tell("%s", line)
	}
	l.check(strings.Contains(card, "pegfilgrastim") && strings.Contains(card, centreLine) && strings.Contains(card, "R-CHOP"),
		"Her phone shows, with no network, what was expected and why, the treatment, and the number that is answered day and night.")
	code, err := l.nora.EmergencyQR(l.record)
	l.check(err == nil && len(code) > 0 && l.nora.net.tried.Load() == tried, "The same as a code to scan, for a department without a network. Nobody was asked for it.")
	return err
}

// excluded: outside of what was expected, and with a fever, nothing is given more time.
func (l *labs) excluded(ctx context.Context) error {
	if err := l.until(ctx, at(time.May, 14, 9, 0)); err != nil {
		return err
	}
	l.chapter("Thursday 14 May: 72, and a fever")
	high, err := l.enters(ctx, "72", "10*9/L")
	if err != nil {
		return err
	}
	level, due, waiting, err := l.waits(ctx, "olive", high)
	left := time.UnixMilli(due).Sub(l.clock.Now()).Round(time.Minute)
	l.check(err == nil && waiting && level == instrument.Red && left == time.Hour, "72 is more than was expected: %s, and an hour to answer.", level)
	judged, err := l.feels(map[string]jsontext.Value{"phy.fever": syncing.IntValue(4), "m.temp": syncing.TextValue("38.1"), "m.shakes": syncing.BoolValue(false)})
	if err != nil {
		return err
	}
	l.check(judged.Level >= instrument.Red, "That evening her temperature is 38.1: her phone says %s, and to call now.", judged.Level)
	if err := l.sync(ctx); err != nil {
		return err
	}
	again, err := l.enters(ctx, "50", "10*9/L")
	if err != nil {
		return err
	}
	level, _, _, err = l.waits(ctx, "olive", again)
	l.check(err == nil && level >= instrument.Red, "A count of 50 with a fever is not expected any more: %s.", level)
	return err
}

// expired: the same number, five days after the last day on which it was expected.
func (l *labs) expired(ctx context.Context) error {
	if err := l.until(ctx, at(time.May, 20, 9, 0)); err != nil {
		return err
	}
	l.chapter("Wednesday 20 May: 50 once more")
	if _, err := l.feels(map[string]jsontext.Value{"phy.tired": syncing.IntValue(3)}); err != nil {
		return err
	}
	if err := l.sync(ctx); err != nil {
		return err
	}
	late, err := l.enters(ctx, "50000", "/uL")
	if err != nil {
		return err
	}
	level, due, waiting, err := l.waits(ctx, "olive", late)
	left := time.UnixMilli(due).Sub(l.clock.Now()).Round(time.Minute)
	l.check(err == nil && waiting && level == instrument.Red && left == time.Hour, "The note ended on 15 May. The same number is critical now: %s, an hour to answer.", level)
	card, err := l.nora.EmergencyScreen(l.record)
	l.check(err == nil && !strings.Contains(card, "10 to 60"), "The card on her phone does not say that it is expected any more.")
	return err
}
