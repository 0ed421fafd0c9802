package syncing

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"math/bits"
	"slices"

	"satchel/internal/base64url"
)

const (
	cursorVersion  = 2
	cursorFirst    = 1 // is read, and written no more
	cursorBytesMax = 4 << 10
	hashBytes      = 8 // of a journal hash in a cursor
)

// cursor is how far a replica has read a record. It is opaque to clients and holds nothing that gives rights: what it
// claims to have seen is what its sender could have pulled.
type cursor struct {
	whose  uint32 // of record and account, enough to notice a mix-up
	epoch  string
	epochs []EpochRev
	page   Rev // how far the pull under way has come
	full   Rev // up to which the replica has everything
	// head is the record's rev when the cursor was given, and hash the journal's there. The hash at `page` would not do: what a
	// page leaves out because it had changed later is never told if that later part of the life is lost.
	head   Rev
	hash   [hashBytes]byte
	floor  Rev // of a reset under way: the highest tombstone that was no longer told when it began
	scope  cursorScope
	schema int
}

// cursorScope is what the account could see when the cursor was given.
type cursorScope struct {
	categories []uint16 // tags, sorted
	owner      bool
	team       bool
	sight      Rev
}

var errCursor = errors.New("not a cursor")

// tagOf is enough of an id to notice a mix-up; it gives no right.
func tagOf(u UUID) uint32 {
	sum := sha256.Sum256(u[:])
	return binary.BigEndian.Uint32(sum[:4])
}

// whoseTag is enough of a record and an account to notice that a cursor is of another one.
func whoseTag(record RecordID, account AccountID) uint32 {
	return together(tagOf(record.UUID), tagOf(account.UUID))
}

func together(record, account uint32) uint32 { return record ^ bits.RotateLeft32(account, 16) }

// CategoryTag stands for a category in a cursor. The categories of a schema have different tags (a test of the ward's says so).
func CategoryTag(category string) uint16 {
	sum := sha256.Sum256([]byte(category))
	return binary.BigEndian.Uint16(sum[:2])
}

// packEpoch writes an epoch, which by its declaration is 16 hex digits, as 8 bytes.
func packEpoch(p *packer, epoch string) {
	raw, err := hex.DecodeString(epoch)
	p.bool(err == nil && len(raw) == 8)
	if err == nil && len(raw) == 8 {
		*p = append(*p, raw...)
		return
	}
	p.string(epoch)
}

func unpackEpoch(u *unpacker) string {
	if u.bool() {
		return hex.EncodeToString(u.take(8))
	}
	return u.string()
}

func scopeTag(s Scope, sight Rev) cursorScope {
	c := cursorScope{owner: s.owner, team: len(s.teams) > 0, sight: sight}
	for _, category := range s.categories {
		c.categories = append(c.categories, CategoryTag(category))
	}
	slices.Sort(c.categories)
	return c
}

func (c cursorScope) equal(o cursorScope) bool {
	return c.owner == o.owner && c.team == o.team && c.sight == o.sight && slices.Equal(c.categories, o.categories)
}

// sees decides what Scope.sees decided when the cursor was given.
func (c cursorScope) sees(audience string, account AccountID) bool {
	return Scope{account: account, active: true, owner: c.owner, teams: make([]TeamID, b2i(c.team))}.seesBy(audience, func(category string) bool {
		_, found := slices.BinarySearch(c.categories, CategoryTag(category))
		return found
	})
}

func (c *cursor) encode() string {
	p := make(packer, 0, 160)
	p.byte(cursorVersion)
	p = binary.BigEndian.AppendUint32(p, c.whose)
	packEpoch(&p, c.epoch)
	p.uint(uint64(len(c.epochs)))
	for _, er := range c.epochs {
		packEpoch(&p, er.Epoch)
		p.uint(uint64(er.Rev))
	}
	p.uint(uint64(c.page))
	p.uint(uint64(c.full))
	p.uint(uint64(c.head - c.page))
	p = append(p, c.hash[:]...)
	p.uint(uint64(c.floor))
	p.uint(uint64(len(c.scope.categories)))
	for _, tag := range c.scope.categories {
		p = binary.BigEndian.AppendUint16(p, tag)
	}
	p.byte(byte(b2i(c.scope.owner) + 2*b2i(c.scope.team)))
	p.uint(uint64(c.scope.sight))
	p.uint(uint64(c.schema))
	return base64url.Encode(p)
}

func decodeCursor(text string) (*cursor, error) {
	if len(text) > cursorBytesMax {
		return nil, errCursor
	}
	row, err := base64url.Decode(text)
	if err != nil {
		return nil, errCursor
	}
	u := &unpacker{rest: row}
	version := u.byte()
	if version != cursorVersion && version != cursorFirst {
		return nil, errCursor
	}
	c := &cursor{whose: u.uint32()}
	if version == cursorFirst {
		c.whose = together(c.whose, u.uint32())
	}
	c.epoch = unpackEpoch(u)
	if n := u.count(3); n > 0 {
		c.epochs = make([]EpochRev, n)
	}
	for i := range c.epochs {
		c.epochs[i] = EpochRev{unpackEpoch(u), Rev(u.uint())}
	}
	c.page, c.full = Rev(u.uint()), Rev(u.uint())
	c.head = c.page + Rev(u.uint())
	copy(c.hash[:], u.take(hashBytes))
	c.floor = Rev(u.uint())
	c.scope.categories = make([]uint16, u.count(2))
	for i := range c.scope.categories {
		if tag := u.take(2); tag != nil {
			c.scope.categories[i] = binary.BigEndian.Uint16(tag)
		}
	}
	if version == cursorFirst {
		c.scope.owner, c.scope.team = u.bool(), u.bool()
	} else {
		flags := u.byte()
		c.scope.owner, c.scope.team = flags&1 != 0, flags&2 != 0
		if flags > 3 {
			return nil, errCursor
		}
	}
	c.scope.sight = Rev(u.uint())
	c.schema = int(u.uint())
	if u.done() != nil || !slices.IsSorted(c.scope.categories) {
		return nil, errCursor
	}
	return c, nil
}

func (u *unpacker) uint32() uint32 {
	b := u.take(4)
	if b == nil {
		return 0
	}
	return binary.BigEndian.Uint32(b)
}
