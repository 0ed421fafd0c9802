package ward

import (
	"errors"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"satchel/internal/care"
	"satchel/internal/fault"
	syncing "satchel/sync"
	"satchel/sync/replica"
)

func isRefusal(err error) bool {
	var known *fault.Error
	return errors.As(err, &known) && known.Code != fault.Internal
}

// change makes up what a person could want: something new, an edit, a settlement, or nonsense. ok is false if nothing comes to mind.
func (w *world) change(p *person, i int, shown, held []*replica.Document) (c replica.Change, ok bool) {
	shown = notHeld(shown)
	switch roll := w.rnd.IntN(100); {
	case roll < 8 && len(held) > 0:
		return w.settlement(pick(w, held...)), true
	case roll < 13:
		return w.nonsense(shown), true
	case roll < 65 && len(shown) > 0:
		return w.edit(p, i, pick(w, shown...))
	}
	return w.something(p, i, shown)
}

func (w *world) settlement(held *replica.Document) replica.Change {
	c := replica.Change{Doc: held.ID, Set: map[string]jsontext.Value{"status": syncing.TextValue(pick(w, "released", "discarded"))}}
	if w.chance(40) {
		c.Set["discardReason"] = syncing.TextValue(w.text())
	}
	return c
}

// creations are what each role makes; some of it again and again.
var creations = map[syncing.Role][]string{
	"patient":    strings.Fields("assessment assessment assessment goal message note preference correction collection recurrenceReport result healthEvent reminderReply"),
	"caregiver":  strings.Fields("assessment message note collection recurrenceReport result healthEvent"),
	"oncology":   strings.Fields("appointment referral virtualService labOrder activity activity message message note decision followUpProtocol clinicalContext collection reroute result result resultAck expectedFinding condition medication treatmentSummary survivorshipPlan prognosis healthEvent phaseTransition regimen caseNote assessmentRequest assessmentRequest"),
	"primary":    strings.Fields("appointment referral virtualService labOrder activity activity message message note decision collection reroute result resultAck expectedFinding condition medication healthEvent assessmentRequest"),
	"navigator":  strings.Fields("appointment activity message note collection healthEvent"),
	"specialist": strings.Fields("appointment message note collection healthEvent"),
}

// something is a new document, made as an app makes it: whole, and mostly with a little more than it must have.
func (w *world) something(p *person, i int, shown []*replica.Document) (c replica.Change, ok bool) {
	kind := pick(w, slices.Concat(creations[p.role], handovers[p.role])...)
	c = replica.Change{Doc: syncing.NewDocID(kind, w.id()), Set: map[string]jsontext.Value{}}
	record := w.records[i]
	if kind == "clinicalContext" {
		c.Doc = syncing.NewDocID(kind, record.UUID)
	}
	if kind == "assessment" {
		w.assess(p, &c)
		return c, true
	}
	t := w.schema.Type(kind)
	for at := range t.Fields {
		f := &t.Fields[at]
		if f.Required || w.chance(15) && slices.Contains(f.Writers, p.role) && f.Kind != syncing.SetOf {
			w.fill(&c, f, record)
		}
	}
	return w.fits(p, record, shown, &c)
}

// fill sets or adds to one field.
func (w *world) fill(c *replica.Change, f *syncing.FieldSpec, record syncing.RecordID) {
	field := f.Name
	if family, open := strings.CutSuffix(field, "*"); open {
		field = family + pick(w, w.teams[0].id.String(), w.teams[1].id.String(), record.String())
		if family == "sign." {
			field = family + "lump"
		}
	}
	if f.Kind != syncing.SetOf {
		c.Set[field] = w.value(f, f.Kind, record)
		return
	}
	to := &c.Add
	if w.chance(25) {
		to = &c.Remove
	}
	if *to == nil {
		*to = map[string][]jsontext.Value{}
	}
	(*to)[field] = []jsontext.Value{w.value(f, f.Of, record)}
}

