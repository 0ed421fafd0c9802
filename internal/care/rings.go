package care

import (
	"slices"

	"satchel/internal/instrument"
	"satchel/internal/lab"
	syncing "satchel/sync"
)

// RingIndex holds what rings on somebody's devices and was not taken up by the outbox yet: by when it came to be, the id of the document.
// Whoever takes an entry up takes it out, so an entry stands on nothing of its document that changes: else it would come back, and ring again.
const RingIndex = "ring"

func ringAt(record syncing.RecordID, doc syncing.DocID, ms int64) syncing.IndexKey {
	return syncing.IndexKey{Index: RingIndex, Key: slices.Concat(keyOfTime(ms), record.UUID[:], []byte(doc)), Value: []byte(doc)}
}

func indexNotice(record syncing.RecordID, s syncing.Snapshot) []syncing.IndexKey {
	return []syncing.IndexKey{ringAt(record, s.ID(), number(s, "at"))}
}

// Rings reports whether a notice, or what became of a message, rings for somebody now (ms), and since when (ms): that it is for them and they see
// it, that nobody of theirs has opened it, that what it is about still stands, and that it lights no screen beside the person it is about (hazard
// H19). It is asked again when a push is about to leave. sees reads what they see, stands reads what stands. What the rules of reminders say of
// it, and what somebody wants for their own devices, is asked in internal/reminder.
func Rings(sees, stands syncing.Reader, event syncing.DocID, who Onlooker, teams []syncing.TeamID, now int64) (at int64, rings bool, err error) {
	doc, err := sees.Document(event)
	if err != nil || !doc.Exists() {
		return 0, false, err
	}
	switch event.Type() {
	case noticeName:
		at, rings = number(doc, "at"), Notified(doc, who, teams) && (len(teams) > 0 || !Quiet(doc.Text("category")))
	case receiptName:
		at, rings = number(doc, "sentAt"), Calls(doc, who, teams)
	}
	if !rings || len(teams) > 0 {
		return at, rings, nil
	}
	over, err := ringsNoMore(stands, doc, who.Record, now)
	return at, !over, err
}

// ringsNoMore: whose record it is has died, so the family is left alone (hazard H31); or what they are told of is over (hazard H17).
func ringsNoMore(stands syncing.Reader, event syncing.Snapshot, record syncing.RecordID, now int64) (bool, error) {
	person, err := stands.Document(PersonID(record))
	if err != nil || slices.Contains([]string{statusDeceased, "merged"}, person.Text("status")) {
		return true, err
	}
	code := event.Text("code")
	if code != NoticeNeedsALook && code != NoticeTestOverdue {
		return false, nil
	}
	reminded, err := mayRemind(stands, record, now)
	if err != nil || !reminded {
		return true, err
	}
	focus := syncing.DocID(event.Text("focus"))
	about, err := stands.Document(focus)
	if err != nil {
		return true, err
	}
	if focus.Type() == appointmentName {
		start, known := startOf(about)
		moved := event.Has("step") && event.Text("step") != about.Text("start")
		return about.Text("status") != "booked" || about.Has("patientResponse") || moved || known && start <= now, nil
	}
	return dateIsOver(stands, about, event, now)
}

// dateIsOver: a sample was taken, the date was called off, or the person has said something about it.
func dateIsOver(stands syncing.Reader, order, notice syncing.Snapshot, now int64) (bool, error) {
	day := notice.Text("due")
	if !isFollowed(order) || notice.Text("code") == NoticeNeedsALook && order.Has(replyPrefix+day) {
		return true, nil
	}
	plans, err := plansOf(BinderOf(stands), now, func(p Paper) bool { return p.ID() == order.ID() })
	if err != nil || len(plans) == 0 {
		return true, err
	}
	return !slices.ContainsFunc(plans[0].Dates, func(d TestDate) bool {
		return (d.Date == day || day == "") && slices.Contains([]lab.State{lab.Planned, lab.Due, lab.Overdue, lab.Missed}, d.State)
	}), nil
}

// Breaks reports whether an event may ring in quiet hours, on a day that was enough, and on a way that somebody switched off (REMINDERS 4): a team
// asks to be called, or writes to them about something red. It is asked of what they see, so that no hour tells them of something that they
// must not know. Errors are those of the reader.
func Breaks(sees syncing.Reader, record syncing.RecordID, event syncing.DocID) (bool, error) {
	if event.Type() != receiptName {
		return false, nil
	}
	receipt, err := sees.Document(event)
	if err != nil || !receipt.Exists() {
		return false, err
	}
	if from := receipt.Text("from"); from == record.String() || isAccount(from) {
		return false, nil // of the family
	}
	message, err := sees.Document(syncing.DocID(receipt.Text("message")))
	if err != nil || message.Text("kind") == messageCallUs {
		return message.Text("kind") == messageCallUs, err
	}
	about := syncing.DocID(message.Text("about"))
	field, answers := map[string]string{concernName: "level", assessmentName: "serverLevel"}[about.Type()]
	if !answers {
		return false, nil
	}
	doc, err := sees.Document(about)
	level, known := instrument.ParseLevel(doc.Text(field))
	return known && level >= instrument.Red, err
}
