package ward

import (
	"errors"
	"slices"
	"strconv"

	"satchel/internal/care"
	syncing "satchel/sync"
	"satchel/sync/replica"
	"satchel/sync/sim"
)

func itoa(n int) string { return strconv.Itoa(n) }

// follow does what the followers of a running server do: what follows from time, cards that are owed, accesses that ended.
func (w *world) follow() {
	for more := true; more; {
		var err error
		_, more, err = w.engine.Due(w.ctx)
		w.must("what is due in the engine", err)
	}
	var due []syncing.IndexEntry
	w.must("what is due in care", w.machine.Scan(w.ctx, care.DueIndex, nil, care.DueKey(w.serverNow()+1), 1000, func(e syncing.IndexEntry) bool {
		due = append(due, e)
		return true
	}))
	for _, e := range due {
		w.must("time does its work", w.engine.Follow(w.ctx, e.Record, func(r syncing.Reader, now int64) ([]syncing.Patch, error) {
			patches, err := w.clock.Due(e.Record, r, syncing.DocID(e.Value), now)
			if len(patches) > 0 {
				w.note("due")
			}
			return patches, err
		}))
	}
	_, err := w.identity.EndExpired(w.ctx)
	w.must("what expired ends", err)
	w.oracle.endsExpired(w.serverNow())
	w.tell("time does its work on %d documents", len(due))
}

// putBackServer restores a backup: a new epoch begins, and what was revoked since stays revoked.
func (w *world) putBackServer() {
	var list []*backup
	for i, b := range w.backups {
		if w.safe == nil || i >= slices.Index(w.backups, w.safe) {
			list = append(list, b)
		}
	}
	if len(list) == 0 {
		return
	}
	b := pick(w, list...)
	b.goBack()
	w.backups, w.cables = append(slices.Clone(b.chain), b), nil
	w.epochs, w.epoch = append(slices.Clip(w.epochs), w.epoch), w.newEpoch()
	w.durable(b.sequence)
	w.oracle.restores(b.life)
	w.restart()
	w.must("revocations are applied", w.identity.ApplyRevocations(w.ctx, w.ended))
	w.fewer()
	for _, id := range w.records[:2] {
		w.changed[id] = true
	}
	for _, ph := range w.phones {
		if _, known := w.oracle.life.accounts[ph.owner.account]; !known {
			ph.gone = true
		}
	}
	w.note("restored")
	w.tell("the server is put back to %s", b.name)
}

// fewer: where the clock went back, an old revocation may be younger than what was given after it, and ends or narrows that once
// more. It fails to the safe side: the oracle follows, but only where less is seen than it thinks.
func (w *world) fewer() {
	for i, id := range w.records[:2] {
		shares, err := w.identity.Shares(w.ctx, w.principal(w.ownerOf(i)), id)
		w.must("reading who may see a record", err)
		for _, s := range shares {
			if s.Relation != "waiting" && s.Relation != "owner" {
				w.oracle.lessens(wayKey{record: id, account: s.Grantee.Account, team: s.Grantee.Team}, s.Until != 0, s.Categories, s.Expires)
			}
		}
	}
}

// stopsInside lets the machine stop while it takes in what one phone hands in: before a commit, and nothing of it exists; or behind
// it, and all of it does, though nobody was told.
func (w *world) stopsInside() {
	ph := w.anyPhone()
	m := w.request(ph, []syncing.RecordID{w.records[w.rnd.IntN(2)]})
	who, ok := w.speak(ph)
	if !ok {
		return
	}
	if w.chance(50) {
		w.machine.Before = 1
	} else {
		w.machine.After = 1
	}
	_, err := w.engine.Sync(w.ctx, who, m.exchange.Request)
	stopped := w.machine.Off
	w.machine.Replug()
	if stopped != errors.Is(err, sim.ErrPower) || err != nil && !stopped {
		w.broken("d: the machine stopped: %v, and the server says: %v", stopped, err)
	}
	if stopped {
		w.note("stopped")
	}
	w.changed[m.exchange.Request.Records[0].Record] = true
	w.cables = nil
	w.restart()
	w.tell("the machine stops: %v", stopped)
}

// fullForAWhile lets some phones speak while the disk is full: what is read is answered, what is handed in stays with the phone.
func (w *world) fullForAWhile() {
	var phones []*phone
	for range 3 {
		if ph := w.anyPhone(); w.signedIn(ph) {
			phones = append(phones, ph)
		}
	}
	w.machine.Full = true
	sequence := w.opts.Disk.Sequence()
	for _, ph := range phones {
		w.converse(ph)
	}
	if w.opts.Disk.Sequence() != sequence {
		w.broken("b: a full disk takes something in")
	}
	w.machine.Full = false
	w.note("full disk")
	w.tell("the disk was full for a while")
}

func (w *world) signedIn(ph *phone) bool {
	_, ok := w.speak(ph)
	return ok
}

func (w *world) load(ph *phone, parts map[string][]byte) {
	db, err := replica.OpenState(w.database(ph), parts)
	w.must("opening a phone", err)
	ph.db = db
}

func (w *world) parts(ph *phone) map[string][]byte {
	parts, err := ph.db.MarshalState()
	w.must("closing a phone", err)
	return parts
}

func (w *world) reopen(ph *phone) { w.load(ph, w.parts(ph)) }

// phonesMost is how many phones there may be when one more is set up from a copy.
const phonesMost = 16

func (w *world) copyPhone() {
	ph := w.anyPhone()
	if len(w.phones) >= phonesMost {
		return
	}
	c := &phone{name: ph.name + "'", owner: ph.owner, schema: ph.schema, drift: ph.drift + hour, bases: map[syncing.RecordID]string{}}
	w.load(c, w.parts(ph))
	w.phones = append(w.phones, c)
	w.note("copied")
	w.tell("%s is set up as a copy of %s", c.name, ph.name)
}

func (w *world) keepPhone() {
	ph := w.anyPhone()
	ph.kept = append(ph.kept, w.parts(ph))
	w.tell("%s is backed up", ph.name)
}

func (w *world) putBackPhone() {
	ph := w.anyPhone()
	if len(ph.kept) == 0 {
		return
	}
	w.load(ph, pick(w, ph.kept...))
	w.note("phone restored")
	w.tell("%s is restored from an older copy of itself", ph.name)
}

func (w *world) losePhone() {
	ph := w.anyPhone()
	ph.gone = len(w.phones) > 6 && ph != w.phones[0]
	w.tell("%s is lost: %v", ph.name, ph.gone)
}
