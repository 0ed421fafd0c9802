package syncing

import (
	"encoding/binary"
	"errors"
)

// Check walks one whole record and compares everything that is kept twice: the journal's chain with its hashes, the range of
// changes with the documents, the counted digests with the documents they count, each outcome with its journal entry, and each document
// with what the journal says was written to it.
// It returns nil for a record that is not here, and otherwise a fault of code Corrupt that names the first thing that does
// not fit, without anything of what the record holds.
func Check(tx ReadTx) error {
	row, err := tx.Get(TableHead, nil)
	if err != nil || row == nil {
		return err
	}
	h, err := decodeHead(row)
	if err != nil {
		return corrupt("syncing.Check", err)
	}
	for _, check := range []func(ReadTx, *head) error{checkJournal, checkDocuments, checkChanges, checkNames, checkWritten, checkUnsettled} {
		if err := check(tx, h); err != nil {
			return err
		}
	}
	return nil
}

func mismatch(text string) error { return corrupt("syncing.Check", errors.New(text)) }

// checkJournal recomputes the chain from the first entry to the head.
func checkJournal(tx ReadTx, h *head) error {
	var chain, top [32]byte
	var rev Rev
	var sub uint32
	err := tx.Scan(TableJournal, nil, nil, func(key, row []byte) (bool, error) {
		if len(key) != 12 || len(row) < 32 {
			return false, mismatch("a journal row does not have its form")
		}
		at := journalKey{Rev(binary.BigEndian.Uint64(key)), binary.BigEndian.Uint32(key[8:])}
		next := at == journalKey{rev: rev + 1} || at == journalKey{rev, sub + 1}
		chain = chainHash(chain, row[32:])
		if !next || [32]byte(row[:32]) != chain {
			return false, mismatch("the journal's chain is broken")
		}
		if rev, sub = at.rev, at.sub; sub == 0 {
			top = chain
		}
		_, err := splitEntry(row)
		return true, err
	})
	if err == nil && (rev != h.rev || sub != h.sub || chain != h.chain || top != h.top) {
		err = mismatch("the journal does not end where the head says")
	}
	return err
}

// checkDocuments sums the digests anew.
func checkDocuments(tx ReadTx, h *head) error {
	sums := map[string]uint64{}
	err := tx.Scan(TableDocuments, nil, nil, func(key, row []byte) (bool, error) {
		doc, err := decodeDocument(row)
		if err != nil || string(doc.ID) != string(key) || doc.Rev > h.rev {
			return false, mismatch("a document does not have its form")
		}
		if !doc.Deleted() {
			sums[doc.audience()] += digestOf(doc.ID, doc.Rev)
		}
		change, err := tx.Get(TableChanges, revKey(doc.Rev))
		if err != nil {
			return false, err
		}
		if doc.Untold {
			return true, nil
		}
		c, err := decodeChange(change)
		if err != nil || c.doc != doc.ID || c.audience != doc.audience() {
			return false, mismatch("a document is not among the changes at its rev")
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	for _, a := range h.audiences {
		if sums[a.name] != a.sum {
			return mismatch("a counted digest does not fit the documents")
		}
		delete(sums, a.name)
	}
	if len(sums) > 0 {
		return mismatch("an audience of documents is not counted")
	}
	return nil
}

// checkChanges looks for changes that no document stands behind.
func checkChanges(tx ReadTx, _ *head) error {
	return tx.Scan(TableChanges, nil, nil, func(key, row []byte) (bool, error) {
		c, err := decodeChange(row)
		if err != nil {
			return false, err
		}
		doc, err := loadDocument(tx, c.doc)
		if err != nil {
			return false, err
		}
		if len(key) != 8 || doc == nil || doc.Rev != Rev(binary.BigEndian.Uint64(key)) {
			return false, mismatch("a change stands without its document")
		}
		return true, nil
	})
}

// checkNames looks whether each outcome has its journal entry, and each replica all its numbers.
func checkNames(tx ReadTx, _ *head) error {
	counted, keyed := map[ReplicaID]uint64{}, map[ReplicaID]uint64{}
	err := tx.Scan(TableNames, nil, nil, func(key, row []byte) (bool, error) {
		name, err := decodeName(row)
		if err != nil || len(key) < 16 {
			return false, mismatch("an outcome does not have its form")
		}
		entry, err := loadEntry(tx, name.at)
		if err != nil {
			return false, err
		}
		if entry == nil || entry.outcome.Status != name.outcome.Status || entry.outcome.Rev != name.outcome.Rev {
			return false, mismatch("an outcome has no journal entry")
		}
		switch replica := (ReplicaID{UUID(key[:16])}); len(key) {
		case nameKeyBytes:
			counted[replica]++
		case len(namesakeKey(replica, 0, name.hash)):
		case len(actionKey(replica, "")):
			keyed[replica]++
		default:
			return false, mismatch("an outcome does not have its form")
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	return tx.Scan(TableReplicas, nil, nil, func(key, row []byte) (bool, error) {
		replica, err := decodeReplica(row)
		if err != nil || len(key) != 16 {
			return false, mismatch("a replica does not have its form")
		}
		id := ReplicaID{UUID(key)}
		if id == actionReplica(tx.Record(), replica.account) && keyed[id] != replica.last {
			return false, mismatch("an action's idempotency key is not here")
		}
		if n := counted[id]; n < replica.last || n > replica.last && !replica.aliased {
			return false, mismatch("a replica's numbers are not all here")
		}
		return true, nil
	})
}
