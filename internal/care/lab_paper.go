package care

import (
	"slices"
	"time"

	"satchel/internal/calendar"
	"satchel/internal/fault"
	"satchel/internal/lab"
	syncing "satchel/sync"
)

// What a site without an account can say of an order on paper.
const (
	PaperRead    = "read"
	PaperAccept  = "accept"
	PaperDecline = "decline"
	PaperTaken   = "taken"  // a sample was taken
	PaperResult  = "result" // a number
)

// PaperDeed is one thing that a site says of one order.
type PaperDeed struct {
	Act    string
	By     string // who says it, as they typed it
	Reason string // why the site declines
	Date   string // which of the order's dates, for a sample
	At     int64  // ms, when the sample was taken
	Code   string // test group of a number
	LOINC  string
	Value  string
	Unit   string
}

// paperByMax is how long a name may be that somebody types, in bytes.
const paperByMax = 100

// MayPrint reports whether an order is one that a printed page makes sense of: it is followed, and nobody here is asked to do it. The
// fault says why not.
func MayPrint(order Paper) error {
	const op = "care.MayPrint"
	switch {
	case !isFollowed(order):
		return fault.New(fault.Refused, op, "This order is not to be followed now.")
	case order.Text("performerTeam") != "":
		return fault.New(fault.Refused, op, "A team that works here is asked to do this test, and answers here. A page is for a place that does not.")
	case order.Text("performerSite") == "":
		return fault.New(fault.Refused, op, "Say first which place is to do this test.")
	}
	return nil
}

// PaperUntil is when a page for an order is over: two weeks behind its last window, ms.
func PaperUntil(order Paper) (int64, error) {
	schedule, err := LabSchedule(order)
	if err != nil {
		return 0, err
	}
	dates, err := schedule.Occurrences(time.UnixMilli(0), nil)
	if err != nil || len(dates) == 0 {
		return 0, err
	}
	return dates[len(dates)-1].Closes.AddDate(0, 0, 14).UnixMilli(), nil
}

// OnPaper says what follows from what a site says of an order: patches of system, for the page names a place and nobody who has an
// account. Saying the same again changes nothing. Faults: Refused, Invalid, each with a sentence for whoever holds the page.
func (w Words) OnPaper(record syncing.RecordID, r syncing.Reader, id syncing.DocID, deed PaperDeed, now int64) ([]syncing.Patch, error) {
	const op = "care.OnPaper"
	order, err := r.Document(id)
	if err != nil {
		return nil, err
	}
	if err := MayPrint(order); err != nil {
		return nil, err
	}
	if deed.Act == PaperRead {
		return nil, nil
	}
	if len(deed.By) == 0 || len(deed.By) > paperByMax || len(deed.Reason) > noteMax {
		return nil, fault.New(fault.Invalid, op, "Please give your name, so that the team knows whom to call back.")
	}
	switch deed.Act {
	case PaperAccept, PaperDecline:
		return answerOnPaper(r, order, deed, now)
	case PaperTaken:
		return takenOnPaper(r, order, deed, now)
	case PaperResult:
		return w.resultOnPaper(record, r, order, deed, now)
	}
	return nil, fault.New(fault.Invalid, op, "Say whether you accept or decline, that a sample was taken, or what the result is.")
}

func answerOnPaper(r syncing.Reader, order syncing.Snapshot, deed PaperDeed, now int64) ([]syncing.Patch, error) {
	is := askedOf(order)
	status := handshakeAccepted
	if deed.Act == PaperDecline {
		status = handshakeRejected
	}
	switch {
	case is.status == status:
		return nil, nil
	case status == handshakeRejected && deed.Reason == "":
		return nil, fault.New(fault.Invalid, "care.answerOnPaper", "Please say why: the team that ordered has to find another place.")
	}
	teams, err := readTeams(r)
	if err != nil {
		return nil, err
	}
	own := newDraft(order.ID(), order)
	is.status, is.note = status, deed.Reason
	own.text("handshake", status)
	own.text("answeredBy", deed.By)
	if status == handshakeRejected {
		own.text("handshakeReason", deed.Reason)
	}
	told, err := is.answered(r, own, teams, now)
	if err != nil {
		return nil, err
	}
	tasks, err := is.taskDrafts(r, teams, now)
	return patches(slices.Concat([]*draft{own}, told, tasks)...), err
}

