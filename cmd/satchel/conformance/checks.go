package conformance

import "fmt"

// story is one check: what is done, and what must be so.
type story struct {
	name  string
	story func(*run)
}

// checks are the stories, in the order in which they are told.
var checks = []story{
	{"a change is shown at once and arrives", (*run).arrives},
	{"lost answers", (*run).lostAnswers},
	{"doubled and delayed requests", (*run).doubledRequests},
	{"a server that is away", (*run).away},
	{"an app that is killed", (*run).killed},
	{"a clock that is wrong", (*run).wrongClock},
	{"a long outbox", (*run).longOutbox},
	{"pages", (*run).pages},
	{"honest state", (*run).honest},
	{"siblings", (*run).siblings},
	{"the base of a form", (*run).formBase},
	{"held changes", (*run).held},
	{"deleted documents", (*run).deleted},
	{"unknown fields and types", (*run).unknown},
	{"digest", (*run).digest},
	{"a digest that never agrees", (*run).digestNever},
	{"a busy record", (*run).busy},
	{"a client too old to read", (*run).tooOld},
	{"too large for a request", (*run).tooLarge},
	{"ended access", (*run).endedAccess},
	{"narrowed consent", (*run).narrowed},
	{"a reset leaves the outbox", (*run).longReset},
	{"another account", (*run).otherAccount},
	{"a restored server", (*run).restored},
	{"a lost tail", (*run).lostTail},
	{"words that are gone", (*run).skips},
	{"a copied phone", (*run).copied},
	{"a phone put back", (*run).putBack},
}

func (r *run) arrives() {
	ann := r.phone("ann", "ann", 0)
	ann.settles()
	ann.agrees()
	ann.writes("thing/1", "title=walk", "+tags=slow", `pain=3`)
	v := ann.notUpToDate("a change waits")
	ann.shows(v, "thing/1", "title", `"walk"`)
	ann.shows(v, "thing/1", "tags", `["slow"]`)
	ann.waits(v, 1)
	ann.settles()
	ann.agrees()
	ann.writes("thing/1", "-tags=slow", "title=run", "pain=null")
	v = ann.view()
	ann.shows(v, "thing/1", "tags", "")
	ann.shows(v, "thing/1", "pain", "")
	ann.settles()
	ann.agrees()
	r.once("thing/1", "title", `"walk"`)
	r.once("thing/1", "title", `"run"`)
}

// lostAnswers: the same mutations go out again until an answer comes, and have one effect.
func (r *run) lostAnswers() {
	ann := r.phone("ann", "ann", 0)
	ann.settles()
	ann.writes("thing/1", "title=walk", "note=one")
	for _, sky := range []weather{lostAnswer, cutAnswer, lostRequest, lostAnswer} {
		if ann.sync(sky).Done {
			r.wrong("the client to have more to do, for no answer came", "it is done")
		}
		ann.waits(ann.notUpToDate("no answer came"), 1)
	}
	ann.writes("thing/1", "note=two")
	ann.waits(ann.view(), 2)
	ann.sync(lostAnswer)
	ann.settles()
	ann.shows(ann.agrees(), "thing/1", "note", `"two"`)
	r.once("thing/1", "note", `"one"`)
	r.once("thing/1", "note", `"two"`)
}

func (r *run) doubledRequests() {
	ann := r.phone("ann", "ann", 0)
	ann.settles()
	ann.writes("thing/1", "title=walk", "+tags=one")
	ann.sync(doubled)
	ann.settles()
	ann.agrees()
	ann.writes("thing/1", "-tags=one", "+tags=two")
	ann.sync(later)
	ann.writes("thing/1", "+tags=three")
	ann.sync() // and the delayed request comes in behind it
	ann.settles()
	ann.agrees()
	r.once("thing/1", "tags", `"two"`)
	r.once("thing/1", "tags", `"three"`)
}

func (r *run) away() {
	ann := r.phone("ann", "ann", 0)
	ann.writes("thing/1", "title=walk")
	for _, sky := range []weather{unavailable, signedOut, lostRequest} {
		ann.sync(sky)
		ann.waits(ann.notUpToDate("the server took nothing"), 1)
	}
	ann.settles()
	ann.agrees()
	r.once("thing/1", "title", `"walk"`)
}

func (r *run) killed() {
	ann := r.phone("ann", "ann", 0)
	ann.settles()
	ann.writes("thing/1", "title=walk")
	ann.reopens()
	v := ann.view()
	ann.shows(v, "thing/1", "title", `"walk"`)
	ann.waits(v, 1)
	ann.sync(lostAnswer)
	ann.reopens()
	ann.waits(ann.view(), 1)
	ann.settles()
	ann.reopens()
	ann.agrees()
	r.once("thing/1", "title", `"walk"`)
}

// wrongClock: `at` and `now` are the device's own, however wrong, and `at` is that of the writing.
func (r *run) wrongClock() {
	const years = 26 * 365 * 24 * 3600_000
	ann := r.phone("ann", "ann", 0)
	ann.skew = -years
	ann.settles()
	ann.writes("thing/1", "title=walk")
	written := ann.now()
	ann.sync(lostAnswer)
	ann.settles()
	ann.agrees()
	r.w.mu.Lock()
	list, err := r.w.engine.History(r.ctx, r.w.principal("ann"), r.w.record, docID("thing/1"))
	r.w.mu.Unlock()
	r.must(err)
	for _, e := range list {
		if e.At != written {
			r.wrong("`at` to be what the device's clock said as the person wrote", "another moment")
		}
	}
}

// longCount is more than one request may hold.
const longCount = 510

func (r *run) longOutbox() {
	ann := r.phone("ann", "ann", 0)
	ann.writesMany()
	ann.waits(ann.view(), longCount)
	ann.settles()
	ann.agrees()
	r.arrivedMany()
}

func (p *phone) writesMany() {
	p.r.does("%s writes %d changes without a network", p.name, longCount)
	for range longCount {
		p.r.w.now += 1000
		p.must(p.change(nil, "thing/1", []string{"title=many"}))
	}
}

func (r *run) arrivedMany() {
	if n := r.times("thing/1", "title", `"many"`); n != longCount {
		r.wrong(fmt.Sprintf("all of the %d changes to have arrived once", longCount), fmt.Sprint(n))
	}
}
