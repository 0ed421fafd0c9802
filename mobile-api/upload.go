package mobileapi

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"satchel/internal/fault"
	"satchel/sync"
)

// The rows of TableBlobs. What an account has begun is its own, so that nobody learns from an upload what others have.
const (
	begunPrefix    = 'b' // sum, account -> total, received
	finishedPrefix = 'f' // sum -> account whose parts they are
	partPrefix     = 'p' // sum, account, offset -> bytes
)

// upload is one attachment on its way in.
type upload struct {
	sum      [sha256.Size]byte
	account  syncing.AccountID
	total    int64
	received int64
	wrong    bool // the last byte is here, and the sum is another
}

func (u *upload) complete() bool { return u.total > 0 && u.received == u.total }

func (u *upload) key(prefix byte) []byte {
	return slices.Concat([]byte{prefix}, u.sum[:], u.account.UUID[:])
}

func finishedKey(sum [sha256.Size]byte) []byte { return append([]byte{finishedPrefix}, sum[:]...) }

// load reads how far it has come; nothing begun is a total of 0.
func (u *upload) load(tx syncing.ReadTx) error {
	row, err := tx.Get(syncing.TableBlobs, u.key(begunPrefix))
	if err != nil || len(row) != 16 {
		return err
	}
	u.total, u.received = int64(binary.BigEndian.Uint64(row)), int64(binary.BigEndian.Uint64(row[8:]))
	return nil
}

func (u *upload) save(tx syncing.Tx) error {
	row := binary.BigEndian.AppendUint64(nil, uint64(u.total))
	return tx.Put(syncing.TableBlobs, u.key(begunPrefix), binary.BigEndian.AppendUint64(row, uint64(u.received)))
}

// take stores the next part, and looks at the whole when it is the last. A part that is here already changes nothing.
func (u *upload) take(tx syncing.Tx, p part) error {
	if err := u.load(tx); err != nil {
		return err
	}
	switch {
	case u.total == 0:
		if err := u.room(tx, p.total); err != nil {
			return err
		}
		u.total = p.total
	case u.total != p.total:
		return fault.New(fault.Conflict, blobOp, "This attachment was begun with another length.")
	}
	switch {
	case p.from+int64(len(p.content)) <= u.received:
		return nil
	case p.from != u.received:
		return fault.New(fault.Conflict, blobOp, "A part before this one is missing, or was cut otherwise. Ask with HEAD where to go on.")
	}
	place := binary.BigEndian.AppendUint64(u.key(partPrefix), uint64(p.from))
	if err := tx.Put(syncing.TableBlobs, place, p.content); err != nil {
		return err
	}
	if u.received += int64(len(p.content)); u.complete() {
		return u.finish(tx)
	}
	return u.save(tx)
}

// finish compares the sum. Parts that are wrong, and parts that another account has brought already, are let go.
func (u *upload) finish(tx syncing.Tx) error {
	content, err := partsOf(tx, u.sum, u.account.UUID[:])
	if err != nil {
		return err
	}
	if u.wrong = sha256.Sum256(content) != u.sum; u.wrong {
		if err := u.drop(tx); err != nil {
			return err
		}
		return tx.Delete(syncing.TableBlobs, u.key(begunPrefix))
	}
	before, err := tx.Get(syncing.TableBlobs, finishedKey(u.sum))
	switch {
	case err != nil:
		return err
	case before == nil:
		err = tx.Put(syncing.TableBlobs, finishedKey(u.sum), u.account.UUID[:])
	case !bytes.Equal(before, u.account.UUID[:]):
		err = u.drop(tx)
	}
	if err != nil {
		return err
	}
	return u.save(tx)
}

func (u *upload) drop(tx syncing.Tx) error {
	var keys [][]byte
	err := tx.Scan(syncing.TableBlobs, u.key(partPrefix), append(u.key(partPrefix), 0xff), func(key, _ []byte) (bool, error) {
		keys = append(keys, bytes.Clone(key))
		return true, nil
	})
	for _, key := range keys {
		if err == nil {
			err = tx.Delete(syncing.TableBlobs, key)
		}
	}
	return err
}

// room refuses what would not fit into the record beside what is there and what was begun.
func (u *upload) room(tx syncing.ReadTx, more int64) error {
	unfinished := 0
	err := tx.Scan(syncing.TableBlobs, []byte{begunPrefix}, []byte{begunPrefix + 1}, func(key, row []byte) (bool, error) {
		if len(row) != 16 {
			return true, nil
		}
		total := int64(binary.BigEndian.Uint64(row))
		more += total
		if total != int64(binary.BigEndian.Uint64(row[8:])) && bytes.HasSuffix(key, u.account.UUID[:]) {
			unfinished++
		}
		return true, nil
	})
	switch {
	case err != nil:
		return err
	case unfinished >= blobsBegun:
		return fault.New(fault.Refused, blobOp, "Too many attachments were begun and not finished. Finish one first.")
	case more > blobsOfRecord:
		return fault.New(fault.Refused, blobOp, "There is no more room for attachments in this record.")
	}
	return nil
}

// partsOf puts an attachment together.
func partsOf(tx syncing.ReadTx, sum [sha256.Size]byte, account []byte) (content []byte, err error) {
	from := slices.Concat([]byte{partPrefix}, sum[:], account)
	err = tx.Scan(syncing.TableBlobs, from, append(slices.Clone(from), 0xff), func(_, row []byte) (bool, error) {
		content = append(content, row...)
		return true, nil
	})
	return content, err
}
