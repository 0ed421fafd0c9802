package phone

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"satchel/cmd/satchel/client"
	"satchel/internal/calendar/remind"
	"satchel/internal/care"
	"satchel/internal/fault"
	"satchel/internal/reminder"
	syncing "satchel/sync"
	"satchel/sync/replica"
)

// wish writes settings of the person's: ordinary writes, which wait for a network as all do.
func (p *Phone) wish(record syncing.RecordID, set map[string]jsontext.Value) error {
	if !p.onlooker(record).Owner {
		return fault.New(fault.Forbidden, "phone.wish", "These are the person's own settings. Your own are in your own record.")
	}
	list, err := client.Papers(p.DB, record)(care.PreferenceType)
	if err != nil {
		return err
	}
	doc := care.PreferenceID(record)
	if there := care.PreferenceOf(list); there != nil {
		doc = there.ID()
	}
	return p.Write(record, replica.Change{Doc: doc, Set: set})
}

// Enough says that today is enough: nothing rings any more on this day by the clock of this phone, but that somebody must leave, an answer to
// something red, and "please call us".
func (p *Phone) Enough(record syncing.RecordID) error {
	cfg, err := care.Default()
	if err != nil {
		return err
	}
	today, err := reminder.Today(client.Papers(p.DB, record), cfg.Zone, p.NowMs())
	if err != nil {
		return err
	}
	return p.wish(record, map[string]jsontext.Value{"enoughOn": syncing.TextValue(today.String())})
}

// NotEnough takes that back.
func (p *Phone) NotEnough(record syncing.RecordID) error {
	return p.wish(record, map[string]jsontext.Value{"enoughOn": nil})
}

// QuietHours says from when to when nothing may ring, such as 22:00 and 07:00; both empty: as is usual. The same time twice: never quiet.
func (p *Phone) QuietHours(record syncing.RecordID, from, to string) error {
	if from == "" && to == "" {
		return p.wish(record, map[string]jsontext.Value{"quietHours": nil})
	}
	for _, text := range []string{from, to} {
		var clock remind.Clock
		if err := clock.UnmarshalText([]byte(text)); err != nil {
			return err
		}
	}
	hours := jsontext.Value(fmt.Sprintf(`{"from":%q,"to":%q}`, from, to))
	return p.wish(record, map[string]jsontext.Value{"quietHours": hours})
}

// Detail says how much a locked screen may tell: neutral, or kind. A push says nothing either way.
func (p *Phone) Detail(record syncing.RecordID, detail string) error {
	set, err := oneOf("detail", detail, "neutral", "kind")
	if err != nil {
		return err
	}
	return p.wish(record, set)
}

// Here says in which zone this phone is.
func (p *Phone) Here(record syncing.RecordID, zone string) error {
	return p.wish(record, map[string]jsontext.Value{"deviceZone": syncing.TextValue(zone)})
}

// Zone answers the question that a phone in another zone asks once: keep the time at home, or move.
func (p *Phone) Zone(record syncing.RecordID, answer string) error {
	page, err := p.Reminders(record, 1)
	if err != nil {
		return err
	}
	set, err := oneOf("zoneAnswer", answer, "keep", "move")
	if err != nil {
		return err
	}
	if page.AskZone != "" {
		set["zoneAsked"] = syncing.TextValue(page.AskZone)
	}
	return p.wish(record, set)
}

func oneOf(field, value string, known ...string) (map[string]jsontext.Value, error) {
	if !slices.Contains(known, value) {
		return nil, fault.New(fault.Invalid, "phone.oneOf", "Say one of: "+strings.Join(known, ", ")+".")
	}
	return map[string]jsontext.Value{field: syncing.TextValue(value)}, nil
}
