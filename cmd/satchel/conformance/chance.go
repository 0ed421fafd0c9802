package conformance

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"satchel/sync/storetest"
)

const (
	chanceSteps  = 50 // of one story, before the network is good again
	chanceCopies = 2  // of phones in one story
	chanceThings = 4
)

// gamble is one story of chance: a patient's phone, a nurse's phone, copies of them, and a server that is put back.
type gamble struct {
	r       *run
	rnd     *rand.Rand
	phones  []*phone
	backups []storetest.Snapshot
	// words are what was written, each only once: in a document, a field, as a value.
	words  [][3]string
	copies int
}

// chance tells one seeded story: faults, then quiet, and then everything must be everywhere, once.
func (r *run) chance(seed uint64) {
	g := &gamble{r: r, rnd: rand.New(rand.NewPCG(seed, 0x5a7c4e1))}
	limit := []int{0, 1, 3}[g.rnd.IntN(3)]
	g.phones = []*phone{r.phone("ann", "ann", limit), r.phone("ben", "ben", limit)}
	g.phones[1].skew = g.rnd.Int64N(4e11) - 2e11
	g.backups = []storetest.Snapshot{r.backup()}
	for range chanceSteps {
		g.act()
	}
	g.rest()
	g.account()
}

// act is one thing that happens.
func (g *gamble) act() {
	r, p := g.r, g.phones[g.rnd.IntN(len(g.phones))]
	switch roll := g.rnd.IntN(100); {
	case roll < 40:
		g.write(p)
	case roll < 80:
		skies := []weather{fair, fair, fair, lostRequest, lostAnswer, cutAnswer, doubled, later, unavailable, signedOut}
		p.sync(skies[g.rnd.IntN(len(skies))])
	case roll < 84:
		p.reopens()
	case roll < 87 && g.copies < chanceCopies:
		g.copies++
		g.phones = append(g.phones, p.copyTo(fmt.Sprintf("%s, copy %d", p.name, g.copies)))
	case roll < 91:
		g.backups = append(g.backups, r.backup())
	case roll < 93:
		r.does("the server is restored from a backup, into a new epoch")
		r.w.store.Restore(g.backups[g.rnd.IntN(len(g.backups))])
		r.w.life()
	case roll < 95:
		r.does("the server loses what came after its last backup, in the same epoch")
		r.w.store.Restore(g.backups[len(g.backups)-1])
	case roll < 97:
		r.does("the access of ben ends")
		r.w.revoke("ben")
	default:
		r.does("ben has access")
		r.w.grant("ben", nurse, "schedule")
	}
}

// write puts in a word that is written nowhere else.
func (g *gamble) write(p *phone) {
	doc := fmt.Sprintf("thing/%d", g.rnd.IntN(chanceThings))
	field := []string{"note", "tags", "draft", "title", "dose"}[g.rnd.IntN(5)]
	word := fmt.Sprintf("word %03d", len(g.words))
	g.words = append(g.words, [3]string{doc, field, `"` + word + `"`})
	change := field + "=" + word
	if field == "tags" {
		change = "+" + change
	}
	p.writes(doc, change)
}

// rest lets everybody come to rest on a good network. What one phone brings back, the others must hear of, so it takes turns.
func (g *gamble) rest() {
	g.r.does("all is well from now on")
	g.r.w.grant("ben", nurse, "schedule")
	for range 3 {
		for _, p := range g.phones {
			p.sync()
			p.settles()
		}
	}
	for _, p := range g.phones {
		p.agrees()
	}
}

// account looks for every word: applied once, or held. Copies have the words of their original, and so each word is one.
func (g *gamble) account() {
	held := ""
	seen, err := g.r.w.truth(g.r.ctx, "ann")
	g.r.must(err)
	for id, d := range seen {
		if strings.HasPrefix(id, "held/") {
			held += fieldsText(d.Fields)
		}
	}
	for _, w := range g.words {
		n := g.r.times(w[0], w[1], w[2])
		if n > 1 || n == 0 && !strings.Contains(held, strings.Trim(w[2], `"`)) {
			g.r.wrong(fmt.Sprintf("%s in %s of %s to have one effect, or to be held", w[2], w[1], w[0]), fmt.Sprintf("%d effects", n))
		}
	}
}
