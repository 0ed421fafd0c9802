package care

import (
	"bytes"
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
	Private    bool             `json:"private"`            // sensitive concerns alone: show it only to those who see that category
	Level      instrument.Level `json:"level"`              // the highest of what it acts on and what it is told of
	Own        instrument.Level `json:"own"`                // of what this team acts on
	Elsewhere  instrument.Level `json:"elsewhere,omitzero"` // of what another team acts on, where it is higher
	Overdue    bool             `json:"overdue"`
	Urgency    string           `json:"urgency,omitzero"` // the person's wish: "now", "today", "this-week", "next-visit"
	Late       bool             `json:"late"`             // came in long after it was written
	ReportedAt int64            `json:"reportedAt"`       // ms, of the oldest report that waits
	ReceivedAt int64            `json:"receivedAt"`       // ms, of the newest report that waits
	DueBy      int64            `json:"dueBy,omitzero"`   // ms, the earliest; 0: nothing is promised
	Status     string           `json:"status"`           // "new", "seen" or "in-progress"
	ClaimedBy  string           `json:"claimedBy,omitzero"`
	// ClaimedName is how colleagues know who has it.
	ClaimedName string   `json:"claimedName,omitzero"`
	ClaimedAt   int64    `json:"claimedAt,omitzero"`
	Reports     int      `json:"reports"`
	Concerns    []string `json:"concerns"`
	Unread      int      `json:"unread,omitzero"` // answers that the rules could not read
	// ContactedAt is when somebody of the team last spoke with the person, ms; Failed counts the tries since then that failed.
	ContactedAt int64        `json:"contactedAt,omitzero"`
	Failed      int          `json:"failed,omitzero"`
	Escalated   []Escalation `json:"escalated,omitzero"` // who was told of what waits and was not answered, in order
	Remarks
}

// RowOf sums up a triage document; open is false if nothing waits in it.
func RowOf(s syncing.Snapshot) (row Row, open bool) {
	list := oneEach(waitingIn(s))
	if !s.Exists() || len(list) == 0 {
		return Row{}, false
	}
	row = Row{Doc: s.ID(), Team: s.Text("team"), Status: s.Text("status"), ClaimedBy: s.Text("claimedBy"), Reports: reportsOf(list), Concerns: []string{}}
	row.Private, _ = s.Bool("private")
	row.Alone = s.Text("audience") != ""
	row.ClaimedAt, _ = s.Int("claimedAt")
	row.ContactedAt, _ = s.Int("contactedAt")
	row.ClaimedName, row.Failed = s.Text("claimedName"), failedIn(s)
	overdue, _ := s.Int("overdueAt")
	row.ReportedAt = list[0].ReportedAt
	unanswered := slices.DeleteFunc(slices.Clone(list), func(e waiting) bool { return e.answered(row.ContactedAt) })
	row.Escalated = slices.DeleteFunc(escalationsIn(s), func(x Escalation) bool { return !slices.ContainsFunc(unanswered, x.concerns) })
	for _, e := range unanswered {
		row.Overdue = row.Overdue || e.DueBy != 0 && e.DueBy <= overdue
		if row.DueBy == 0 || e.DueBy != 0 && e.DueBy < row.DueBy {
			row.DueBy = e.DueBy
		}
	}
	for _, e := range list {
		row.Own = max(row.Own, e.Level)
		if e.Elsewhere > e.Level {
			row.Elsewhere = max(row.Elsewhere, e.Elsewhere)
		}
		row.Late = row.Late || e.Late
		row.ReportedAt = min(row.ReportedAt, e.ReportedAt)
		row.ReceivedAt = max(row.ReceivedAt, e.ReceivedAt)
		row.Unread += e.Unread
		row.note(e)
		row.Concerns = union(row.Concerns, e.Concerns)
		if urgencyRank(e.Urgency) > urgencyRank(row.Urgency) {
			row.Urgency = e.Urgency
		}
	}
	if row.Level = max(row.Own, row.Elsewhere); row.Elsewhere <= row.Own {
		row.Elsewhere = instrument.Info
	}
	if row.Status != "in-progress" && row.Status != "seen" {
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

// RowParts is how many rows a record can have in the queue of one team: for everybody of the team, of what is sensitive, and of
// what no other team may see.
const RowParts = int(partAlone) + 1

// RowsOf names the rows that a record can have in the queue of a team, each at the place that Part says.
func RowsOf(record syncing.RecordID, team syncing.TeamID) (rows [RowParts]syncing.DocID) {
	for part := partOpen; part <= partAlone; part++ {
		rows[part] = triageOf(record, team.String(), part)
	}
	return rows
}

// OpenRows are the rows of a record that wait in the queue of a team and that the reader may see, in the order of the queue.
func OpenRows(r syncing.Reader, record syncing.RecordID, team syncing.TeamID) (rows []Row, err error) {
	for _, id := range RowsOf(record, team) {
		found, err := r.Document(id)
		if err != nil {
			return nil, err
		}
		if row, open := RowOf(found); open {
			rows = append(rows, row)
		}
	}
	slices.SortFunc(rows, func(a, b Row) int { return bytes.Compare(QueueKey(team, a, record), QueueKey(team, b, record)) })
	return rows, nil
}

// Part says which of the rows of a record it is.
func (row Row) Part() int { return int(flag(row.Private) + flag(row.Alone)) }

// QueueKey is where a row of a team stands in QueueIndex.
func QueueKey(team syncing.TeamID, row Row, record syncing.RecordID) []byte {
	return queueKey(team.UUID, row, record)
}

// QueueOrder is the part of QueueKey by which rows of different records are told apart first.
func QueueOrder(row Row) []byte { return row.orderBytes() }

// queueKey is team (16), order (12), record (16), and one byte that tells the rows of a record apart.
func queueKey(team syncing.UUID, row Row, record syncing.RecordID) []byte {
	return slices.Concat(team[:], row.orderBytes(), record.UUID[:], []byte{byte(row.Part())})
}

// keyOfTime orders instants (ms) as bytes.
func keyOfTime(ms int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(max(ms, 0))) }

// indexTriage puts an open row into the queue of its team, and among those that will be due. A closed row is in neither.
func (w *ward) indexTriage(record syncing.RecordID, s syncing.Snapshot) []syncing.IndexKey {
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
	if next := w.levels.nextDue(s); next != 0 {
		keys = append(keys, dueAt(record, row.Doc, next))
	}
	return keys
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
