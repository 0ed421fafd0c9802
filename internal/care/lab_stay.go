package care

import (
	"cmp"
	"slices"
	"time"

	"satchel/internal/calendar"
	"satchel/internal/lab"
	syncing "satchel/sync"
)

// staysOf are the events of going into hospital and coming out of it, the earliest first.
func staysOf(events []Paper) []Paper {
	stays := slices.DeleteFunc(slices.Clone(events), func(e Paper) bool { return !isStay(e.Text("type")) })
	slices.SortFunc(stays, func(a, b Paper) int {
		return cmp.Or(cmp.Compare(number(a, "at"), number(b, "at")), cmp.Compare(a.ID(), b.ID()))
	})
	return stays
}

func isStay(what string) bool { return what == eventAdmission || what == eventDischarge }

// unanswered are the stays about which whoever ordered has not said yet which dates count. An answer to one is an answer to those
// before it.
func unansweredStays(order Paper, stays []Paper) []Paper {
	said := order.Texts("heldAnswered")
	for i := len(stays) - 1; i >= 0; i-- {
		if slices.Contains(said, string(stays[i].ID())) {
			stays = stays[i+1:]
			break
		}
	}
	since := number(order, "publishedAt")
	return slices.DeleteFunc(slices.Clone(stays), func(e Paper) bool { return number(e, "at") < since })
}

// heldFrom is the first day from which on dates wait for whoever ordered, because the person is in hospital; zero: none do.
func heldFrom(order Paper, stays []Paper, zone string) calendar.CivilDate {
	for _, stay := range unansweredStays(order, stays) {
		if stay.Text("type") != eventAdmission {
			continue
		}
		if civil, err := calendar.In(time.UnixMilli(number(stay, "at")), zone); err == nil {
			return civil.Date
		}
	}
	return calendar.CivilDate{}
}

// stayDrafts asks whoever ordered tests which of the dates ahead count, for a stay in hospital that began or ended. Nothing falls out by
// itself, and nothing is expected of somebody in hospital without anybody knowing.
func stayDrafts(c syncing.Change, r syncing.Reader, teams careTeams) (drafts []*draft, err error) {
	if !isStay(c.After.Text("type")) {
		return nil, nil
	}
	orders, err := r.Documents(labOrderName)
	if err != nil {
		return nil, err
	}
	happened, err := readHappened(BinderOf(r))
	if err != nil {
		return nil, err
	}
	for _, order := range orders {
		ahead, err := happened.ahead(order, number(c.After, "at"), c.Now)
		if err != nil {
			return nil, err
		}
		if !ahead {
			continue
		}
		for _, team := range teams.answering(order.Text("requesterTeam")) {
			d, err := openTaskCause(r, TaskHeld, team, order.ID(), string(c.After.ID()), CategorySchedule, c.Now, c.Now+labSteps.HeldWithinHours*hourMs)
			if err != nil {
				return nil, err
			}
			d.text("note", eventWords[c.After.Text("type")])
			told, err := tellAll(r, tell{code: NoticeDatesHeld, focus: order.ID(), step: string(c.After.ID()), category: CategorySchedule, at: c.Now}, nil, team)
			if err != nil {
				return nil, err
			}
			drafts = append(append(drafts, d), told...)
		}
	}
	return drafts, nil
}

// ahead reports whether an order has dates at or behind an instant about which nothing is settled, and nobody has answered for the stay.
func (h *happenings) ahead(order syncing.Snapshot, at, now int64) (bool, error) {
	schedule, err := LabSchedule(order)
	if err != nil || !isFollowed(order) || len(unansweredStays(order, h.stays)) == 0 {
		return false, nil //nolint:nilerr // what nobody could follow has no dates
	}
	dates, err := h.dates(order, schedule, now)
	return slices.ContainsFunc(dates, func(o lab.Occurrence) bool {
		open := slices.Contains([]lab.State{lab.Planned, lab.Due, lab.Overdue, lab.Missed, lab.Held}, o.State)
		return open && o.Closes.UnixMilli() >= at
	}), err
}
