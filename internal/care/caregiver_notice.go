package care

import (
	"bytes"
	"cmp"
	"slices"

	syncing "satchel/sync"
)

const caregiverNoticeName = "caregiverNotice"

// CaregiverNoticeType is the document type of that a caregiver was told something.
const CaregiverNoticeType = caregiverNoticeName

// messageCode stands among the codes of notices for a message that asks something of a caregiver.
const messageCode = "message"

const messageTold = "A message asks something of them."

// caregiverNoticeType is FHIR's Communication, for the person alone: which caregiver was told what, and whether a device of theirs rang. It says
// what happened, so it stays when the access, or what it was about, is gone.
func caregiverNoticeType() *syncing.Type {
	told := func(name string, kind syncing.Kind, doc string, more ...option) syncing.FieldSpec {
		return field(name, kind, syncing.LWW, nobody, doc, more...)
	}
	return &syncing.Type{
		Name: caregiverNoticeName, Category: CategorySchedule, Creators: nobody,
		Doc: "A caregiver was told something (FHIR Communication). Made by the server, for the person's own devices alone, once for each caregiver and cause.",
		Fields: []syncing.FieldSpec{
			told("account", syncing.Reference, "id of the caregiver's account", required),
			told("name", syncing.Text, "how the caregiver was called then", upTo(lineMax)),
			told("event", syncing.Reference, "the notice, or the receipt of the message", required),
			told("code", syncing.Code, "what was said, as in a notice; or message", required, codes(append(slices.Clone(NoticeCodes), messageCode)...)),
			told("focus", syncing.Reference, "the document that it was about", required),
			told("due", syncing.Date, "which of the dates of an order"),
			told("at", syncing.Instant, "when it was said", required),
			field("sentAt", syncing.Instant, syncing.CAS, nobody, "when a push service first took it for a device of theirs; absent: it waited in the app, and nothing rang"),
		},
		Categorise: func(syncing.Snapshot) string { return syncing.OwnerAudience },
	}
}

// CaregiverNoticeID names what a caregiver was told by an event.
func CaregiverNoticeID(event syncing.DocID, account syncing.AccountID) syncing.DocID {
	return syncing.NewDocID(caregiverNoticeName, syncing.DerivedUUID(caregiverNoticeName, string(event), account.String()))
}

// CaregiverToldPatches write down for the person that a caregiver is told of an event. Saying it twice changes nothing. Errors are those of
// the reader.
func CaregiverToldPatches(r syncing.Reader, event syncing.DocID, account syncing.AccountID, name string, at int64) ([]syncing.Patch, error) {
	of, err := r.Document(event)
	if err != nil || !of.Exists() {
		return nil, err
	}
	id := CaregiverNoticeID(event, account)
	stands, err := r.Document(id)
	if err != nil || stands.Exists() {
		return nil, err
	}
	d := newDraft(id, stands)
	d.text("account", account.String())
	d.textOnce("name", name)
	d.text("event", string(event))
	d.text("code", cmp.Or(of.Text("code"), messageCode))
	d.text("focus", cmp.Or(of.Text("focus"), of.Text("message"), string(event)))
	d.textOnce("due", of.Text("due"))
	d.integer("at", at)
	return patches(d), nil
}

// CaregiverRangPatches write down that a push service took it for one of their devices. Of what nobody wrote down before, nothing. Errors are
// those of the reader.
func CaregiverRangPatches(r syncing.Reader, event syncing.DocID, account syncing.AccountID, now int64) ([]syncing.Patch, error) {
	stands, err := r.Document(CaregiverNoticeID(event, account))
	if err != nil || !stands.Exists() {
		return nil, err
	}
	d := newDraft(stands.ID(), stands)
	d.once("sentAt", now)
	return patches(d), nil
}

// CaregiverTold is a line of what a person's caregivers were told.
type CaregiverTold struct {
	ID      syncing.DocID `json:"id"`
	At      int64         `json:"at"` // ms
	Account string        `json:"account"`
	Name    string        `json:"name,omitzero"` // as the caregiver was called then
	Code    string        `json:"code"`
	Words   string        `json:"words"` // the sentence
	Focus   syncing.DocID `json:"focus"`
	About   string        `json:"about,omitzero"`  // the title of what it was about, where that has one and is still there
	SentAt  int64         `json:"sentAt,omitzero"` // ms, when it went out to a device; 0: it waited in the app
}

// CaregiversTold lists what the caregivers of a person were told, the newest first, from the papers of the person. Errors are those of the
// binder.
func CaregiversTold(b Binder) ([]CaregiverTold, error) {
	list, err := b(caregiverNoticeName)
	if err != nil {
		return nil, err
	}
	titles := titlesOf(b)
	lines := make([]CaregiverTold, 0, len(list))
	for _, p := range list {
		line := CaregiverTold{
			ID: p.ID(), At: number(p, "at"), Account: p.Text("account"), Name: p.Text("name"), Code: p.Text("code"), Words: NoticeWords(p),
			Focus: syncing.DocID(p.Text("focus")), SentAt: number(p, "sentAt"),
		}
		if line.Code == messageCode {
			line.Words = messageTold
		}
		if line.About, err = titles(line.Focus); err != nil {
			return nil, err
		}
		lines = append(lines, line)
	}
	slices.SortFunc(lines, func(a, b CaregiverTold) int {
		return cmp.Or(cmp.Compare(b.At, a.At), bytes.Compare([]byte(a.ID), []byte(b.ID)))
	})
	return lines, nil
}

// titlesOf finds titles; the papers of each type are read once.
func titlesOf(b Binder) func(syncing.DocID) (string, error) {
	read := map[string]map[syncing.DocID]string{}
	return func(id syncing.DocID) (string, error) {
		kind := id.Type()
		if read[kind] == nil {
			papers, err := b(kind)
			if err != nil {
				return "", err
			}
			read[kind] = map[syncing.DocID]string{}
			for _, p := range papers {
				read[kind][p.ID()] = cmp.Or(p.Text("title"), p.Text("topic"), p.Text("display"))
			}
		}
		return read[kind][id], nil
	}
}

// CaregiversToldPage is what is older than an instant (ms; 0: the newest), about so many lines: none of a millisecond is cut off. next is that
// of the page behind; 0: there is none.
func CaregiversToldPage(lines []CaregiverTold, before int64, limit int) (page []CaregiverTold, next int64) {
	from := 0
	for before != 0 && from < len(lines) && lines[from].At >= before {
		from++
	}
	end := min(from+limit, len(lines))
	for end > from && end < len(lines) && lines[end].At == lines[end-1].At {
		end++
	}
	if end < len(lines) {
		next = lines[end-1].At
	}
	return lines[from:end], next
}
