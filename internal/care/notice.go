package care

import (
	"cmp"
	"slices"

	syncing "satchel/sync"
)

const noticeName = "notice"

// NoticeType is the document type of what somebody is to be told.
const NoticeType = noticeName

// The codes of notices. What a notice says is its code alone; all the rest is read from what it is about.
const (
	NoticeTestTomorrow   = "test-tomorrow"   // a test is due tomorrow
	NoticeTestToday      = "test-today"      // it is due today
	NoticeTestOverdue    = "test-overdue"    // its time has passed, and nobody said that a sample was taken
	NoticeNotArranged    = "not-arranged"    // nobody has agreed to do a test
	NoticeOrderAsked     = "order-asked"     // a team is asked to do a test
	NoticeOrderAccepted  = "order-accepted"  // a test is arranged
	NoticeOrderDeclined  = "order-declined"  // it was declined, or something else was proposed
	NoticeResultAwaited  = "result-awaited"  // a sample was taken, and no result has come
	NoticeDatesHeld      = "dates-held"      // the person is in hospital: which dates still count?
	NoticeHealthEvent    = "health-event"    // something happened to the person
	NoticeSomethingToDo  = "something-to-do" // something waits for a team
	NoticeResultArrived  = "result-arrived"  // there is a result
	NoticeResultUrgent   = "result-urgent"   // there is a result that somebody must look at soon
	NoticeResultReviewed = "result-reviewed" // the team has looked at a result

	NoticeOrderRepeated = "order-repeated"   // another team has ordered again what this one has
	NoticePapers        = "papers-not-ready" // an appointment is near, and its papers are not there
	NoticeInvited       = "invited"          // a team is invited to a meeting
	NoticeNeedsALook    = "needs-a-look"     // the person has said nothing to a reminder
	NoticeLinkOpened    = "link-opened"      // somebody opened an emergency link of the person's

	// Those of reminders, beside the two of tests: internal/calendar/remind says when.
	NoticeAppointmentToday = "appointment-today"
	NoticeAppointmentSoon  = "appointment-soon"
	NoticeAppointmentWeek  = "appointment-week"
	NoticeAssessmentDue    = "assessment-due"
	NoticeAssessmentLate   = "assessment-late"
	NoticeSupplySoon       = "supply-soon"
	NoticeSupplyWeek       = "supply-week"
	NoticeUnread           = "unread"
)

// NoticeCodes are all of them.
var NoticeCodes = []string{
	NoticeTestTomorrow, NoticeTestToday, NoticeTestOverdue, NoticeNotArranged, NoticeOrderAsked, NoticeOrderAccepted, NoticeOrderDeclined,
	NoticeResultAwaited, NoticeDatesHeld, NoticeHealthEvent, NoticeSomethingToDo, NoticeResultArrived, NoticeResultUrgent, NoticeResultReviewed,
	NoticeOrderRepeated, NoticePapers, NoticeInvited,
	NoticeLinkOpened, NoticeNeedsALook,
	NoticeAppointmentToday, NoticeAppointmentSoon, NoticeAppointmentWeek, NoticeAssessmentDue, NoticeAssessmentLate, NoticeSupplySoon, NoticeSupplyWeek, NoticeUnread,
}

// Whom a notice is for.
const (
	forPatient   = "patient"
	forCaregiver = "caregiver" // the caregivers who see what it is about
	forTeam      = "team"
)

// tell is a notice in the making.
type tell struct {
	code     string
	focus    syncing.DocID
	step     string // tells two of the same code and focus apart, such as a date; "" for the only one
	due      string // which of its dates, if it has several
	audience string
	team     string   // id, for a team
	category string   // of what it is about: who does not see that is not told
	at       int64    // ms, now
	about    []string // ids of other reminders of which it speaks
}

// id is the same for the same cause, so that nobody is told twice.
func (t tell) id() syncing.DocID {
	return syncing.NewDocID(noticeName, syncing.DerivedUUID(noticeName, t.code, string(t.focus), t.step, t.audience, t.team))
}

// draft makes the notice. One that is there stays as it is.
func (t tell) draft(r syncing.Reader) (*draft, error) {
	stands, err := r.Document(t.id())
	d := newDraft(t.id(), stands)
	if err != nil || stands.Exists() {
		return d, err
	}
	d.text("code", t.code)
	d.text("focus", string(t.focus))
	d.text("audience", t.audience)
	d.text("category", t.category)
	d.integer("at", t.at)
	for name, text := range map[string]string{"team": t.team, "due": t.due, "step": t.step} {
		if text != "" {
			d.text(name, text)
		}
	}
	d.add("about", t.about)
	return d, nil
}

// Ring is a reminder whose time has come.
type Ring struct {
	Code, Step, Audience string
	Focus                syncing.DocID
	Due                  string   // civil date, of a test
	About                []string // ids of the others of which it speaks
}

// RingPatches make the notice of a reminder; of one that is there, nothing. at is ms.
func RingPatches(r syncing.Reader, ring Ring, at int64) ([]syncing.Patch, error) {
	d, err := tell{
		code: ring.Code, focus: ring.Focus, step: ring.Step, due: ring.Due, audience: ring.Audience, category: categoryOfReminded(string(ring.Focus)), at: at, about: ring.About,
	}.draft(r)
	if err != nil {
		return nil, err
	}
	return patches(d), nil
}

