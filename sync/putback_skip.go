package syncing

// Section 7, skip: a number whose words a phone could not send was held as such; when the words come after all, they take
// the number's place and are tried now.

// instead tries a real mutation for a number that was skipped.
func (w *work) instead(in *intake, m *Mutation, old *nameRow) error {
	var err error
	if m.names, err = w.own(m.names, in.who.Account); err != nil {
		return err
	}
	row, err := w.earlier(in, m)
	if err != nil {
		return err
	}
	if row == nil {
		if err := w.closeSkip(in, m, old); err != nil {
			return err
		}
		if row, err = w.try(in, m); err != nil {
			return err
		}
	}
	return w.name(in, m, row)
}

// closeSkip marks the skip's document as applied before its words are tried; if they are held, the same document opens
// again with their reason, for there is one document a number.
func (w *work) closeSkip(in *intake, m *Mutation, old *nameRow) error {
	held, err := w.document(heldDocID(in.replica, m.N))
	if err != nil {
		return err
	}
	if held == nil || SnapshotOf(held).Text("status") != heldOpen {
		return nil
	}
	o := Origin{Replica: in.replica, N: m.N, At: m.At, Effective: in.effective(m, w.now)}
	return w.settled(in.replica, m.N, old, heldApplied, o)
}
