package syncing

// Section 7, bases: which writes a cursor of this or another life of the store covers.

// baseCoverage reads a mutation's base. A base that cannot be read, or is of an unknown life, covers nothing.
func baseCoverage(tx ReadTx, h *head, who AccountID, base string) (coverage, error) {
	none := coverage{account: who}
	if base == "" {
		return none, nil
	}
	c, err := decodeCursor(base)
	if err != nil || c.whose != whoseTag(tx.Record(), who) {
		return none, nil
	}
	if c.epoch == h.epoch {
		c.full = min(c.full, h.rev)
	} else if left, ok := h.leftAt(c.epoch); ok {
		none.past = EpochRev{c.epoch, c.full}
		c.full = min(c.full, left)
		if c.head > left {
			none.full, none.scope = c.full, c.scope
			return none, nil // its hash lies behind the part that we share
		}
	} else {
		none.full, none.scope = min(c.full, h.parting(c)), c.scope
		return none, nil
	}
	hash, known, err := h.hashAt(tx, c.head)
	if err != nil || !known || hash != c.hash {
		return coverage{account: who}, err
	}
	none.full, none.scope = c.full, c.scope
	return none, nil
}

// parting is the rev up to which an unknown epoch's line and ours are one: the last epoch that both have been in, left at
// the lower of the two revs. A line that shares no epoch with ours shares nothing.
func (h *head) parting(c *cursor) Rev {
	for i := len(c.epochs) - 1; i >= 0; i-- {
		theirs := c.epochs[i]
		if theirs.Epoch == h.epoch {
			return min(theirs.Rev, h.rev)
		}
		if ours, ok := h.leftAt(theirs.Epoch); ok {
			return min(ours, theirs.Rev)
		}
	}
	return 0
}

// knowsPast reports whether the write was sent again with a rev of the base's epoch at or below the base's.
func (c coverage) knowsPast(o *Origin) bool {
	if c.past.Epoch == "" {
		return false
	}
	for _, was := range o.Was {
		if was.Epoch == c.past.Epoch && was.Rev <= c.past.Rev {
			return true
		}
	}
	return false
}

// remember notes, for the base's earlier epoch, the highest rev that was covered at this place.
func (c coverage) remember(memory []EpochRev) []EpochRev {
	if c.past.Epoch == "" {
		return memory
	}
	for i := range memory {
		if memory[i].Epoch == c.past.Epoch {
			memory[i].Rev = max(memory[i].Rev, c.past.Rev)
			return memory
		}
	}
	return append(memory, c.past)
}

// remembered reports whether a write that was sent again had been covered at a place with this memory.
func remembered(memory []EpochRev, o *Origin) bool {
	for _, was := range o.Was {
		for _, m := range memory {
			if m.Epoch == was.Epoch && was.Rev <= m.Rev {
				return true
			}
		}
	}
	return false
}
