package replica

import (
	"maps"
	"slices"

	"satchel/internal/fault"
	syncing "satchel/sync"
)

// Replica is one local database of one account. It is used by one goroutine at a time.
type Replica struct {
	opts    Options
	db      database
	records map[syncing.RecordID]*record
	dirty   map[syncing.RecordID]bool
	broken  error // a save failed: what is in memory is not what is kept
}

// Options are a replica's surroundings.
type Options struct {
	// Schema is the newest schema version that this client can read; it is also that under which it writes.
	Schema int
	// NewID gives a random UUID, for the names which the database gives itself.
	NewID func() syncing.UUID
	// Storage keeps the state; nil keeps it in memory alone, as the simulation does.
	Storage Storage
	// Limit is how many documents a page shall hold; 0 leaves it to the server.
	Limit int
}

// Open reads a database, or begins a new one.
func Open(opts Options) (*Replica, error) {
	if opts.Storage == nil {
		return OpenState(opts, nil)
	}
	parts, err := opts.Storage.Load()
	if err != nil {
		return nil, fault.Wrap(err, fault.Corrupt, "replica.Open", "What this app kept on this device cannot be read.")
	}
	return OpenState(opts, parts)
}

// OpenState begins from what MarshalState gave, as a phone that was set up from a copy does; without parts it begins a new
// database.
func OpenState(opts Options, parts map[string][]byte) (*Replica, error) {
	r := &Replica{opts: opts, records: map[syncing.RecordID]*record{}, dirty: map[syncing.RecordID]bool{}}
	if opts.Schema < 1 {
		r.opts.Schema = 1
	}
	if len(parts) > 0 {
		return r, r.unmarshalState(parts)
	}
	r.db = database{Version: stateVersion, Replica: syncing.ReplicaID{UUID: opts.NewID()}}
	return r, r.save()
}

// ID is the name under which this database writes now.
func (r *Replica) ID() syncing.ReplicaID { return r.db.Replica }

// Records lists the records that this database knows of, in the order of their ids.
func (r *Replica) Records() []syncing.RecordID {
	return slices.SortedFunc(maps.Keys(r.records), func(a, b syncing.RecordID) int { return slices.Compare(a.UUID[:], b.UUID[:]) })
}

// record gives what the database has of a record, beginning it if it is new.
func (r *Replica) record(id syncing.RecordID) *record {
	rec := r.records[id]
	if rec == nil {
		rec = &record{Version: stateVersion, ID: id, Docs: map[syncing.DocID]*Document{}}
		r.records[id] = rec
		r.dirty[id] = true
	}
	return rec
}

// touch marks a record as changed by the step under way.
func (r *Replica) touch(rec *record) { r.dirty[rec.ID] = true }

// save ends a step: everything it changed is kept, or the replica is broken and says so until it is opened again.
func (r *Replica) save() error {
	if r.opts.Storage == nil {
		clear(r.dirty)
		return nil
	}
	parts := map[string][]byte{}
	b, err := encode(&r.db)
	parts[databasePart] = b
	for id := range r.dirty {
		if err == nil {
			parts[recordPart+id.String()], err = encode(r.records[id])
		}
	}
	if err == nil {
		err = r.opts.Storage.Save(parts)
	}
	if err != nil {
		r.broken = fault.Wrap(err, fault.Full, "replica.save", "This could not be kept on this device. Make some room, then open the app again.")
		return r.broken
	}
	clear(r.dirty)
	return nil
}

// line gives the record's line of a name; nil if it has none.
func (rec *record) line(replica syncing.ReplicaID) *line {
	for _, l := range rec.Lines {
		if l.Replica == replica {
			return l
		}
	}
	return nil
}

// current gives the record's line of the name in use, beginning it if needed.
func (r *Replica) current(rec *record) *line {
	if l := rec.line(r.db.Replica); l != nil {
		return l
	}
	l := &line{Replica: r.db.Replica}
	rec.Lines = append(rec.Lines, l)
	r.touch(rec)
	return l
}
