package care

import (
	"slices"
	"strings"

	syncing "satchel/sync"
)

// meetingTypes are appointments after which something is agreed: the team whose it is writes what.
var meetingTypes = []string{meetingMDT, "3-way"}

// allowResponse lets each invited team answer for itself.
func allowResponse(c syncing.Change) *syncing.Refusal {
	if bySystem(c) {
		return nil
	}
	for _, name := range c.Fields {
		team, is := strings.CutPrefix(name, responsePrefix)
		switch {
		case !is:
		case !slices.Contains(c.Before.Texts("invited"), team):
			return refuse(syncing.Invalid, "That team was not invited.")
		case !actsForTeam(c, team):
			return refuse(syncing.Forbidden, "Each team answers an invitation for itself.")
		}
	}
	return nil
}

// requireInvited: who takes part is a team that is here and may see the appointment.
func requireInvited(c syncing.Change, r syncing.Reader) (*syncing.Refusal, error) {
	if !wroteAny(c, "invited", "audience", "type") {
		return nil, nil
	}
	for _, id := range c.After.Texts("invited") {
		team, err := teamNamed(r, id)
		switch {
		case err != nil:
			return nil, err
		case !team.Exists() || team.Text("status") != "active" && slices.Contains(c.Fields, "invited") && !slices.Contains(c.Before.Texts("invited"), id):
			return refuse(syncing.Invalid, "Teams that look after this person now can be invited. Whoever comes from elsewhere is named as a participant."), nil
		case categoryOfAppointment(c.After) == CategoryClinical && !treats(team):
			return refuse(syncing.Invalid, "Only oncology and the practice take part in what is between clinicians. Share it with everyone, or invite one of those teams."), nil
		}
	}
	return nil, nil
}

func treats(team syncing.Snapshot) bool {
	return slices.Contains([]string{KindOncology, KindPrimary}, team.Text("kind"))
}

// invitationDrafts invite: a meeting about the person asks both teams that treat them, from the first day on (seeds B06, T01). Whoever is
// invited has it on their list until they answer, and the team whose meeting it is until somebody has written what came of it.
func (w *ward) invitationDrafts(appointment syncing.Snapshot, r syncing.Reader, now int64) ([]*draft, error) {
	own := newDraft(appointment.ID(), appointment)
	invited, owner := appointment.Texts("invited"), appointment.Text("ownerTeam")
	isAhead := slices.Contains(ahead, appointment.Text("status"))
	if appointment.Text("type") == meetingMDT && isAhead {
		teams, err := readTeams(r)
		if err != nil {
			return nil, err
		}
		for _, kind := range []string{KindOncology, KindPrimary} {
			if id := teams.byKind[kind]; id != "" && id != owner {
				own.add("invited", []string{id})
				invited = union(invited, []string{id})
			}
		}
	}
	drafts := []*draft{own}
	waiting := func(kind, team string, waits bool) error {
		d, err := endTask(r, kind, team, appointment.ID())
		if waits {
			d, err = openTask(r, kind, team, appointment, categoryOfAppointment(appointment), now, 0)
			if due, ok := startOf(appointment); ok && err == nil {
				d.integer("dueBy", due)
			}
		}
		drafts = append(drafts, d)
		return err
	}
	var asked []string
	for _, team := range invited {
		if isAhead && team != owner && appointment.Text(responsePrefix+team) == "" {
			asked = append(asked, team)
		}
		if err := waiting(TaskInvitation, team, slices.Contains(asked, team)); err != nil {
			return nil, err
		}
	}
	rung, err := tellAll(r, tell{code: NoticeInvited, focus: appointment.ID(), category: categoryOfAppointment(appointment), at: now}, nil, asked...)
	if err != nil {
		return nil, err
	}
	drafts = append(drafts, rung...)
	open, err := withoutOutcome(appointment, len(invited), isAhead, r)
	if err != nil {
		return nil, err
	}
	return drafts, waiting(TaskMeeting, owner, open)
}

// withoutOutcome reports whether an appointment is a meeting that takes place or took place, and of which nobody has written what came.
func withoutOutcome(appointment syncing.Snapshot, invited int, isAhead bool, r syncing.Reader) (bool, error) {
	kind := appointment.Text("type")
	meets := slices.Contains(meetingTypes, kind) || kind == "video" && invited > 0
	if !meets || !isAhead && !isVisit(appointment.Text("status")) {
		return false, nil
	}
	messages, err := r.Documents(messageName)
	return !slices.ContainsFunc(messages, func(m syncing.Snapshot) bool {
		return m.Text("kind") == messageOutcome && m.Text("about") == string(appointment.ID())
	}), err
}

// invitesOfTeam asks a team that comes to the meetings about the person that are still ahead: a practice that joins a week after the
// diagnosis takes part all the same.
func (w *ward) invitesOfTeam(c syncing.Change, r syncing.Reader) ([]*draft, error) {
	if c.Before.Text("status") == c.After.Text("status") || c.After.Text("status") != "active" || !treats(c.After) {
		return nil, nil
	}
	appointments, err := r.Documents(appointmentName)
	if err != nil {
		return nil, err
	}
	var drafts []*draft
	for _, a := range appointments {
		if a.Text("type") != meetingMDT || !slices.Contains(ahead, a.Text("status")) {
			continue
		}
		made, err := w.invitationDrafts(a, r, c.Now)
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, made...)
	}
	return drafts, nil
}
