package care

import (
	"cmp"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"satchel/internal/instrument"
	syncing "satchel/sync"
)

// Why a nurse should look at the rules by which a phone judged.
const (
	reviewUnknownRules = "unknown-rules" // a file that we never gave out
	reviewOldRules     = "old-rules"     // the phone had not asked for long whether there is a newer one
)

// rowKey names one of the rows that a record can have in the queue of a team.
type rowKey struct {
	team string
	part rowPart
}

// triageOf names the document of a row.
func triageOf(record syncing.RecordID, team string, part rowPart) syncing.DocID {
	if part == partAlone {
		return syncing.NewDocID(triageName, syncing.DerivedUUID(triageName, record.String(), team, "alone"))
	}
	return TriageID(record, team, part == partPrivate)
}

// keyOf says of whom and what a row is.
func keyOf(record syncing.RecordID, row syncing.Snapshot) rowKey {
	key := rowKey{row.Text("team"), partOpen}
	for key.part < partAlone && triageOf(record, key.team, key.part) != row.ID() {
		key.part++
	}
	return key
}

// rowDrafts puts a judged assessment into the rows of the teams that must act: one row a team, one more for what is sensitive,
// and one for what no other team may see. What the person steered elsewhere leaves the rows where it waited.
func (w *ward) rowDrafts(c syncing.Change, r syncing.Reader, j *judged) ([]*draft, error) {
	reports := w.rowReports(c, j)
	var drafts []*draft
	for _, row := range reports {
		row.settle = func(old waiting) waiting { return j.settle(c, old, rowKey{row.team, row.part}) }
		d, err := w.rowDraft(c, r, j.around.zone, *row)
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, d)
	}
	left, err := j.leave(c, r, reports)
	if err != nil {
		return nil, err
	}
	drafts = append(drafts, left...)
	slices.SortFunc(drafts, func(a, b *draft) int { return cmp.Compare(a.patch.Doc, b.patch.Doc) })
	return drafts, nil
}

// rowReports says what each row is told. A change that only steers tells what has moved, as far as nobody has closed it.
func (w *ward) rowReports(c syncing.Change, j *judged) map[rowKey]*rowReport {
	reports := map[rowKey]*rowReport{}
	report := func(team string, part rowPart) *rowReport {
		k := rowKey{team, part}
		if reports[k] == nil {
			reports[k] = &rowReport{team: team, part: part, waiting: waiting{
				Assessment: string(c.After.ID()), Concerns: []string{}, Urgency: c.After.Text("urgency"),
			}}
			if part != partAlone {
				reports[k].Unread = j.unread[flag(part == partPrivate)]
			}
		}
		return reports[k]
	}
	for i := range j.concern {
		one := &j.concern[i]
		for _, team := range one.teams {
			if j.steers && (!one.moved() || one.stands.Text(routeStatusPrefix+team) == "closed") {
				continue
			}
			row := report(team, one.part)
			row.audience = one.part.audience(one.choice)
			row.Concerns = union(row.Concerns, []string{string(ConcernID(c.After.ID(), one.Code))})
			row.Level = max(row.Level, one.level)
		}
	}
	for private, level := range j.bare {
		if level == instrument.Info || j.steers {
			continue
		}
		for _, team := range j.bareTeams() {
			row := report(team, rowPart(private))
			row.Level = max(row.Level, level)
		}
	}
	if !j.steers {
		j.tellOthers(c, report)
	}
	for _, row := range reports {
		w.remark(c, j, row)
		row.twins = j.twins
	}
	return reports
}

// tellOthers tells the treating teams of what is red and not theirs to act on, as far as everybody may see it: both teams have it
// in front of them, and one of them acts.
func (j *judged) tellOthers(c syncing.Change, report func(team string, part rowPart) *rowReport) {
	var urgent []string
	top := instrument.Info
	for i := range j.concern {
		one := &j.concern[i]
		level := max(one.level, levelThatStands(one.stands)) // it only rises while somebody has it open
		if one.part == partOpen && level >= instrument.Red && len(one.teams) > 0 {
			urgent, top = append(urgent, string(ConcernID(c.After.ID(), one.Code))), max(top, level)
		}
	}
	if len(urgent) == 0 {
		return
	}
	for _, team := range j.around.teams.treating() {
		if row := report(team, partOpen); row.Level < top {
			row.Concerns, row.Elsewhere = union(row.Concerns, urgent), top
		}
	}
}

// remark notes what a nurse must know of a report beside its level.
func (w *ward) remark(c syncing.Change, j *judged, row *rowReport) {
	row.Upgraded = j.upgrades(row.part, row.shown())
	row.Review = j.review(w, c)
	if w.limits.clockOff(c.At, c.Effective) {
		row.DeviceAt = c.At
	}
	row.advise(c)
}

// advise notes what the phone showed and what the person did then, where the row itself is as urgent as to tell nothing by it.
func (e *waiting) advise(c syncing.Change) {
	if e.shown() < instrument.Red {
		return
	}
	if shown, ok := c.After.Int("adviceShownAt"); ok && c.Wrote("adviceShownAt") {
		e.AdviceShownAt = min(shown+c.Effective-c.At, c.Now) // by the phone's clock, as the rest of what it wrote
	}
	e.AdviceAction = c.After.Text("adviceAction")
}

