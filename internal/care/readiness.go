package care

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	syncing "satchel/sync"
)

// How ready an appointment is.
const (
	ReadinessUnknown = "unknown"
	Ready            = "ready"
	NotReady         = "not-ready"
)

// Readiness says whether somebody can set out, and if not what is missing. Nobody writes it: it follows from what people said, from the
// referral and from the other visits under it, on the server and on a phone without network alike.
type Readiness struct {
	State   string
	Reasons []string // sentences, what weighs most first
}

// papersOf works out how ready an appointment is. referral is what its authorisationRef names, or one that does not exist; siblings are
// the other appointments under it.
func (j *journeys) papersOf(appointment, referral Paper, siblings []Paper) Readiness {
	said := appointment.Text("readiness")
	var reasons []string
	if said == NotReady {
		reasons = append(reasons, cmp.Or(appointment.Text("readinessReason"), "Something is missing."))
	}
	reasons = append(reasons, j.blocks(appointment, referral, siblings)...)
	switch payer, known := j.programme(payerOf(appointment, referral)); {
	case len(reasons) > 0:
		return Readiness{NotReady, reasons}
	case said == Ready, known && payer.Authorisation:
		return Readiness{State: Ready}
	}
	return Readiness{State: ReadinessUnknown}
}

func payerOf(appointment, referral Paper) string {
	return cmp.Or(referral.Text("programme"), appointment.Text("programme"))
}

// blocks are what the papers lack, by themselves.
func (j *journeys) blocks(appointment, referral Paper, siblings []Paper) []string {
	payer, _ := j.programme(payerOf(appointment, referral))
	status := referral.Text("status")
	var list []string
	say := func(when bool, sentence string) {
		if when {
			list = append(list, sentence)
		}
	}
	if status == "" {
		say(payer.Authorisation || appointment.Text("authorisationRef") != "", "There is no referral for it.")
		return list
	}
	say(status == "draft", "The referral has not been sent.")
	say(status == "rejected" || status == "cancelled" || status == "entered-in-error", "The referral does not hold any more.")
	if lacking := j.lacking(referral); len(lacking) > 0 {
		say(true, "Missing: "+strings.Join(j.called(lacking), ", ")+".")
	}
	if !payer.Authorisation {
		return list
	}
	day, _, _ := strings.Cut(appointment.Text("start"), "T")
	first, last := referral.Text("validFrom"), referral.Text("validTo")
	say(referral.Text("authorisationNo") == "", "There is no authorisation number.")
	say(first != "" && day < first || last != "" && day > last, "The authorisation does not cover this day.")
	visits, used := number(referral, "visitsAuthorised"), visitsBefore(appointment, siblings)
	say(visits > 0 && used >= visits, "All "+strconv.FormatInt(visits, 10)+" authorised visits are used or booked before it.")
	say(payer.Notify && referral.Text("notifyBy") != "" && referral.Text("notifiedOn") == "", "The programme has not been told of the visit.")
	return list
}

// visitsBefore counts the visits under one referral that were used, and those that are booked before this one.
func visitsBefore(appointment Paper, siblings []Paper) (n int64) {
	mine := appointment.Text("start") + string(appointment.ID())
	for _, other := range siblings {
		status := other.Text("status")
		earlier := slices.Contains(ahead, status) && other.Text("start")+string(other.ID()) < mine
		if isVisit(status) || earlier {
			n++
		}
	}
	return n
}

// isVisit reports whether an appointment has used up a visit.
func isVisit(status string) bool {
	return status == "fulfilled" || status == "arrived" || status == "checked-in"
}

// VisitsUsed counts the visits under a referral, as its reader's papers tell.
func VisitsUsed(referral syncing.DocID, b Binder) (n int64, err error) {
	appointments, err := b(appointmentName)
	for _, a := range appointments {
		if a.Text("authorisationRef") == string(referral) && isVisit(a.Text("status")) {
			n++
		}
	}
	return n, err
}

func siblingsOf(appointment syncing.Snapshot, all []syncing.Snapshot) (list []Paper) {
	for _, other := range all {
		if ref := appointment.Text("authorisationRef"); ref != "" && other.ID() != appointment.ID() && other.Text("authorisationRef") == ref {
			list = append(list, other)
		}
	}
	return list
}

// readPapers is papersOf upon what a record holds.
func (w *ward) readPapers(appointment syncing.Snapshot, r syncing.Reader) (Readiness, error) {
	referral, err := referralOf(appointment, r)
	if err != nil {
		return Readiness{}, err
	}
	all, err := r.Documents(appointmentName)
	return w.journeys.papersOf(appointment, referral, siblingsOf(appointment, all)), err
}

func referralOf(appointment syncing.Snapshot, r syncing.Reader) (syncing.Snapshot, error) {
	id, err := syncing.ParseDocID(appointment.Text("authorisationRef"))
	if err != nil || id.Type() != referralName {
		return syncing.Snapshot{}, nil
	}
	return r.Document(id)
}

