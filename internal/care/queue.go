package care

import (
	"cmp"
	"encoding/binary"
	"slices"

	"github.com/go-json-experiment/json"

	"satchel/internal/instrument"
	syncing "satchel/sync"
)

// QueueIndex holds the open rows of every team, in the order in which the team works.
const QueueIndex = "queue"

// Row is an open row of a team's queue, summed up from what waits in it. It is the value of its index entry.
type Row struct {
	Doc        syncing.DocID    `json:"doc"`
	Team       string           `json:"team"`
	Private    bool             `json:"private"` // sensitive concerns alone: show it only to those who see that category
	Level      instrument.Level `json:"level"`
	Overdue    bool             `json:"overdue"`
	Urgency    string           `json:"urgency,omitzero"` // the person's wish: "now", "today", "this-week", "next-visit"
	Late       bool             `json:"late"`             // came in long after it was written
	ReportedAt int64            `json:"reportedAt"`       // ms, of the oldest report that waits
	ReceivedAt int64            `json:"receivedAt"`       // ms, of the newest report that waits
	DueBy      int64            `json:"dueBy,omitzero"`   // ms, the earliest; 0: nothing is promised
	Status     string           `json:"status"`           // "new" or "in-progress"
	ClaimedBy  string           `json:"claimedBy,omitzero"`
	ClaimedAt  int64            `json:"claimedAt,omitzero"`
	Reports    int              `json:"reports"`
	Concerns   []string         `json:"concerns"`
	Unread     int              `json:"unread,omitzero"` // answers that the rules could not read
	Remarks
}

// RowOf sums up a triage document; open is false if nothing waits in it.
func RowOf(s syncing.Snapshot) (row Row, open bool) {
	list := waitingIn(s)
	if !s.Exists() || len(list) == 0 {
		return Row{}, false
	}
	row = Row{Doc: s.ID(), Team: s.Text("team"), Status: s.Text("status"), ClaimedBy: s.Text("claimedBy"), Reports: reportsOf(list), Concerns: []string{}}
	row.Private, _ = s.Bool("private")
	row.Alone = s.Text("audience") != ""
	row.Overdue, _ = s.Bool("overdue")
	row.ClaimedAt, _ = s.Int("claimedAt")
	row.ReportedAt = list[0].ReportedAt
	for _, e := range list {
		row.Level = max(row.Level, e.Level)
		row.Late = row.Late || e.Late
		row.ReportedAt = min(row.ReportedAt, e.ReportedAt)
		row.ReceivedAt = max(row.ReceivedAt, e.ReceivedAt)
		row.Unread += e.Unread
		row.note(e)
		row.Concerns = union(row.Concerns, e.Concerns)
		if urgencyRank(e.Urgency) > urgencyRank(row.Urgency) {
			row.Urgency = e.Urgency
		}
		if row.DueBy == 0 || e.DueBy != 0 && e.DueBy < row.DueBy {
			row.DueBy = e.DueBy
		}
	}
	if row.Status != "in-progress" {
		row.Status = "new"
	}
	return row, true
}

// Compare orders rows as NEEDS 4.5 says: level, overdue first, the person's wish, late arrivals, then who has waited longest.
func (row Row) Compare(other Row) int {
	return cmp.Or(
		cmp.Compare(other.Level, row.Level),
		compareBool(other.Overdue, row.Overdue),
		cmp.Compare(urgencyRank(other.Urgency), urgencyRank(row.Urgency)),
		compareBool(other.Late, row.Late),
		cmp.Compare(row.ReportedAt, other.ReportedAt),
	)
}

func compareBool(a, b bool) int { return int(flag(a)) - int(flag(b)) }

// orderBytes are the order of Compare as bytes.
func (row Row) orderBytes() []byte {
	order := []byte{
		^byte(row.Level),
		1 - flag(row.Overdue),
		^byte(urgencyRank(row.Urgency) + 1),
		1 - flag(row.Late),
	}
	return append(order, keyOfTime(row.ReportedAt)...)
}

func flag(b bool) byte {
	if b {
		return 1
	}
	return 0
}

// QueueRange gives the bounds of a team's queue in QueueIndex: from <= key < to.
func QueueRange(team syncing.TeamID) (from, to []byte) {
	from = team.UUID[:]
	to = slices.Clone(from)
	for i := len(to) - 1; i >= 0; i-- {
		if to[i]++; to[i] != 0 {
			return slices.Clone(from), to
		}
	}
	return slices.Clone(from), nil
}

// queueKey is team (16), order (12), record (16), and one byte that tells the rows of a record apart.
func queueKey(team syncing.UUID, row Row, record syncing.RecordID) []byte {
	return slices.Concat(team[:], row.orderBytes(), record.UUID[:], []byte{flag(row.Private) + flag(row.Alone)})
}

// keyOfTime orders instants (ms) as bytes.
func keyOfTime(ms int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(max(ms, 0))) }

// indexTriage puts an open row into the queue of its team, and among those that will be due. A closed row is in neither.
func indexTriage(record syncing.RecordID, s syncing.Snapshot) []syncing.IndexKey {
	row, open := RowOf(s)
	team, err := syncing.ParseUUID(row.Team)
	if !open || err != nil {
		return nil
	}
	value, err := json.Marshal(row)
	if err != nil {
		return nil
	}
	keys := []syncing.IndexKey{{Index: QueueIndex, Key: queueKey(team, row, record), Value: value}}
	if row.DueBy != 0 && !row.Overdue {
		keys = append(keys, dueAt(record, row.Doc, row.DueBy))
	}
	return keys
}

// dueTriage marks a row whose time has passed.
func dueTriage(_ *ward, m moment) ([]syncing.Patch, error) {
	row, open := RowOf(m.doc)
	if !open || row.Overdue || row.DueBy == 0 || row.DueBy > m.now {
		return nil, nil
	}
	d := newDraft(row.Doc, m.doc)
	d.truth("overdue", true)
	return patches(d), nil
}

// ClosePatch closes a row as it was seen: it takes away exactly what waited there, so that a report which came in meanwhile
// refuses the closing.
func ClosePatch(seen syncing.Snapshot, outcome, note string) syncing.Patch {
	d := newDraft(seen.ID(), seen)
	d.patch.Set["status"] = syncing.TextValue("closed")
	d.patch.Set["outcome"] = syncing.TextValue(outcome)
	if note != "" {
		d.patch.Set["outcomeNote"] = syncing.TextValue(note)
	} else {
		d.clear("outcomeNote")
	}
	d.removeValues("waiting", seen.Elems("waiting")...)
	return d.patch
}

// ClaimPatch takes a row for an account.
func ClaimPatch(row syncing.DocID, account syncing.AccountID) syncing.Patch {
	d := newDraft(row, syncing.Snapshot{})
	d.text("status", "in-progress")
	d.text("claimedBy", account.String())
	return d.patch
}
