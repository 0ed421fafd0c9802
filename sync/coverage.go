package syncing

// coverage is what a mutation's author could have seen, and so what its writes replace: everything up to a rev, and
// everything that the same replica wrote before.
type coverage struct {
	full Rev         // every write of our line up to this rev
	own  []Continued // replicas that count as its own, each up to its n
	all  bool        // a server replica writes upon what stands

	// What the base's scope showed; a base covers nothing of a document that its scope did not show.
	scope   cursorScope
	account AccountID

	// Section 7: the base is of an earlier epoch and covers what was sent again with a rev of that epoch at or below past.
	past EpochRev
}

// covers reports whether the author had seen, or had himself made, the write.
func (c coverage) covers(o *Origin) bool {
	return c.all || c.owns(o) || c.knows(o)
}

// knows is covers without the author's own writes: what the base shows.
func (c coverage) knows(o *Origin) bool {
	return c.all || o.Rev <= c.full || c.knowsPast(o)
}

// owns reports whether the write is an earlier one of the same replica.
func (c coverage) owns(o *Origin) bool {
	for _, own := range c.own {
		if own.Replica == o.Replica && o.N <= own.N {
			return true
		}
	}
	return false
}

// of narrows a coverage to one document: nothing that the base's scope did not show, and nothing at all while the document
// was away, for then the author saw none of it.
func (c coverage) of(d *Document) coverage {
	if c.all {
		return c
	}
	hidden := !c.scope.sees(d.audienceFor(c), c.account)
	for _, del := range d.Deletions {
		if del.Return != nil && c.covers(del.Origin) && !c.covers(del.Return) {
			hidden = true
		}
	}
	if hidden {
		c.full, c.past = 0, EpochRev{}
	}
	return c
}
