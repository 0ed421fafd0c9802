package replica

import (
	"fmt"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"satchel/internal/fault"
	syncing "satchel/sync"
)

// Storage keeps the parts of one database: a file, or a table of names and bytes. It is used by one replica at a time.
type Storage interface {
	// Load gives every part by its name, as it was saved last; none for a new database.
	Load() (map[string][]byte, error)
	// Save replaces the parts that are named and leaves the others. It is atomic and durable: after a crash Load gives all
	// of it or none of it. The replica does not change the bytes afterwards.
	Save(parts map[string][]byte) error
}

// stateVersion is that of every part. Older ones are read, never written.
const stateVersion = 1

// databasePart and recordPart name the parts.
const (
	databasePart = "database"
	recordPart   = "record/"
)

// database is what belongs to no single record.
type database struct {
	Version int               `json:"version"`
	Replica syncing.ReplicaID `json:"replica"`
	// Earlier are the names that this database had before it was found to be a copy, oldest first.
	Earlier []syncing.ReplicaID `json:"earlier,omitzero"`
	// After is the server's now in the last answer that was applied, ms.
	After int64 `json:"after"`
}

// record is what the database has of one record.
type record struct {
	Version int                         `json:"version"`
	ID      syncing.RecordID            `json:"id"`
	Epoch   string                      `json:"epoch"`  // that the server named last; "" if none
	Cursor  string                      `json:"cursor"` // of the last complete pull: the base of what is shown
	Docs    map[syncing.DocID]*Document `json:"docs"`   // as the server gave them
	Pull    *pull                       `json:"pull,omitzero"`
	Lines   []*line                     `json:"lines"`   // one for each name that this database had, oldest first
	Entries []*Entry                    `json:"entries"` // outbox and kept mutations, in the order of writing
	Stopped syncing.ErrorCode           `json:"stopped,omitzero"`
	Detail  string                      `json:"detail,omitzero"`
	Until   int64                       `json:"until,omitzero"`  // a busy record is left alone until then, ms of the device
	Digest  *digestState                `json:"digest,omitzero"` // what comparing came to
	sent    *Exchange                   // the request sent last; an answer to any other does not count
}

// line is one name of this database within one record.
type line struct {
	Replica syncing.ReplicaID `json:"replica"`
	Highest uint64            `json:"highest"`         // the highest n that was given out under this name
	Last    uint64            `json:"last"`            // what the server said it has of it
	Left    bool              `json:"left,omitzero"`   // another name is in use now
	Common  uint64            `json:"common,omitzero"` // once left: the last n that both have in common
	Ask     bool              `json:"ask,omitzero"`    // it must be asked whether what was answered is still there
	At      int64             `json:"at,omitzero"`     // when it was last asked, ms of the device
}

// pull is a pull under way: its pages are collected beside the documents.
type pull struct {
	Reset   bool                `json:"reset"`
	Cursor  string              `json:"cursor"`
	Changes []syncing.DocChange `json:"changes"`
}

// digestState is what came of comparing digests, so that a difference is healed once and not for ever.
type digestState struct {
	Differs bool   `json:"differs"`         // at the last complete pull
	Ask     bool   `json:"ask,omitzero"`    // a null cursor is to be sent
	Asked   bool   `json:"asked,omitzero"`  // a null cursor was sent for this difference
	At      int64  `json:"at,omitzero"`     // when a null cursor was last sent for a difference, ms of the device
	Server  string `json:"server,omitzero"` // the server's digest then
}

// Document is a document as the server gave it, or as the person sees it.
type Document struct {
	ID       syncing.DocID                    `json:"id"`
	Rev      syncing.Rev                      `json:"rev"` // 0: the server has not told of it yet
	Fields   map[string]jsontext.Value        `json:"fields"`
	Siblings map[string][]syncing.SiblingJSON `json:"siblings,omitzero"`
}

func (d *Document) clone() *Document {
	c := &Document{ID: d.ID, Rev: d.Rev, Fields: make(map[string]jsontext.Value, len(d.Fields))}
	for name, value := range d.Fields {
		c.Fields[name] = value.Clone()
	}
	for name, list := range d.Siblings {
		c.putSiblings(name, slices.Clone(list))
	}
	return c
}

func (d *Document) putSiblings(field string, list []syncing.SiblingJSON) {
	if len(list) == 0 {
		delete(d.Siblings, field)
		return
	}
	if d.Siblings == nil {
		d.Siblings = map[string][]syncing.SiblingJSON{}
	}
	d.Siblings[field] = list
}

func encode(v any) ([]byte, error) {
	b, err := json.Marshal(v, json.Deterministic(true))
	return b, fault.Wrap(err, fault.Internal, "replica.encode", "The app could not write down what it holds.")
}

func decodeState(b []byte, v any) error {
	err := json.Unmarshal(b, v)
	return fault.Wrap(err, fault.Corrupt, "replica.decode", "What this app kept on this device cannot be read.")
}

// MarshalState gives the whole state as a copy of the phone would have it.
func (r *Replica) MarshalState() (map[string][]byte, error) {
	parts := map[string][]byte{}
	b, err := encode(&r.db)
	if err != nil {
		return nil, err
	}
	parts[databasePart] = b
	for id, rec := range r.records {
		if b, err = encode(rec); err != nil {
			return nil, err
		}
		parts[recordPart+id.String()] = b
	}
	return parts, nil
}

// unmarshalState reads what MarshalState or the storage gave.
func (r *Replica) unmarshalState(parts map[string][]byte) error {
	if err := decodeState(parts[databasePart], &r.db); err != nil {
		return err
	}
	if r.db.Version < 1 || r.db.Version > stateVersion {
		return newer(r.db.Version)
	}
	for name, b := range parts {
		if name == databasePart {
			continue
		}
		rec := &record{}
		if err := decodeState(b, rec); err != nil {
			return err
		}
		if rec.Version < 1 || rec.Version > stateVersion {
			return newer(rec.Version)
		}
		if !rec.whole() {
			return fault.New(fault.Corrupt, "replica.decode", "What this app kept on this device cannot be read.")
		}
		if rec.Docs == nil {
			rec.Docs = map[syncing.DocID]*Document{}
		}
		r.records[rec.ID] = rec
	}
	return nil
}

// whole reports whether nothing is named that is not there.
func (rec *record) whole() bool {
	for name, d := range rec.Docs {
		if d == nil || d.ID != name {
			return false
		}
	}
	return !slices.Contains(rec.Lines, nil) && !slices.Contains(rec.Entries, nil)
}

func newer(version int) error {
	return fault.Wrap(fmt.Errorf("state version %d", version), fault.Unsupported, "replica.Open",
		"This device holds data of a newer app. Please update the app.")
}