// fits makes of a document that has every field one that means something here. ok is false if it needs what is not there.
func (w *world) fits(p *person, record syncing.RecordID, shown []*replica.Document, c *replica.Change) (replica.Change, bool) {
	set := func(field, value string) { c.Set[field] = syncing.TextValue(value) }
	ours := w.teams[1]
	if p.team != nil {
		ours = p.team
	}
	other := pick(w, w.teams[0], w.teams[1], w.teams[2])
	switch c.Doc.Type() {
	case "appointment":
		set("ownerTeam", ours.id.String())
		set("zone", "Europe/London")
		set("status", pick(w, "proposed", "booked"))
	case "referral", "virtualService", "labOrder":
		return w.arranges(c, ours, shown)
	case "activity":
		set("proposedBy", ours.id.String())
		set("accountableTeam", other.id.String())
		set("status", pick(w, "proposed", "offered", "offered", "accepted"))
	case "treatmentSummary", "survivorshipPlan", "prognosis", "regimen", "caseNote", "phaseTransition", "dischargePlan", "assessmentRequest":
		return w.fitsHandover(ours, other, shown, c)
	case "followUpProtocol":
		set("team", ours.id.String())
		set("status", "active")
		set("sign.lump", w.text())
	case "decision":
		set("supportedBy", ours.id.String())
	case "reminderReply":
		w.answersReminder(c, record, shown)
	case "condition":
		set("recorder", ours.id.String())
	case "collection":
		return w.about(c, "order", "labOrder", shown)
	case "rapidReaccess":
		if p.role == "caregiver" {
			set("answeredBy", "caregiver")
		}
	case "recurrenceReport":
		c.Set["sign.lump"] = syncing.BoolValue(true)
		if p.role == "caregiver" {
			set("answeredBy", "caregiver")
		}
		return w.about(c, "protocol", "followUpProtocol", shown)
	case "result":
		w.measures(p, c)
	case "resultAck":
		set("team", ours.id.String())
		c.Set["version"] = syncing.IntValue(1)
		for _, field := range strings.Fields("decision to answer held") { // those need a connection
			delete(c.Set, field)
		}
		return w.about(c, "result", "result", shown)
	case "expectedFinding":
		w.expects(c)
	case "correction":
		if len(shown) == 0 {
			return *c, false
		}
		set("about", string(pick(w, shown...).ID))
	case "reroute":
		return w.offersRow(c, ours, other, shown)
	case "message":
		w.addresses(p, record, ours, other, c)
	}
	return *c, true
}

// arranges makes an order, a referral, or the link of an appointment.
func (w *world) arranges(c *replica.Change, ours *team, shown []*replica.Document) (replica.Change, bool) {
	set := func(field, value string) { c.Set[field] = syncing.TextValue(value) }
	switch c.Doc.Type() {
	case "referral":
		set("requesterTeam", ours.id.String())
		set("service", "imaging")
		set("document.referral-letter", w.text())
		set("status", pick(w, "draft", "sent"))
	case "virtualService":
		set("address", "https://meet.example/"+w.text())
		made, ok := w.about(c, "appointment", "appointment", shown)
		if ok {
			made.Doc = care.VirtualServiceID(syncing.DocID(unquoted(string(made.Set["appointment"]))))
		}
		return made, ok
	case "labOrder":
		set("code", pick(w, "cbc.panel", "cbc.diff", "tm.psa", "ct", "colonoscopy"))
		set("requesterTeam", ours.id.String())
		set("resultResponsibleTeam", ours.id.String())
		set("zone", "Europe/London")
		set("status", "active")
		set("recurrence", "FREQ=WEEKLY;BYDAY=MO;COUNT=6")
		for _, field := range strings.Fields("cycleLength cycles windowBeforeDays windowAfterDays minGapDays") {
			delete(c.Set, field)
		}
	}
	return *c, true
}

// about points at a document of a type that is shown.
func (w *world) about(c *replica.Change, field, kind string, shown []*replica.Document) (replica.Change, bool) {
	of := slices.DeleteFunc(slices.Clone(shown), func(d *replica.Document) bool { return d.ID.Type() != kind })
	if len(of) == 0 {
		return *c, false
	}
	c.Set[field] = syncing.TextValue(string(pick(w, of...).ID))
	return *c, true
}

