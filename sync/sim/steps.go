package sim

import (
	"slices"

	syncing "satchel/sync"
)

// tick lets one thing happen. What is drawn depends on the seed alone; every third seed has nothing of section 7, so that the
// ordinary path is seen on its own too.
func (w *world) tick(step int) {
	w.draw(step)
	w.played++
	if step%w.eraSteps() == 0 {
		w.newEra()
	}
	w.now += int64(w.rnd.IntN(90_000))
	roll := w.rnd.IntN(1000)
	putBack := w.opts.Seed%3 != 0
	for _, kind := range []struct {
		share int
		only  bool
		do    func()
	}{
		{252, true, w.write},
		{40, true, w.quarrel},
		{334, true, w.ask},
		{200, true, w.deliver},
		{25, true, w.opensForm},
		{20, true, w.flip},
		{18, true, w.act},
		{20, true, w.timePasses},
		{8, true, w.restartServer},
		{6, true, w.changeVersions},
		{4, true, func() { w.createIfMissing(1) }},
		{12, true, w.backUp},
		{8, true, w.readBack},
		{6, true, w.stopsInside},
		{4, true, w.fullForAWhile},
		{6, putBack, w.putBackServer},
		{4, putBack, w.loseTail},
		{3, putBack, w.copyPhone},
		{5, putBack, w.keepPhone},
		{4, putBack, w.putBackPhone},
		{1, putBack, w.losePhone},
		{12, w.ancient, w.keepPhone},
		{8, w.ancient, w.putBackPhone},
	} {
		if roll -= kind.share; roll < 0 {
			if kind.only {
				kind.do()
			}
			return
		}
	}
}

// An era ends after so many steps, and there are so many at the most: a request names 32 records.
const (
	eraShortest = 500
	erasMost    = 10
)

func (w *world) eraSteps() int { return max(eraShortest, (w.opts.Steps+erasMost-1)/erasMost) }

// newEra begins two records anew, so that a long run costs what several short ones cost, and phones have many records.
func (w *world) newEra() {
	w.note("era")
	w.past = append(w.past, w.records[0], w.records[1])
	w.records[0], w.records[1] = syncing.RecordID{UUID: w.id()}, syncing.RecordID{UUID: w.id()}
	w.tell("two new records begin: %s and %s", short(w.records[0]), short(w.records[1]))
	w.create(0)
	if w.chance(60) {
		w.create(1)
	}
}

// every lists all records: those in use, that of nobody, and the past ones.
func (w *world) every() []syncing.RecordID { return slices.Concat(w.records, w.past) }

// opensForm keeps the base of what a phone shows now, for a form that is saved later.
func (w *world) opensForm() {
	ph, id := w.anyPhone(), w.records[w.rnd.IntN(2)]
	ph.bases[id] = append(ph.bases[id], ph.db.Base(id))
	if len(ph.bases[id]) > 3 {
		ph.bases[id] = ph.bases[id][1:]
	}
}

// timePasses: minutes mostly, sometimes a month or half a year, and what is due is done. The server's clock jumps at times.
func (w *world) timePasses() {
	switch roll := w.rnd.IntN(20); {
	case roll < 3:
		w.now += 31 * day
	case roll < 4:
		w.now += 181 * day
	case roll == 6 && w.leaps:
		w.drift = pick(w, -10*year, 10*year)
		w.note("ten years")
		w.tell("the server's clock is set to %+d years", w.drift/year)
	case roll < 6:
		w.drift = pick(w, 0, -hour, hour, -day, day, 0)
		w.tell("the server's clock is set to %+d h", w.drift/hour)
	default:
		w.now += int64(w.rnd.IntN(int(6 * hour)))
	}
	if w.chance(70) {
		w.due()
	}
}

func (w *world) restartServer() {
	w.note("restart")
	w.tell("the server restarts")
	w.restart()
}

// changeVersions: the server asks for newer apps, or an app is updated.
func (w *world) changeVersions() {
	if w.chance(40) {
		w.oracle.schemaMin = 2 * w.rnd.IntN(2)
		w.tell("the server reads apps from schema %d on", w.oracle.schemaMin)
		w.restart()
		return
	}
	ph := w.anyPhone()
	if ph.schema == 1 {
		ph.schema = 2
		w.reopen(ph)
		w.tell("%s updates the app", ph.name)
	}
}

func (w *world) createIfMissing(i int) {
	if w.oracle.life.records[w.records[i]] == nil {
		w.create(i)
	}
}

// backUp begins a backup: the store says so, and everything up to now is in it.
func (w *world) backUp() {
	b := &backup{name: "backup " + number(uint64(w.step)), sequence: w.opts.Disk.Sequence(), chain: slices.Clone(w.chain)}
	w.durable(b.sequence)
	b.goBack, b.life = w.opts.Disk.Keep(), w.oracle.life.clone()
	w.chain = append(w.chain, b)
	if w.backups = append(w.backups, b); len(w.backups) > 5 {
		w.backups = w.backups[1:]
	}
	w.tell("%s is taken", b.name)
}