// tellAll makes notices of one cause for several: for the person, the caregivers, and teams by their ids.
func tellAll(r syncing.Reader, t tell, family []string, teams ...string) (drafts []*draft, err error) {
	var all []tell
	for _, audience := range family {
		one := t
		one.audience = audience
		all = append(all, one)
	}
	for _, team := range union(teams, nil) {
		one := t
		one.audience, one.team = forTeam, team
		all = append(all, one)
	}
	for _, one := range all {
		if one.audience == forTeam && one.team == "" {
			continue
		}
		d, err := one.draft(r)
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, d)
	}
	return drafts, nil
}

// noticeType is a row of the outbox: somebody is to be told something. It says no more than a code of a closed list and what it is
// about, so whoever may not see that learns nothing. Phones and boards find the words; a push says only that there is something.
func noticeType() *syncing.Type {
	told := func(name string, kind syncing.Kind, doc string, more ...option) syncing.FieldSpec {
		return field(name, kind, syncing.LWW, nobody, doc, more...)
	}
	return &syncing.Type{
		Name: noticeName, Category: CategorySchedule, Creators: nobody,
		Doc: "Somebody is to be told something. Made by the rules, once for each cause and audience; it rings on the devices of those for whom it is.",
		Fields: []syncing.FieldSpec{
			told("code", syncing.Code, "what is to be said", required, codes(NoticeCodes...)),
			told("focus", syncing.Reference, "the document that it is about", required),
			told("audience", syncing.Code, "whom it is for", required, codes(forPatient, forCaregiver, forTeam)),
			told("category", syncing.Code, "category of what it is about: a caregiver or a team who does not see that does not see this; the person's own notices are for the person alone"),
			told("team", syncing.Reference, "id of the team, if it is for one"),
			told("at", syncing.Instant, "when the server said so", required),
			told("due", syncing.Date, "which of the dates of an order"),
			told("step", syncing.Text, "tells notices of one code and document apart", upTo(lineMax)),
			field("about", syncing.Reference, syncing.Set, nobody, "of a reminder: ids of those of which it speaks beside itself"),
		},
		Index: indexNotice,
		Categorise: func(s syncing.Snapshot) string {
			if s.Text("audience") == forPatient {
				return syncing.OwnerAudience
			}
			return cmp.Or(s.Text("category"), CategorySchedule)
		},
	}
}

// Notified reports whether a notice is for somebody: the person, a caregiver, or somebody of the team.
func Notified(notice Paper, who Onlooker, teams []syncing.TeamID) bool {
	switch notice.Text("audience") {
	case forPatient:
		return who.Owner
	case forCaregiver:
		return !who.Owner && len(teams) == 0
	case forTeam:
		return slices.ContainsFunc(teams, func(team syncing.TeamID) bool { return team.String() == notice.Text("team") })
	}
	return false
}

var noticeWords = map[string]string{
	NoticeTestTomorrow:     "A test is due tomorrow.",
	NoticeTestToday:        "A test is due today.",
	NoticeTestOverdue:      "The time for a test has passed. Was it done, can you not go, or do you need help?",
	NoticeNotArranged:      "Nobody has agreed yet to do a test.",
	NoticeOrderAsked:       "Your team is asked to do a test. Please accept or decline.",
	NoticeOrderAccepted:    "A test is arranged.",
	NoticeOrderDeclined:    "A test was declined. Somebody else must be found.",
	NoticeResultAwaited:    "A sample was taken, and no result has come.",
	NoticeDatesHeld:        "The person is in hospital, or back from it. Please say which dates of the tests still count.",
	NoticeHealthEvent:      "Something has happened to the person.",
	NoticeSomethingToDo:    "Something waits for your team.",
	NoticeResultArrived:    "There is a result.",
	NoticeResultUrgent:     "There is a result that somebody must look at soon.",
	NoticeResultReviewed:   "Your team has looked at a result.",
	NoticeOrderRepeated:    "Another team has ordered again what you have ordered or done.",
	NoticePapers:           "The paperwork for an appointment is not ready. Call before you set out.",
	NoticeInvited:          "Your team is invited to a meeting. Please answer.",
	NoticeAppointmentToday: "You have an appointment soon.",
	NoticeAppointmentSoon:  "An appointment is coming up.",
	NoticeAppointmentWeek:  "An appointment that needs preparing is coming up.",
	NoticeAssessmentDue:    "Your team asks how you are. Please answer the questions.",
	NoticeAssessmentLate:   "Your team still waits for your answers to the questions.",
	NoticeSupplySoon:       "A medicine of yours runs out within days. Ask for more now.",
	NoticeSupplyWeek:       "A medicine of yours runs out within a week. Ask for more.",
	NoticeNeedsALook:       "A reminder of the person whom you look after needs a look.",
	NoticeUnread:           "There is something new to read from your team.",

	NoticeLinkOpened: "Somebody has opened an emergency link of yours. If that was not meant to be, end it.",
}

// CodeWords says a code in a sentence.
func CodeWords(code string) string {
	if words, known := noticeWords[code]; known {
		return words
	}
	return "There is something new."
}

// NoticeWords says a notice in a sentence.
func NoticeWords(notice Paper) string {
	words := CodeWords(notice.Text("code"))
	if due := notice.Text("due"); due != "" {
		words += " (" + due + ")"
	}
	return words
}

// InOrder sorts papers by when they last changed.
func InOrder(papers []Paper) []Paper {
	slices.SortStableFunc(papers, func(a, b Paper) int { return cmp.Compare(a.Rev(), b.Rev()) })
	return papers
}
