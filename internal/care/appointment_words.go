package care

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"satchel/internal/calendar"
	syncing "satchel/sync"
)

// pastShown is how long an appointment stays on the list after it began.
const pastShown = 12 * time.Hour

// AgendaLine is one appointment as the person reads it.
type AgendaLine struct {
	Doc      syncing.DocID
	At       int64 // ms; 0 where its time cannot be told
	Says     string
	NotReady bool // its papers are missing, and the day is near
}

// Looking is from where somebody reads a list: when, on which clock, and when what they hold was last brought up to date.
type Looking struct {
	Now     time.Time
	Home    string // IANA
	Checked int64  // ms; 0: never
}

// Appointments lists those ahead, the next first: when, by the clock of the place and by that at home where it shows something else;
// what is missing, and whom to call about it. It tells what its reader's papers hold, so a phone tells it without a network.
func (w Words) Appointments(b Binder, from Looking) ([]AgendaLine, error) {
	appointments, err := b(appointmentName)
	if err != nil {
		return nil, err
	}
	referrals, err := b(referralName)
	if err != nil {
		return nil, err
	}
	teams, err := b(careTeamName)
	if err != nil {
		return nil, err
	}
	var lines []AgendaLine
	for _, a := range appointments {
		at, known := beginOf(a)
		status := a.Text("status")
		shown := slices.Contains(ahead, status) || status == "cancelled"
		if !shown || known && at.Before(from.Now.Add(-pastShown)) {
			continue
		}
		lines = append(lines, w.agendaLine(a, at, known, from, sheaf{appointments, referrals, teams}))
	}
	slices.SortStableFunc(lines, func(a, b AgendaLine) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Doc, b.Doc)) })
	return lines, nil
}

// sheaf is what lies around an appointment.
type sheaf struct{ appointments, referrals, teams []Paper }

func (s sheaf) referralOf(appointment Paper) Paper {
	for _, r := range s.referrals {
		if string(r.ID()) == appointment.Text("authorisationRef") {
			return r
		}
	}
	return syncing.Snapshot{}
}

func (s sheaf) siblings(appointment Paper) (list []Paper) {
	for _, other := range s.appointments {
		if ref := appointment.Text("authorisationRef"); ref != "" && other.ID() != appointment.ID() && other.Text("authorisationRef") == ref {
			list = append(list, other)
		}
	}
	return list
}

func (w Words) agendaLine(a Paper, at time.Time, known bool, from Looking, around sheaf) AgendaLine {
	line := AgendaLine{Doc: a.ID()}
	when := a.Text("start") + " (" + a.Text("zone") + ")"
	if known {
		line.At, when = at.UnixMilli(), clocks(at, a.Text("zone"), from.Home)
	}
	parts := []string{when + ": " + a.Text("title") + strings.TrimSuffix(", "+a.Text("place"), ", ") + "."}
	if a.Text("status") == "cancelled" {
		line.Says = strings.Join(append(parts, "CANCELLED. Do not set out."), " ")
		return line
	}
	if minutes := number(a, "travelMinutes"); minutes > 0 && known {
		parts = append(parts, "Leave by "+clockAt(at.Add(-time.Duration(minutes)*time.Minute), from.Home)+", by the clock at home.")
	}
	is := w.ward.journeys.papersOf(a, around.referralOf(a), around.siblings(a))
	line.NotReady = is.State == NotReady && (w.near(a, from.Now.UnixMilli()) || a.Text("readiness") == NotReady)
	if line.NotReady {
		parts = append(parts, "PAPERWORK NOT READY: call "+caller(around.teams, a.Text("ownerTeam"))+". "+strings.Join(is.Reasons, " "))
	}
	line.Says = strings.Join(parts, " ")
	return line
}

// Checked says when the list was last brought up to date, and to call before setting out if something may have changed since (hazard H17).
func (w Words) Checked(from Looking, line string) string {
	if from.Checked == 0 {
		return "This list was never checked: call " + line + " before you set out."
	}
	said := "Last checked " + When(from.Checked, from.Home) + "."
	if from.Now.UnixMilli()-from.Checked < w.ward.journeys.Checks.MayHaveChangedMinutes.Value*time.Minute.Milliseconds() {
		return said
	}
	return said + " Appointments may have changed since: call " + line + " before you set out."
}

// beginOf is when an appointment begins; ok is false if that cannot be told.
func beginOf(appointment Paper) (at time.Time, ok bool) {
	civil, err := calendar.ParseTime(appointment.Text("start"))
	if err != nil {
		return at, false
	}
	at, _, err = calendar.Resolve(civil, appointment.Text("zone"))
	return at, err == nil
}

// clocks writes an instant by the clock of a place, and by that at home where it shows another time (hazard H16).
func clocks(at time.Time, place, home string) string {
	there := When(at.UnixMilli(), place)
	if here := When(at.UnixMilli(), home); here != there {
		return fmt.Sprintf("%s by the clock there (%s), %s by the clock at home", there, strings.ReplaceAll(place, "_", " "), here)
	}
	return there
}

func clockAt(at time.Time, zone string) string {
	_, clock, _ := strings.Cut(When(at.UnixMilli(), zone), ", ")
	return clock
}

// caller is whom to call about papers: the navigators, else the team whose appointment it is; with a number, if one is known.
func caller(teams []Paper, owner string) string {
	for _, wanted := range []func(Paper) bool{
		func(t Paper) bool { return t.Text("kind") == KindNavigation && t.Text("status") == "active" },
		func(t Paper) bool { return t.ID().ID() == owner },
	} {
		if i := slices.IndexFunc(teams, wanted); i >= 0 {
			return strings.TrimSuffix(teams[i].Text("name")+", "+numberOf(teams[i]), ", ")
		}
	}
	return "your team"
}

// numberOf is a telephone number of a team, one that was tried before others; "" if none is known.
func numberOf(team Paper) string {
	best := Contact{Value: team.Text("phone")}
	for _, name := range team.Fields(contactsPrefix) {
		var c Contact
		if json.Unmarshal(team.Value(name), &c) == nil && c.System == "phone" && c.VerifiedAt > best.VerifiedAt {
			best = c
		}
	}
	return best.Value
}

// Owned lists what is to be done in the plan, each with who does it.
func (w Words) Owned(b Binder) ([]string, error) {
	names, err := teamNames(b)
	if err != nil {
		return nil, err
	}
	activities, err := b(activityName)
	var lines []string
	for _, a := range activities {
		if ranks[a.Text("status")] == 0 {
			continue
		}
		owner := cmp.Or(names[a.Text("accountableTeam")], "nobody yet")
		if a.Text("kind") == "self-care" {
			owner = "you, with " + owner
		}
		line := a.Text("title") + ": " + owner
		if a.Text("status") == "offered" {
			line += " (asked, has not answered yet)"
		}
		if due := a.Text("dueBy"); due != "" {
			line += ", by " + longDate(due)
		}
		lines = append(lines, line+".")
	}
	slices.Sort(lines)
	return lines, err
}