// durable tells the store of the newest backup, and of the one that was read back.
func (w *world) durable(taken uint64) {
	safe := uint64(0)
	w.oracle.life.safe = nil
	if w.safe != nil {
		safe, w.oracle.life.safe = w.safe.sequence, w.safe.life.lasts()
	}
	w.opts.Disk.SetDurability(taken, safe)
}

// readBack reads the newest backup of this life back: what lies in it is safe.
func (w *world) readBack() {
	if len(w.chain) == 0 || w.safe == w.chain[len(w.chain)-1] {
		return
	}
	b := w.chain[len(w.chain)-1]
	w.safe = b
	w.durable(b.sequence)
	w.note("safe")
	w.tell("%s is read back: what is in it is safe", b.name)
}

// older chooses a backup to go back to. Only in some seeds it may be older than what phones were told is safe.
func (w *world) older() *backup {
	var list []*backup
	for _, b := range w.backups {
		if w.ancient || w.safe == nil || b == w.safe || slices.Contains(b.chain, w.safe) {
			list = append(list, b)
		}
	}
	if len(list) == 0 {
		return nil
	}
	return list[w.rnd.IntN(len(list))]
}

// putBackServer restores a backup: a new epoch begins, and what was revoked since stays revoked.
func (w *world) putBackServer() {
	b := w.older()
	if b == nil {
		return
	}
	w.goBack(b)
	w.oracle.life.leave(w.epoch())
	w.restart()
	w.note("restored")
	w.tell("the server is put back to %s, epoch %s", b.name, w.oracle.life.epoch)
	w.auditAll()
}

// loseTail brings the server back without what it did last, and without anybody noticing.
func (w *world) loseTail() {
	if len(w.chain) == 0 {
		return
	}
	b := w.chain[len(w.chain)-1]
	if b.life.epoch != w.oracle.life.epoch || !w.ancient && w.safe != nil && b != w.safe && !slices.Contains(b.chain, w.safe) {
		return
	}
	w.goBack(b)
	w.restart()
	w.oracle.torn[w.oracle.life.epoch] = true
	w.note("lost tail")
	w.tell("the server loses all since %s", b.name)
	w.auditAll()
}

func (w *world) goBack(b *backup) {
	before := w.oracle.life
	w.cables = nil // connections end with the machine
	b.goBack()
	w.oracle.life = b.life.clone()
	w.chain = append(slices.Clone(b.chain), b)
	if w.safe != nil && w.safe != b && !slices.Contains(b.chain, w.safe) {
		w.safe = nil // phones may have let go of what is gone now
		w.mournLost(before)
	}
	w.durable(b.sequence)
	for key, g := range before.grants {
		if again := w.oracle.life.grants[key]; g.Known && !g.Active && again.Active {
			w.oracle.life.grants[key] = g
		}
	}
}

// mournLost notes the words that no phone has any more and that are not in the backup.
func (w *world) mournLost(before *life) {
	kept := map[string]bool{}
	for _, ph := range w.phones {
		for _, id := range ph.db.Records() {
			for _, e := range ph.db.Outbox(id) {
				kept[contentOf(e.Body)] = kept[contentOf(e.Body)] || !ph.gone
			}
		}
	}
	for _, r := range before.records {
		for at, t := range r.names {
			if !kept[t.content] {
				w.lost[t.content] = true
				w.oracle.mourned[mournedName{r.id, at}] = true
			}
		}
	}
}

// copyPhone sets up a second phone from a copy of the first.
func (w *world) copyPhone() {
	ph := w.anyPhone()
	if len(w.phones) >= phonesMost {
		return
	}
	parts, err := ph.db.MarshalState()
	if err != nil {
		w.broken("copying a phone: %v", err)
	}
	c := &phone{
		name: ph.name + "'", owner: ph.owner, family: ph.family, schema: ph.schema, drift: ph.drift + hour,
		written: cloneWritten(ph.written), bases: map[syncing.RecordID][]string{},
	}
	w.load(c, parts)
	w.copied[ph.family] = true
	w.phones = append(w.phones, c)
	w.note("copied")
	w.tell("%s is set up as a copy of %s", c.name, ph.name)
}

func (w *world) keepPhone() {
	ph := w.anyPhone()
	parts, err := ph.db.MarshalState()
	if err != nil {
		w.broken("keeping a phone: %v", err)
	}
	ph.kept = append(ph.kept, keptPhone{parts, cloneWritten(ph.written)})
	w.tell("%s is backed up", ph.name)
}

// putBackPhone restores a phone from an older copy of itself.
func (w *world) putBackPhone() {
	ph := w.anyPhone()
	if len(ph.kept) == 0 {
		return
	}
	old := ph.kept[w.rnd.IntN(len(ph.kept))]
	ph.written = cloneWritten(old.written)
	w.load(ph, old.parts)
	w.copied[ph.family] = true
	w.note("phone restored")
	w.tell("%s is restored from an older copy of itself", ph.name)
}

func (w *world) losePhone() {
	alive := 0
	for _, ph := range w.phones {
		if !ph.gone {
			alive++
		}
	}
	if ph := w.anyPhone(); alive > 4 {
		ph.gone = true
		w.tell("%s is lost", ph.name)
	}
}
