package care

import (
	"bytes"
	_ "embed"
	"fmt"

	"github.com/go-json-experiment/json"

	"satchel/internal/instrument"
	syncing "satchel/sync"
)

const healthEventName = "healthEvent"

// HealthEventType is the document type of what happened to the person.
const HealthEventType = healthEventName

// The kinds of health events.
const (
	eventVisit     = "ed-visit"
	eventAdmission = "admission"
	eventDischarge = "discharge"
	eventFall      = "fall"
	eventDeath     = "death"
)

var healthEvents = []string{eventVisit, eventAdmission, eventDischarge, eventFall, eventDeath}

// healthEventType is the event "I am in hospital". Anybody of the record tells of it, also with no network, and it is never changed.
func (w *ward) healthEventType() *syncing.Type {
	once := func(name string, kind syncing.Kind, doc string, more ...option) syncing.FieldSpec {
		return field(name, kind, syncing.LWW, anyone, doc, more...)
	}
	return &syncing.Type{
		Name: healthEventName, Category: CategorySchedule, Event: true, Creators: anyone,
		Doc: "Something happened to the person: a stay in hospital, a fall. Written once, by whoever knows of it.",
		Fields: []syncing.FieldSpec{
			once("type", syncing.Code, "what happened", required, codes(healthEvents...)),
			once("at", syncing.Instant, "when", required),
			once("place", syncing.Text, "where, such as the name of the hospital", upTo(lineMax)),
			once("source", syncing.Text, "who says so, where it is not the author", upTo(lineMax)),
			once("note", syncing.Text, "anything to know about it", upTo(noteMax)),
		},
		Derive: w.deriveHealthEvent,
	}
}

// deriveHealthEvent puts the event into the queue of each team that treats the person, and rings there. A team that told of it itself
// knows already.
func (w *ward) deriveHealthEvent(c syncing.Change, r syncing.Reader) ([]syncing.Patch, error) {
	if bySystem(c) || c.Before.Exists() || !c.After.Exists() {
		return nil, nil
	}
	around, err := w.look(c.Record, r)
	if err != nil {
		return nil, err
	}
	what := c.After.Text("type")
	var drafts []*draft
	var told []string
	for _, team := range union(around.teams.treating(), nil) {
		if actsForTeam(c, team) {
			continue
		}
		d, err := w.rowDraft(c, r, around.zone, rowReport{team: team, waiting: waiting{
			Assessment: string(c.After.ID()), Concerns: []string{}, Level: w.events.Levels[what].Level, Event: what,
		}})
		if err != nil {
			return nil, err
		}
		drafts, told = append(drafts, d), append(told, team)
	}
	held, err := stayDrafts(c, r, around.teams)
	if err != nil {
		return nil, err
	}
	drafts = append(drafts, held...)
	notices, err := tellAll(r, tell{code: NoticeHealthEvent, focus: c.After.ID(), category: CategorySchedule, at: c.Now}, nil, told...)
	return patches(append(drafts, notices...)...), err
}

//go:embed data/healthevents.v1.json
var healthEventsFile []byte

// eventLevels says how urgent each event is for the teams that treat the person.
type eventLevels struct {
	ID      string                `json:"id"`
	Version string                `json:"version"`
	Review  string                `json:"review"` // the state of clinical approval
	Source  string                `json:"source"`
	About   string                `json:"about"`
	Levels  map[string]eventLevel `json:"levels"`
}

type eventLevel struct {
	Level  instrument.Level `json:"level"`
	Source string           `json:"source"`
}

// loadEventLevels reads a file and refuses one that is not whole.
func loadEventLevels(data []byte) (*eventLevels, error) {
	var e eventLevels
	if err := json.UnmarshalRead(bytes.NewReader(data), &e, json.RejectUnknownMembers(true)); err != nil {
		return nil, fmt.Errorf("healthevents: %w", err)
	}
	if e.ID != "healthevents" || e.Version == "" || e.Review == "" || e.Source == "" || len(e.Levels) != len(healthEvents) {
		return nil, fmt.Errorf("healthevents: id, version, review, source or an event is missing")
	}
	for _, what := range healthEvents {
		if l := e.Levels[what]; l.Level < instrument.Amber || l.Source == "" {
			return nil, fmt.Errorf("healthevents: %s needs a level from amber on, and a source", what)
		}
	}
	return &e, nil
}

var eventWords = map[string]string{
	eventVisit:     "Said to be in an emergency department.",
	eventAdmission: "Said to be in hospital.",
	eventDischarge: "Said to be back from hospital.",
	eventFall:      "Said to have fallen.",
	eventDeath:     "Said to have died. Nothing is stopped before a team confirms it.",
}