func takenOnPaper(r syncing.Reader, order syncing.Snapshot, deed PaperDeed, now int64) ([]syncing.Patch, error) {
	const op = "care.takenOnPaper"
	schedule, err := LabSchedule(order)
	if err != nil {
		return nil, err
	}
	due, err := calendar.ParseDate(deed.Date)
	if err != nil || !slices.Contains(schedule.Dates, due) {
		return nil, fault.New(fault.Invalid, op, "This order has no such date. Choose one of those on the page.")
	}
	if deed.At <= 0 || deed.At > now {
		return nil, fault.New(fault.Invalid, op, "Say when the sample was taken; it cannot be in the future.")
	}
	id := syncing.NewDocID(collectionName, syncing.DerivedUUID(collectionName, "paper", string(order.ID()), deed.Date))
	stands, err := r.Document(id)
	if err != nil || stands.Exists() {
		return nil, err
	}
	d := newDraft(id, stands)
	d.text("order", string(order.ID()))
	d.text("due", deed.Date)
	d.integer("collectedAt", deed.At)
	d.text("site", order.Text("performerSite"))
	d.text("note", "Said on paper by "+deed.By+".")
	d.integer("resultBy", deed.At+labSteps.resultWithin(order.Text("code")))
	standing, err := tasksAbout(r, TaskLab, order.ID())
	standing = slices.DeleteFunc(standing, func(task syncing.Snapshot) bool { return task.Text("due") != deed.Date })
	return patches(append(endAll(standing), d)...), err
}

// resultOnPaper takes in a number that the site typed, with the code of the page and the birth date beside it: two identifiers and a
// person. It is judged as any other.
func (w Words) resultOnPaper(record syncing.RecordID, r syncing.Reader, order syncing.Snapshot, deed PaperDeed, now int64) ([]syncing.Patch, error) {
	const op = "care.resultOnPaper"
	switch {
	case !lab.Own.Known(deed.Code) || order.Text("code") != deed.Code && !lab.Own.Contains(order.Text("code"), deed.Code):
		return nil, fault.New(fault.Invalid, op, "This test was not ordered here. Choose one of those on the page.")
	case deed.At <= 0 || deed.At > now:
		return nil, fault.New(fault.Invalid, op, "Say when the sample was taken; it cannot be in the future.")
	}
	if _, err := lab.Own.Normalise(deed.Code, deed.LOINC, deed.Value, deed.Unit); err != nil {
		return nil, err
	}
	schedule, err := LabSchedule(order)
	if err != nil {
		return nil, err
	}
	on, err := calendar.In(time.UnixMilli(deed.At), schedule.Zone)
	if err != nil {
		return nil, err
	}
	id := syncing.NewDocID(resultName, syncing.DerivedUUID(resultName, "paper", string(order.ID()), deed.Code, on.Date.String()))
	stands, err := r.Document(id)
	switch {
	case err != nil:
		return nil, err
	case stands.Exists() && (stands.Text("value") != deed.Value || stands.Text("unit") != deed.Unit):
		return nil, fault.New(fault.Refused, op, "Another number stands here for this test and day. Please call the team that ordered; they correct it.")
	case stands.Exists():
		return nil, nil
	}
	v, err := w.ward.judging(record, r, now)
	if err != nil {
		return nil, err
	}
	d := newDraft(id, stands)
	d.integer("effective", deed.At)
	d.truth("verified", true)
	for name, text := range map[string]string{
		"code": deed.Code, "loinc": deed.LOINC, "value": deed.Value, "unit": deed.Unit, "order": string(order.ID()), "source": sourcePaper,
		"performer": deed.By + ", " + order.Text("performerSite"), "status": "final",
	} {
		if text != "" {
			d.text(name, text)
		}
	}
	return v.takeIn(d, false)
}

// PaperCodes are the tests of which a page can send a number: the parts of what was ordered.
func PaperCodes(order Paper) (codes []string) {
	for _, code := range lab.Own.Codes() {
		if code == order.Text("code") || lab.Own.Contains(order.Text("code"), code) {
			codes = append(codes, code)
		}
	}
	return codes
}

// TestTitle is a test group in words.
func TestTitle(code string) string { return lab.Own.Title(code) }