// review says why somebody should look at the rules by which the phone judged; nil: there is no reason.
func (j *judged) review(w *ward, c syncing.Change) (reasons []string) {
	hash := c.After.Text("phoneHash")
	if j.phone.judged && !w.hashes[hash] {
		reasons = append(reasons, reviewUnknownRules)
	}
	if asked, ok := c.After.Int("phoneRulesAt"); ok && w.limits.rulesOld(asked, c.At) {
		reasons = append(reasons, reviewOldRules)
	}
	return reasons
}

// moved reports whether the person chose anew who sees a concern that was there.
func (one *weighed) moved() bool {
	return one.stands.Exists() && one.stands.Text("seenBy") != one.choice
}

// settle takes out of a report that waits in a row what waits elsewhere now. If anything left, the level is what is left.
func (j *judged) settle(c syncing.Change, old waiting, key rowKey) waiting {
	var gone []string
	level, elsewhere := instrument.Info, instrument.Info
	for i := range j.concern {
		one := &j.concern[i]
		id := string(ConcernID(c.After.ID(), one.Code))
		switch {
		case !slices.Contains(old.Concerns, id):
		case one.moved() && (one.part != key.part || narrowed(one.choice) && !slices.Contains(one.teams, key.team)):
			gone = append(gone, id)
		case slices.Contains(one.teams, key.team):
			level = max(level, levelThatStands(one.stands))
		default:
			elsewhere = max(elsewhere, levelThatStands(one.stands))
		}
	}
	if len(gone) > 0 {
		old.Concerns, old.Level, old.Elsewhere = without(old.Concerns, gone), level, elsewhere
	}
	return old
}

// leave are the drafts of rows in which the assessment waits, that nothing new is told, and that something has left.
func (j *judged) leave(c syncing.Change, r syncing.Reader, told map[rowKey]*rowReport) (drafts []*draft, err error) {
	if len(j.those((*weighed).moved)) == 0 {
		return nil, nil
	}
	rows, err := r.Documents(triageName) // also of teams that are not here any more
	for _, row := range rows {
		if key := keyOf(c.Record, row); told[key] == nil {
			drafts = append(drafts, j.leaveRow(c, row, key))
		}
	}
	return drafts, err
}

func (j *judged) leaveRow(c syncing.Change, row syncing.Snapshot, key rowKey) *draft {
	d := newDraft(row.ID(), row)
	for i, old := range waitingIn(row) {
		if old.Assessment != string(c.After.ID()) {
			continue
		}
		left := j.settle(c, old, key)
		if len(left.Concerns) == len(old.Concerns) {
			continue
		}
		d.removeValues("waiting", row.Elems("waiting")[i])
		if value, err := left.value(); err == nil && len(left.Concerns) > 0 {
			d.addValues("waiting", value)
		}
	}
	return d
}

// together joins two reports of one assessment. If somebody has spoken with the person since the old one, only what got worse
// asks for another call.
func together(old, new waiting, answered bool) waiting {
	both := waiting{
		Assessment: old.Assessment, Concerns: union(old.Concerns, new.Concerns), Late: old.Late || new.Late,
		Level: max(old.Level, new.Level), ReceivedAt: min(old.ReceivedAt, new.ReceivedAt), ReportedAt: min(old.ReportedAt, new.ReportedAt),
		Unread: max(old.Unread, new.Unread), Urgency: old.Urgency, DueBy: old.DueBy,
		AdviceAction: cmp.Or(new.AdviceAction, old.AdviceAction), AdviceShownAt: cmp.Or(new.AdviceShownAt, old.AdviceShownAt),
		ReopenedAt: max(old.ReopenedAt, new.ReopenedAt),
		DeviceAt:   cmp.Or(old.DeviceAt, new.DeviceAt), Upgraded: old.Upgraded || new.Upgraded, Elsewhere: max(old.Elsewhere, new.Elsewhere),
		Event: cmp.Or(new.Event, old.Event), Dates: either(old.Dates, new.Dates),
	}
	if urgencyRank(new.Urgency) > urgencyRank(old.Urgency) {
		both.Urgency = new.Urgency
	}
	switch {
	case answered && new.Level > old.Level:
		both.ReceivedAt, both.DueBy = new.ReceivedAt, new.DueBy
	case both.DueBy == 0 || new.DueBy != 0 && new.DueBy < both.DueBy:
		both.DueBy = new.DueBy
	}
	both.Duplicates, both.Review = either(old.Duplicates, new.Duplicates), either(old.Review, new.Review)
	return both
}

// either is both lists; nil if both are empty, so that an element without is written without.
func either(a, b []string) []string {
	if len(a)+len(b) == 0 {
		return nil
	}
	return union(a, b)
}

// adviceDrafts tells the rows in which an assessment waits what the person did about the advice.
func adviceDrafts(c syncing.Change, r syncing.Reader) ([]*draft, error) {
	rows, err := r.Documents(triageName)
	if err != nil {
		return nil, err
	}
	var drafts []*draft
	for _, row := range rows {
		d := newDraft(row.ID(), row)
		for i, old := range waitingIn(row) {
			if old.Assessment != string(c.After.ID()) {
				continue
			}
			e := old
			e.advise(c)
			if value, err := e.value(); err == nil && string(value) != string(row.Elems("waiting")[i]) {
				d.addValues("waiting", value)
				d.removeValues("waiting", row.Elems("waiting")[i])
			}
		}
		drafts = append(drafts, d)
	}
	return drafts, nil
}

// replaceWaiting puts an element into a row in the place of others.
func replaceWaiting(d *draft, value jsontext.Value, replaced []jsontext.Value) {
	d.addValues("waiting", value)
	for _, old := range replaced {
		if string(old) != string(value) {
			d.removeValues("waiting", old)
		}
	}
}
