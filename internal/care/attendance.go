package care

import (
	"cmp"
	"slices"

	syncing "satchel/sync"
)

// attendanceDrafts give somebody to call a person who says that they cannot come to an appointment, or who has not come again and again; what the
// person said ends with another answer, or with the appointment.
func attendanceDrafts(c syncing.Change, r syncing.Reader) ([]*draft, error) {
	a := c.After
	if categoryOfAppointment(a) != CategorySchedule {
		return nil, nil
	}
	cannot := a.Text("patientResponse") == "declined" && slices.Contains(ahead, a.Text("status"))
	standing, err := tasksAbout(r, TaskCannotCome, a.ID())
	if err != nil {
		return nil, err
	}
	var drafts []*draft
	over := !slices.Contains(ahead, a.Text("status"))
	if over || c.Wrote("patientResponse") && !cannot || c.Wrote("start") || c.Wrote("zone") {
		drafts = endAll(standing)
	}
	if cannot && c.Wrote("patientResponse") && c.Before.Text("patientResponse") != "declined" {
		if drafts, err = attend(a, r, TaskCannotCome, c.Now); err != nil {
			return nil, err
		}
	}
	if a.Text("status") != "noshow" || c.Before.Text("status") == "noshow" {
		return drafts, nil
	}
	missed, err := missedInARow(a, r)
	if err != nil || missed < silences.NoShows {
		return drafts, err
	}
	more, err := attend(a, r, TaskNoShows, c.Now)
	return append(drafts, more...), err
}

// attend opens a task about an appointment for the team whose it is and for whoever calls people, and tells them.
func attend(appointment syncing.Snapshot, r syncing.Reader, kind string, now int64) ([]*draft, error) {
	teams, err := readTeams(r)
	if err != nil {
		return nil, err
	}
	owner := appointment.Text("ownerTeam")
	return phonings(r, phoning{
		kind: kind, focus: appointment.ID(), cause: appointment.Text("start"), category: CategorySchedule, at: now,
		teams: union([]string{teams.caller(owner)}, teams.answering(owner)),
	})
}

// phoning is why somebody is to call the person.
type phoning struct {
	kind     string
	focus    syncing.DocID
	cause    string   // which of the times of the document
	category string   // of the document
	at       int64    // ms, now
	teams    []string // ids of those who do
}

// phonings are a task for each of its teams, and a word to them.
func phonings(r syncing.Reader, why phoning) (drafts []*draft, err error) {
	for _, team := range why.teams {
		d, err := openTaskCause(r, why.kind, team, why.focus, why.cause, why.category, why.at, why.at+silences.CallWithinHours*hourMs)
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, d)
	}
	told, err := tellAll(r, tell{code: NoticeSomethingToDo, focus: why.focus, step: why.kind + " " + why.cause, category: why.category, at: why.at}, nil, why.teams...)
	return append(drafts, told...), err
}

// missedInARow counts the appointments to which the person did not come, back from one until one to which they came.
func missedInARow(last syncing.Snapshot, r syncing.Reader) (n int, err error) {
	all, err := r.Documents(appointmentName)
	if err != nil {
		return 0, err
	}
	until, _ := startOf(last)
	from := until - silences.NoShowDays*24*hourMs
	all = slices.DeleteFunc(slices.Clone(all), func(a syncing.Snapshot) bool {
		at, known := startOf(a)
		came := slices.Contains([]string{"noshow", "arrived", "checked-in", "fulfilled"}, a.Text("status"))
		return !known || !came || at > until || at < from || categoryOfAppointment(a) != CategorySchedule
	})
	slices.SortFunc(all, func(a, b syncing.Snapshot) int {
		first, _ := startOf(a)
		second, _ := startOf(b)
		return cmp.Compare(second, first)
	})
	for _, a := range all {
		if a.Text("status") != "noshow" {
			break
		}
		n++
	}
	return n, nil
}