// measures makes a result mean something: a count of white cells, low, ordinary or high.
func (w *world) measures(p *person, c *replica.Change) {
	for _, field := range strings.Fields("loinc order holdUntil holdReason referenceLow referenceHigh") {
		delete(c.Set, field)
	}
	c.Set["code"], c.Set["unit"] = syncing.TextValue("cbc.wbc"), syncing.TextValue("10*9/L")
	c.Set["value"] = syncing.TextValue(pick(w, "0.8", "1.6", "5.2", "22", "50.0", "120"))
	c.Set["status"], c.Set["source"] = syncing.TextValue(pick(w, "preliminary", "final")), syncing.TextValue("clinician-entry")
	if p.team == nil {
		c.Set["source"] = syncing.TextValue("patient-photo")
	}
}

// expects drafts what a growth factor does.
func (w *world) expects(c *replica.Change) {
	for _, field := range strings.Fields("doseDate supersedes") {
		delete(c.Set, field)
	}
	for field, value := range map[string]string{
		"code": "cbc.wbc", "unit": "10*9/L", "low": "10", "high": "60", "validFrom": "2026-05-02", "validTo": "2026-05-15", "status": "draft",
	} {
		c.Set[field] = syncing.TextValue(value)
	}
}

// offersRow offers what waits in a row to another team.
func (w *world) offersRow(c *replica.Change, ours, other *team, shown []*replica.Document) (replica.Change, bool) {
	made, ok := w.about(c, "row", "triage", shown)
	made.Set["from"], made.Set["to"] = syncing.TextValue(ours.id.String()), syncing.TextValue(other.id.String())
	made.Set["status"] = syncing.TextValue("requested")
	delete(made.Set, "private")
	concern, found := w.about(&replica.Change{Set: map[string]jsontext.Value{}}, "one", "concern", shown)
	if !found {
		return made, false
	}
	made.Add = map[string][]jsontext.Value{"concerns": {concern.Set["one"]}}
	return made, ok
}

// addresses gives a message its recipients and what it asks.
func (w *world) addresses(p *person, record syncing.RecordID, ours, other *team, c *replica.Change) {
	for _, field := range strings.Fields("thread fromTeam replyTo about kind dueBy") {
		delete(c.Set, field)
	}
	c.Set["thread"] = syncing.TextValue(record.String())
	c.Set["actionRequired"] = syncing.BoolValue(w.chance(50))
	to := pick(w, other.id.String(), other.id.String(), record.String())
	c.Add = map[string][]jsontext.Value{"recipient": {syncing.TextValue(to)}}
	if p.team == nil {
		delete(c.Set, "audience")
		return
	}
	if w.chance(40) {
		c.Set["kind"], c.Set["dueBy"] = syncing.TextValue("advice-request"), syncing.IntValue(w.now+2*day)
		c.Set["audience"] = syncing.TextValue(pick(w, "clinicians", "everyone"))
	}
}

// assess answers a questionnaire, mostly to the end.
func (w *world) assess(p *person, c *replica.Change) {
	set := func(field string, value jsontext.Value) { c.Set[field] = value }
	set("questionnaire", syncing.TextValue("hna|1.0.0"))
	set("status", syncing.TextValue(pick(w, "in-progress", "completed", "completed", "completed")))
	if p.role == "caregiver" {
		set("answeredBy", syncing.TextValue("caregiver"))
	}
	for range 1 + w.rnd.IntN(4) {
		w.answer(p, c)
	}
	if w.chance(30) {
		set("urgency", syncing.TextValue(pick(w, "next-visit", "this-week", "today", "now")))
	}
	if w.chance(20) {
		set("phoneLevel", syncing.TextValue(pick(w, "green", "amber", "red", "emergency")))
	}
}

func (w *world) answer(p *person, c *replica.Change) {
	item := pick(w, items...)
	c.Set["answers."+item] = syncing.IntValue(int64(w.rnd.IntN(11)))
	switch w.rnd.IntN(5) {
	case 0:
		c.Set["itemNote."+item] = syncing.TextValue(w.text())
	case 1:
		c.Set["wantToTalk."+item] = syncing.BoolValue(w.chance(70))
	case 2:
		if p.role == "patient" {
			c.Set["whoCanSee."+item] = syncing.TextValue(pick(w, "caregiver", "treating", "oncology", "practice"))
		}
	case 3:
		c.Set["answers.m.temp"] = syncing.TextValue(pick(w, "37.2", "38.4", "39.1"))
	}
}

