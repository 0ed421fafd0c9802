package ward

import (
	"slices"
)

// tick lets one thing happen. What is drawn depends on the seed and the step alone, so steps can be left out. Every third seed has
// nothing that goes back in time, so that the ordinary path is seen on its own too.
func (w *world) tick(step int) {
	w.draw(step)
	w.result.Steps++
	w.now += int64(w.rnd.IntN(90_000))
	roll, putBack := w.rnd.IntN(1000), w.opts.Seed%3 != 0
	for _, kind := range []struct {
		share int
		only  bool
		do    func()
	}{
		{260, true, w.write},
		{40, true, w.quarrel},
		{300, true, w.ask},
		{140, true, w.deliver},
		{50, true, w.act},
		{40, true, w.consents},
		{10, true, w.newCaregiver},
		{16, true, w.staff},
		{8, true, w.opensInEmergency},
		{6, true, w.invites},
		{30, true, w.pry},
		{30, true, w.timePasses},
		{8, true, w.restartServer},
		{8, true, w.changeVersions},
		{10, true, w.backUp},
		{6, true, w.readBack},
		{8, true, w.stopsInside},
		{5, true, w.fullForAWhile},
		{6, putBack, w.putBackServer},
		{3, putBack, w.copyPhone},
		{6, putBack, w.keepPhone},
		{4, putBack, w.putBackPhone},
		{1, putBack, w.losePhone},
	} {
		if roll -= kind.share; roll < 0 {
			if kind.only {
				kind.do()
			}
			break
		}
	}
	w.look()
}

// timePasses: minutes mostly, sometimes a month or half a year, and what is due is done.
func (w *world) timePasses() {
	switch roll := w.rnd.IntN(20); {
	case roll < 1:
		w.now += 31 * day
	case roll < 3:
		w.now += int64(w.rnd.IntN(int(5 * day)))
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
		w.follow()
	}
}

func (w *world) restartServer() {
	w.note("restart")
	w.tell("the server restarts")
	w.restart()
}

// changeVersions: the server asks for newer apps, or an app is up- or downgraded.
func (w *world) changeVersions() {
	if w.chance(40) {
		w.min = 2 * w.rnd.IntN(2)
		w.tell("the server reads apps from schema %d on", w.min)
		w.restart()
		return
	}
	ph := w.anyPhone()
	ph.schema = pick(w, 1, 1, 2)
	w.reopen(ph)
	w.tell("%s has an app of schema %d", ph.name, ph.schema)
}

// backUp begins a backup: the store says so, and everything up to now is in it.
func (w *world) backUp() {
	w.look()
	b := &backup{name: "backup " + itoa(w.step), sequence: w.opts.Disk.Sequence(), chain: slices.Clone(w.backups)}
	w.durable(b.sequence)
	b.goBack, b.life = w.opts.Disk.Keep(), w.oracle.life.clone()
	w.backups = append(w.backups, b)
	w.tell("%s is taken", b.name)
}

func (w *world) durable(taken uint64) {
	safe := uint64(0)
	if w.safe != nil {
		safe = w.safe.sequence
	}
	w.opts.Disk.SetDurability(taken, safe)
}

// readBack reads the newest backup of this life back: what lies in it is safe.
func (w *world) readBack() {
	if len(w.backups) == 0 {
		return
	}
	w.safe = w.backups[len(w.backups)-1]
	w.durable(w.safe.sequence)
	w.tell("%s is read back: what is in it is safe", w.safe.name)
}
