package syncing

import "github.com/go-json-experiment/json/jsontext"

// Status is what became of a mutation. There is no third.
type Status string

// The two outcomes.
const (
	Applied Status = "applied"
	Held    Status = "held"
)

// Reason is why a mutation is held.
type Reason string

// The reasons of PROTOCOL.md section 4.
const (
	Forbidden  Reason = "forbidden"
	Invalid    Reason = "invalid"
	Unknown    Reason = "unknown"
	Stale      Reason = "stale"
	Transition Reason = "transition"
	SealedDoc  Reason = "sealed"
	Missing    Reason = "missing"
	TooLarge   Reason = "too_large"
	Lost       Reason = "lost"
)

// ErrorCode is why a record's part of an answer holds no changes.
type ErrorCode string

// The codes of PROTOCOL.md section 3.
const (
	Gap          ErrorCode = "gap"
	Fork         ErrorCode = "fork"
	OtherAccount ErrorCode = "account"
	Ended        ErrorCode = "ended"
	Busy         ErrorCode = "busy"
	Upgrade      ErrorCode = "upgrade"
)

// Request is the body of POST /v1/sync. Times are ms since 1970 UTC.
type Request struct {
	Replica ReplicaID       `json:"replica"`
	Now     int64           `json:"now"`
	Schema  int             `json:"schema"`
	Records []RecordRequest `json:"records"`
}

// RecordRequest is one record's part of a request.
type RecordRequest struct {
	Record    RecordID      `json:"record"`
	Cursor    string        `json:"cursor,omitzero"`
	Acked     uint64        `json:"acked,omitzero"`
	Continues []Continued   `json:"continues,omitzero"`
	Limit     int           `json:"limit,omitzero"`
	Mutations []RawMutation `json:"mutations,omitzero"`
}

// RawMutation is a mutation as it came, and its number. The bytes are kept: its hash covers members that nobody here knows.
type RawMutation struct {
	N   uint64
	Raw jsontext.Value
}

// Continued names an earlier life of this replica, and the last n that both have in common.
type Continued struct {
	Replica ReplicaID `json:"replica"`
	N       uint64    `json:"n"`
}

// Response is the body of an answer of status 200.
type Response struct {
	Now     int64            `json:"now"`
	Records []RecordResponse `json:"records"`
}

// RecordResponse is one record's part of an answer. With Error set, only Outcomes and Last are given beside it.
type RecordResponse struct {
	Record   RecordID     `json:"record"`
	Epoch    string       `json:"epoch,omitzero"`
	Error    *RecordError `json:"error,omitzero"`
	Outcomes []Outcome    `json:"outcomes"`
	Last     uint64       `json:"last"`
	Safe     uint64       `json:"safe"`
	Reset    bool         `json:"reset"`
	Changes  []DocChange  `json:"changes,omitzero"`
	Cursor   string       `json:"cursor,omitzero"`
	More     bool         `json:"more"`
	Digest   string       `json:"digest,omitzero"`
}

// RecordError says why one record was not answered in full.
type RecordError struct {
	Code         ErrorCode `json:"code"`
	Detail       string    `json:"detail"`
	RetryAfterMs int64     `json:"retryAfterMs,omitzero"`
}

// Outcome is what became of one mutation.
type Outcome struct {
	N         uint64     `json:"n"`
	Status    Status     `json:"status"`
	Rev       Rev        `json:"rev,omitzero"`
	Reason    Reason     `json:"reason,omitzero"`
	Detail    string     `json:"detail,omitzero"`
	Conflicts []Conflict `json:"conflicts,omitzero"`
}

// Conflict says that a field holds more than this mutation's write. Made at each answer from the document as it stands.
type Conflict struct {
	Field string         `json:"field"`
	Won   string         `json:"won"`   // "theirs" or "yours"
	Value jsontext.Value `json:"value"` // the other value: the winner if theirs won, the foremost sibling if yours did
	Rev   Rev            `json:"rev"`
	By    AccountID      `json:"by"`
}

// DocChange is one document's part of a page.
type DocChange struct {
	Doc      DocID                    `json:"doc"`
	Rev      Rev                      `json:"rev"`
	Deleted  bool                     `json:"deleted,omitzero"`
	Set      jsontext.Value           `json:"set,omitzero"` // an object: field to value
	Unset    []string                 `json:"unset,omitzero"`
	Siblings map[string][]SiblingJSON `json:"siblings,omitzero"`
}

// SiblingJSON is one uncovered write that is not shown.
type SiblingJSON struct {
	Value jsontext.Value `json:"value"`
	Rev   Rev            `json:"rev"`
	By    AccountID      `json:"by"`
	At    int64          `json:"at"`
}
