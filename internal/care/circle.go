package care

import (
	"bytes"
	_ "embed"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"

	syncing "satchel/sync"
)

//go:embed data/circle.v1.json
var circleFile []byte

// circle says when the people around a person are not complete.
type circle struct {
	ID                  string `json:"id"`
	Version             string `json:"version"`
	Review              string `json:"review"` // the state of clinical approval
	Source              string `json:"source"`
	About               string `json:"about"`
	PracticeMissingDays int64  `json:"practiceMissingDays"`
}

// loadCircle reads a file and refuses one that is not whole.
func loadCircle(data []byte) (*circle, error) {
	var c circle
	if err := json.UnmarshalRead(bytes.NewReader(data), &c, json.RejectUnknownMembers(true)); err != nil {
		return nil, fmt.Errorf("circle: %w", err)
	}
	if c.ID != "circle" || c.Version == "" || c.Review == "" || c.Source == "" || c.PracticeMissingDays <= 0 {
		return nil, fmt.Errorf("circle: id, version, review, source or practiceMissingDays is missing")
	}
	return &c, nil
}

func (c *circle) practiceMissing() int64 {
	return c.PracticeMissingDays * 24 * time.Hour.Milliseconds()
}

// practiceDue is the field of the person in which lies by when a practice should be on the team. It is there only while none is,
// so time reaches the document only then.
const practiceDue = "practiceDueBy"

// deriveCareTeam looks whether a practice is on the team now (seed B28): from the day on which none is, the time runs; when one
// says that it is here, the gap is closed.
func (w *ward) deriveCareTeam(c syncing.Change, r syncing.Reader) ([]syncing.Patch, error) {
	if c.Before.Text("status") == c.After.Text("status") {
		return nil, nil
	}
	who, err := r.Document(PersonID(c.Record))
	if err != nil || !who.Exists() {
		return nil, err
	}
	teams, err := readTeams(r)
	if err != nil {
		return nil, err
	}
	d := newDraft(who.ID(), who)
	if teams.byKind[KindPrimary] == "" {
		gap, err := openGapOf(r, who)
		if err != nil {
			return nil, err
		}
		if !gap {
			d.once(practiceDue, c.Now+w.circle.practiceMissing())
		}
		return patches(d), nil
	}
	d.clear(practiceDue)
	ends, err := endGaps(r, who.ID())
	return patches(append(ends, d)...), err
}

// duePractice makes the gap a task of the team that closes gaps, once the time has passed.
func duePractice(_ *ward, m moment) ([]syncing.Patch, error) {
	due, set := m.doc.Int(practiceDue)
	if !set || due > m.now {
		return nil, nil
	}
	d := newDraft(m.doc.ID(), m.doc)
	d.clear(practiceDue)
	teams, err := readTeams(m.reader)
	if err != nil || teams.byKind[KindPrimary] != "" {
		return patches(d), err
	}
	drafts := []*draft{d}
	for _, team := range teams.chasers() {
		task, err := openTask(m.reader, TaskGap, team, m.doc, CategoryTeam, m.now, 0)
		if err != nil {
			return nil, err
		}
		if task.stands.Text("status") == "completed" { // whoever closed it did not bring a practice
			task.reopen(m.now)
		}
		drafts = append(drafts, task)
	}
	return patches(drafts...), nil
}

// deriveTask lets the time run again when a gap was closed and is still there.
func (w *ward) deriveTask(c syncing.Change, r syncing.Reader) ([]syncing.Patch, error) {
	closes := c.After.Text("status") == "completed" && c.Before.Text("status") != "completed"
	if bySystem(c) || !closes || c.After.Text("kind") != TaskGap || c.After.Text("focus") != string(PersonID(c.Record)) {
		return nil, nil
	}
	who, err := r.Document(PersonID(c.Record))
	if err != nil {
		return nil, err
	}
	d := newDraft(who.ID(), who)
	d.once(practiceDue, c.Now+w.circle.practiceMissing())
	return patches(d), nil
}

// openGapOf reports whether a team has the missing practice on its list.
func openGapOf(r syncing.Reader, who syncing.Snapshot) (bool, error) {
	tasks, err := tasksAbout(r, TaskGap, who.ID())
	for _, task := range tasks {
		if isOpenTask(task) {
			return true, err
		}
	}
	return false, err
}

func endGaps(r syncing.Reader, focus syncing.DocID) ([]*draft, error) {
	tasks, err := tasksAbout(r, TaskGap, focus)
	return endAll(tasks), err
}

// tasksAbout lists the tasks of one kind about a document, whichever team has them.
func tasksAbout(r syncing.Reader, kind string, focus syncing.DocID) ([]syncing.Snapshot, error) {
	all, err := r.Documents(taskName)
	var about []syncing.Snapshot
	for _, task := range all {
		if task.Text("kind") == kind && task.Text("focus") == string(focus) {
			about = append(about, task)
		}
	}
	return about, err
}

// endAll cancels those that are open.
func endAll(tasks []syncing.Snapshot) []*draft {
	var drafts []*draft
	for _, task := range tasks {
		if isOpenTask(task) {
			d := newDraft(task.ID(), task)
			d.text("status", "cancelled")
			drafts = append(drafts, d)
		}
	}
	return drafts
}

// chasers are the teams that go after what is missing: the navigators; without any, those who treat.
func (t careTeams) chasers() []string {
	if id := t.byKind[KindNavigation]; id != "" {
		return []string{id}
	}
	return t.treating()
}