// edit changes a document that is shown, as its type is mostly worked on.
func (w *world) edit(p *person, i int, d *replica.Document) (c replica.Change, ok bool) {
	record := w.records[i]
	c = replica.Change{Doc: d.ID, Set: map[string]jsontext.Value{}}
	if w.chance(65) && w.works(p, d, &c) {
		return c, true
	}
	t := w.schema.Type(d.ID.Type())
	if t == nil {
		return c, false
	}
	if t.Deletable && w.chance(10) {
		c.Set, c.Delete = nil, true
		return c, true
	}
	var mine []*syncing.FieldSpec
	for at := range t.Fields {
		if f := &t.Fields[at]; slices.Contains(f.Writers, p.role) || w.chance(1) {
			mine = append(mine, f)
		}
	}
	if len(mine) == 0 {
		return c, false
	}
	for range 1 + w.rnd.IntN(2) {
		w.fill(&c, pick(w, mine...), record)
	}
	return c, true
}

// works does the work of a ward on a document: it claims, closes, answers, accepts, acknowledges.
func (w *world) works(p *person, d *replica.Document, c *replica.Change) bool {
	text := func(field string) string { return unquoted(string(d.Fields[field])) }
	set := func(field, value string) { c.Set[field] = syncing.TextValue(value) }
	switch d.ID.Type() {
	case "triage":
		*c = changeOf(w.triage(p, d))
	case "task":
		if set("status", pick(w, "accepted", "completed", "completed")); unquoted(string(c.Set["status"])) == "completed" {
			set("outcome", pick(w, w.schema.Type("task").Field("outcome").Codes...))
		} else {
			set("takenBy", p.account.String())
		}
	case "assessment":
		if w.answer(p, c); text("status") == "in-progress" {
			set("status", "completed")
		}
	case "dischargePlan":
		set("status", "published")
	case "phaseTransition":
		set("status", pick(w, "offered", "accepted", "declined", "withdrawn"))
		set("statusReason", w.text())
	case "activity":
		if set("status", pick(w, "accepted", "declined", "in-progress", "completed", "offered", "counter-proposed")); w.chance(90) {
			set("statusReason", w.text())
		}
		if unquoted(string(c.Set["status"])) == "counter-proposed" {
			set("counterTerms", w.text())
		}
	case "concern":
		set("routeStatus."+pick(w, w.teams[0], w.teams[1]).id.String(), pick(w, "seen", "in-progress", "closed", "new"))
	case "receipt":
		set("state."+pick(w, w.teams[0], w.teams[1]).id.String(), pick(w, "delivered", "opened", "acknowledged"))
	case "planVersion", "summaryVersion":
		if p.team == nil {
			return false
		}
		c.Add = map[string][]jsontext.Value{"ackBy": {syncing.TextValue(p.team.id.String())}}
	case "carePlan":
		c.Set["version"] = syncing.IntValue(int64(1 + w.rnd.IntN(4)))
	case "reroute":
		set("status", pick(w, "accepted", "rejected", "withdrawn"))
		set("answer", w.text())
	default:
		return false
	}
	return true
}

func changeOf(p syncing.Patch) replica.Change {
	return replica.Change{Doc: p.Doc, Set: p.Set, Add: p.Add, Remove: p.Remove}
}

// triage is what a nurse does about a row as it is shown.
func (w *world) triage(p *person, d *replica.Document) syncing.Patch {
	waiting := listOf(string(d.Fields["waiting"]))
	switch w.rnd.IntN(6) {
	case 0:
		return care.ClaimPatch(d.ID, p.account)
	case 1:
		return care.HandBackPatch(d.ID)
	case 2:
		if len(waiting) > 0 {
			return care.SeenPatch(d.ID, waiting)
		}
	case 3:
		return care.AttemptPatch(d.ID, w.now, pick(w, "spoke", "no-answer", "left-message"), w.text())
	}
	return care.CloseSeen(d.ID, waiting, pick(w, "advice-given", "managed-by-nurse", "referred", "no-action"), w.text())
}
