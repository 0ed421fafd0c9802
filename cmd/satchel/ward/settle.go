package ward

import (
	"cmp"
	"errors"
	"slices"

	syncing "satchel/sync"
)

// roundsMost bounds how often a phone may have to speak, beyond once for each of its mutations, before it rests.
const roundsMost = 60

// settle ends all faults and asks whether everything comes to rest: every outbox drains, and every phone holds what its account sees.
func (w *world) settle() {
	w.cables, w.drift, w.min, w.quiet = nil, 0, 0, true
	w.restart()
	w.follow()
	w.look()
	for range 3 {
		w.rest()
		w.now += 25 * hour // earlier names ask once a day
	}
	w.follow()
	w.backUp()
	w.readBack()
	w.now += 25 * hour
	w.rest()
	w.rest()
	for _, ph := range w.phones {
		if !ph.gone && w.signedIn(ph) {
			w.atRest(ph)
		}
	}
	for _, id := range w.records[:2] {
		w.oracle.life.charts[id].cursor = "" // everything is read once more from the start
		w.lookAt(id)
		w.must("a record is checked", w.machine.View(w.ctx, id, syncing.Check))
		if changed, err := w.engine.Relist(w.ctx, id); changed || err != nil {
			w.must("what waits to be settled is what the documents say", cmp.Or(err, errors.New("it is not")))
		}
	}
}

func (w *world) converse(ph *phone) bool {
	back := w.arrive(w.request(ph, w.records))
	if back != nil {
		w.take(back)
	}
	return back != nil
}

// rest lets every phone speak until it has nothing more to say.
func (w *world) rest() {
	for _, ph := range w.phones {
		if ph.gone {
			continue
		}
		spoken, most := 0, roundsMost
		for _, id := range w.records {
			most += len(ph.db.Outbox(id)) + len(ph.db.Given(id))
			if c := w.oracle.life.charts[id]; c != nil {
				most += len(c.papers)
			}
		}
		for spoken < 2 || w.wants(ph) {
			w.now += 2000
			if spoken++; spoken > most {
				w.broken("e: %s does not come to rest", ph.name)
			}
			if !w.converse(ph) {
				break
			}
		}
	}
}

func (w *world) wants(ph *phone) bool {
	return slices.ContainsFunc(w.records, func(id syncing.RecordID) bool { return ph.db.Wants(id, w.now+ph.drift) })
}

// atRest looks at one phone when everything is over.
func (w *world) atRest(ph *phone) {
	for i, id := range w.records {
		p, state := w.oracle.permits(id, ph.owner.account, w.serverNow()), ph.db.State(id)
		if ph.db.Unanswered(id) > 0 {
			w.broken("e: %s has words for record %d without an outcome (%s)", ph.name, i, state)
		}
		if !p.active {
			if len(ph.db.Given(id)) > 0 {
				w.broken("a: %s still holds documents of record %d", ph.name, i)
			}
			continue
		}
		if state != "up to date" {
			w.broken("e: %s says %q of record %d", ph.name, state, i)
		}
		v := w.oracle.views(id, p)
		w.equal(ph, id, &v)
		if left := ph.db.Outbox(id); len(left) > 0 {
			w.broken("e: %s still keeps %d mutations of record %d that are safe", ph.name, len(left), i)
		}
	}
}