// The looks at an appointment's papers that time brings.
const (
	lookEarly  = "early"
	lookTravel = "travel"
)

// looks are when the papers of an appointment are looked at, and under which mark: one that was moved is looked at anew.
func (w *ward) looks(appointment syncing.Snapshot) (at []int64, marks []string) {
	start, ok := startOf(appointment)
	if !ok || !slices.Contains(ahead, appointment.Text("status")) {
		return nil, nil
	}
	mark := func(before time.Duration, look string) {
		text := look + " " + appointment.Text("start") + " " + appointment.Text("zone")
		if !slices.Contains(appointment.Texts("papersLooked"), text) {
			at, marks = append(at, start-before.Milliseconds()), append(marks, text)
		}
	}
	mark(w.journeys.early(), lookEarly)
	if minutes, _ := appointment.Int("travelMinutes"); minutes >= w.journeys.Checks.TravelMinutes.Value {
		mark(w.journeys.late(), lookTravel)
	}
	return at, marks
}

// indexAppointment: the next look at its papers.
func (w *ward) indexAppointment(record syncing.RecordID, s syncing.Snapshot) []syncing.IndexKey {
	at, _ := w.looks(s)
	if len(at) == 0 {
		return nil
	}
	return []syncing.IndexKey{dueAt(record, s.ID(), slices.Min(at))}
}

// dueAppointment looks at the papers: what is missing comes onto the list of those who go after it, and before a long way again, also
// if somebody thought that it was arranged.
func dueAppointment(w *ward, m moment) ([]syncing.Patch, error) {
	own := newDraft(m.doc.ID(), m.doc)
	again := false
	at, marks := w.looks(m.doc)
	for i, when := range at {
		if when <= m.now {
			own.addValues("papersLooked", syncing.TextValue(marks[i]))
			again = again || strings.HasPrefix(marks[i], lookTravel)
		}
	}
	if own.empty() {
		return nil, nil
	}
	is, err := w.readPapers(m.doc, m.reader)
	if err != nil {
		return nil, err
	}
	drafts, err := w.paperworkDrafts(m.reader, m.doc, is, m.now, again)
	if err != nil {
		return nil, err
	}
	return patches(append(drafts, own)...), nil
}

// lacksPapers reports whether what is missing is somebody's to look after now: what a person said at once, what the papers lack as soon
// as the day is near.
func (w *ward) lacksPapers(appointment syncing.Snapshot, is Readiness, now int64) bool {
	if is.State != NotReady || !slices.Contains(ahead, appointment.Text("status")) {
		return false
	}
	start, ok := startOf(appointment)
	return appointment.Text("readiness") == NotReady || ok && now >= start-w.journeys.early().Milliseconds()
}

// paperworkDrafts put an appointment whose papers are not there onto the list of those who go after them, and take it off when they are,
// or when it does not take place. fresh: it was ready in between, or it is time to look again; then what was closed comes back.
func (w *ward) paperworkDrafts(r syncing.Reader, appointment syncing.Snapshot, is Readiness, now int64, fresh bool) ([]*draft, error) {
	standing, err := tasksAbout(r, TaskAppointment, appointment.ID())
	if err != nil {
		return nil, err
	}
	if !w.lacksPapers(appointment, is, now) {
		return endAll(standing), nil
	}
	teams, err := readTeams(r)
	if err != nil {
		return nil, err
	}
	audience, team := categoryOfAppointment(appointment), appointment.Text("ownerTeam")
	if id := teams.byKind[KindNavigation]; id != "" && audience == CategorySchedule {
		team = id
	}
	d, err := openTask(r, TaskAppointment, team, appointment, audience, now, 0)
	if err != nil {
		return nil, err
	}
	if due, ok := startOf(appointment); ok {
		minutes, _ := appointment.Int("travelMinutes")
		d.integer("dueBy", due-minutes*time.Minute.Milliseconds())
	}
	d.text("note", short(strings.Join(is.Reasons, " "), noteMax))
	step := appointment.Text("start")
	if d.stands.Text("status") == "completed" && fresh {
		d.reopen(now)
		step = "again " + step
	}
	if due, ok := startOf(appointment); ok && due < now {
		return []*draft{d}, nil // nobody is told to call before a visit that has begun
	}
	var family []string
	if audience == CategorySchedule {
		family = []string{forPatient, forCaregiver}
	}
	rung, err := tellAll(r, tell{code: NoticePapers, focus: appointment.ID(), step: step, category: audience, at: now}, family, team)
	return append(rung, d), err
}

// near reports whether the day of an appointment is so near that missing papers are said to the person. now is in ms.
func (w Words) near(appointment Paper, now int64) bool {
	at, ok := beginOf(appointment)
	return ok && now >= at.Add(-w.ward.journeys.early()).UnixMilli()
}
