package phone

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"satchel/cmd/satchel/client"
	"satchel/internal/calendar/remind"
	"satchel/internal/care"
	"satchel/internal/reminder"
	syncing "satchel/sync"
	"satchel/sync/replica"
)

// Reminders are what rings on this phone in the days ahead, worked out from its own copy: the list that the server has.
func (p *Phone) Reminders(record syncing.RecordID, days int) (reminder.Page, error) {
	return p.reminders(record, p.NowMs(), days)
}

func (p *Phone) reminders(record syncing.RecordID, from int64, days int) (reminder.Page, error) {
	cfg, err := care.Default()
	if err != nil {
		return reminder.Page{}, err
	}
	audience := remind.ForCaregiver
	if p.onlooker(record).Owner {
		audience = remind.ForPatient
	}
	return reminder.List(client.Papers(p.DB, record), audience, cfg.Zone, from, days)
}

// Rang tells what rang on this phone since an instant (ms), from its own copy: a reminder that the server told of too is told once, by its
// id. Each says when the copy was last checked, and whom to call, for what was called off or moved since cannot be known (hazard H17).
func (p *Phone) Rang(record syncing.RecordID, since int64) (lines []string, err error) {
	page, err := p.reminders(record, since, 1+int(max(p.NowMs()-since, 0)/(24*60*60*1000)))
	if err != nil {
		return nil, err
	}
	for _, m := range page.Reminders {
		if m.At <= p.NowMs() {
			lines = append(lines, p.saysReminder(record, m)+" "+p.checked(record))
		}
	}
	return lines, nil
}

// checked says when this phone was last brought up to date.
func (p *Phone) checked(record syncing.RecordID) string {
	cfg, err := care.Default()
	if err != nil {
		return ""
	}
	return care.NewWords(cfg).Checked(care.Looking{Now: p.now(), Home: p.look(record).zone, Checked: p.Synced()}, p.lineOf(record))
}

func (p *Phone) saysReminder(record syncing.RecordID, m remind.Reminder) string {
	said := care.When(m.At, m.Zone)
	if m.Here != "" {
		said += " there, " + m.Here[len("2026-11-26T"):] + " here"
	}
	said += ": " + care.CodeWords(m.Code)
	if d := p.DB.Document(record, syncing.DocID(m.Focus)); d != nil && Text(d, "title") != "" {
		said += " " + Text(d, "title") + "."
	}
	if len(m.About) > 0 {
		said += " And more: see the list."
	}
	return said
}

// ReminderScreen tells them in words. It needs no network.
func (p *Phone) ReminderScreen(record syncing.RecordID, days int) (string, error) {
	page, err := p.Reminders(record, days)
	if err != nil {
		return "", err
	}
	lines := []string{p.checked(record)}
	if page.AskZone != "" {
		lines = append(lines, "This phone is in "+strings.ReplaceAll(page.AskZone, "_", " ")+". Keep reminders at the time at home, or move them?")
	}
	for _, m := range page.Reminders {
		lines = append(lines, p.saysReminder(record, m)+" ["+m.ID+"]")
	}
	if len(page.Reminders) == 0 {
		lines = append(lines, "Nothing rings in these days.")
	}
	return strings.Join(lines, "\n") + "\n", nil
}

// AnswerReminder says what the person answers to a reminder: care.ReplyDone, care.ReplySnooze for so many minutes, care.ReplyCannot.
func (p *Phone) AnswerReminder(record syncing.RecordID, id syncing.DocID, focus syncing.DocID, what string, minutes int) error {
	set := map[string]jsontext.Value{"reminder": syncing.TextValue(string(id))}
	if what == care.ReplySnooze {
		set["minutes"] = syncing.IntValue(int64(minutes))
	}
	return p.reply(record, focus, what, set)
}

// Opened says that the person opened a version of a plan or a summary: nobody reminds them of it.
func (p *Phone) Opened(record syncing.RecordID, version syncing.DocID) error {
	return p.reply(record, version, care.ReplyOpened, map[string]jsontext.Value{})
}

func (p *Phone) reply(record syncing.RecordID, focus syncing.DocID, what string, set map[string]jsontext.Value) error {
	doc, err := p.NewDoc(care.ReminderReplyType)
	if err != nil {
		return err
	}
	set["focus"], set["what"], set["at"] = syncing.TextValue(string(focus)), syncing.TextValue(what), syncing.IntValue(p.NowMs())
	return p.Write(record, replica.Change{Doc: doc, Set: set})
}
