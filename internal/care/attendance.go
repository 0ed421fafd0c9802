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
	if !cannot || c.Wrote("start") || c.Wrote("zone") {
		drafts = endAll(standing)
	}
	if cannot && c.Wrote("patientResponse") && c.Before.Text("patientResponse") != "declined" {
		if drafts, err = attend(c, r, TaskCannotCome); err != nil {
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
	more, err := attend(c, r, TaskNoShows)
	return append(drafts, more...), err
}

// attend opens a task about an appointment for the team whose it is and for whoever calls people, and tells them.
func attend(c syncing.Change, r syncing.Reader, kind string) (drafts []*draft, err error) {
	teams, err := readTeams(r)
	if err != nil {
		return nil, err
	}
	asked := union([]string{teams.caller(c.After.Text("ownerTeam"))}, teams.answering(c.After.Text("ownerTeam")))
	for _, team := range asked {
		d, err := openTaskCause(r, kind, team, c.After.ID(), c.After.Text("start"), CategorySchedule, c.Now, c.Now+silences.CallWithinHours*hourMs)
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, d)
	}
	told, err := tellAll(r, tell{code: NoticeSomethingToDo, focus: c.After.ID(), step: kind + " " + c.After.Text("start"), category: CategorySchedule, at: c.Now}, nil, asked...)
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
