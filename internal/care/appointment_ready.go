package care

import (
	"slices"
	"time"

	"satchel/internal/calendar"
	syncing "satchel/sync"
)

// ahead are the states of an appointment that is still to come.
var ahead = []string{"proposed", "pending", "waitlist", "booked"}

// deriveAppointment puts an appointment whose papers are not there onto the list of those who go after them, and takes it off when
// they are, or when it does not take place.
func (w *ward) deriveAppointment(c syncing.Change, r syncing.Reader) ([]syncing.Patch, error) {
	lacks := c.After.Text("readiness") == "not-ready" && slices.Contains(ahead, c.After.Text("status"))
	lacked := c.Before.Text("readiness") == "not-ready"
	if !lacks && !lacked {
		return nil, nil
	}
	standing, err := tasksAbout(r, TaskAppointment, c.After.ID())
	if err != nil {
		return nil, err
	}
	if !lacks {
		return patches(endAll(standing)...), nil
	}
	teams, err := readTeams(r)
	if err != nil {
		return nil, err
	}
	responsible := []string{c.After.Text("ownerTeam")}
	if id := teams.byKind[KindNavigation]; id != "" {
		responsible[0] = id
	}
	var drafts []*draft
	for _, team := range responsible {
		d, err := openTask(r, TaskAppointment, team, c.After, CategorySchedule, c.Now, 0)
		if err != nil {
			return nil, err
		}
		if due, ok := startOf(c.After); ok {
			d.integer("dueBy", due)
		}
		d.text("note", c.After.Text("readinessReason"))
		if d.stands.Text("status") == "completed" && !lacked { // it was ready in between
			d.reopen(c.Now)
		}
		drafts = append(drafts, d)
	}
	return patches(drafts...), nil
}

// startOf is when an appointment begins; ok is false if that cannot be told.
func startOf(appointment syncing.Snapshot) (ms int64, ok bool) {
	civil, err := calendar.ParseTime(appointment.Text("start"))
	if err != nil {
		return 0, false
	}
	var at time.Time
	if at, _, err = calendar.Resolve(civil, appointment.Text("zone")); err != nil {
		return 0, false
	}
	return at.UnixMilli(), true
}
