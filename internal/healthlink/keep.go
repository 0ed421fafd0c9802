package healthlink

import (
	"bytes"
	"context"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"satchel/internal/base64url"
	"satchel/internal/fault"
	syncing "satchel/sync"
)

// CategoryShare is what a person ticks for a caregiver who may make and end links for them (MODEL 3.3: ed-share). No document is of it.
const CategoryShare = "ed-share"

// roleCaregiver is the role of that name; identity declares the same word.
const roleCaregiver syncing.Role = "caregiver"

// Request asks for a link. What it carries is encrypted already.
type Request struct {
	Flags    string // of L, P and U, in this order; U never with P
	Passcode string // with P: 6 to 64 characters
	Expires  int64  // ms; 0: 72 hours from now. At most 30 days
	Base     string // where the phone reaches this server: the link begins with it, and so does the location of its file
	Content  string // compact JWE
}

// Link is a link as its maker is told of it.
type Link struct {
	ID      syncing.UUID
	By      syncing.AccountID
	Made    int64
	Expires int64
	Flags   string
	State   string // active, expired, revoked or locked
	Left    int    // wrong passcodes that it still bears
	Reads   []Read // the oldest first
	More    int    // lines that found no room
	Refused int    // tries after it had ended
}

// Made is a new link: URL is what goes into it, once. It is not kept.
type Made struct {
	Link
	URL string
}

// mayKeep: the person, and a caregiver to whom the person gave that.
func mayKeep(scope syncing.Scope) bool {
	return scope.Owner() || scope.Active() && scope.Has(roleCaregiver) && slices.Contains(scope.Categories(), CategoryShare)
}

// Make keeps what a phone encrypted, and gives the URL of a new link. Faults: NotFound for whoever may not see the record, Forbidden for
// whoever may not share it, Invalid, and Refused when too many links can be read already.
func (s *Service) Make(ctx context.Context, who syncing.Principal, record syncing.RecordID, req Request) (made Made, err error) {
	now := s.nowMs()
	if req.Expires == 0 {
		req.Expires = now + LifeDefault.Milliseconds()
	}
	if err := req.check(now); err != nil {
		return made, err
	}
	row := linkRow{By: who.Account, Made: now, Expires: req.Expires, Flags: req.Flags, Base: req.Base, Left: TriesMax}
	if row.has("P") {
		if row.Passcode, err = s.hash(req.Passcode); err != nil {
			return made, err
		}
	}
	random, err := s.random(secretBytes)
	if err != nil {
		return made, err
	}
	secret := base64url.Encode(random)
	hash := s.blind(secret)
	row.ID = syncing.DerivedUUID("healthlink.link", hex.EncodeToString(hash))
	err = s.Store.Update(ctx, record, func(tx syncing.Tx) error {
		if err := s.allowed(tx, who, "healthlink.Make"); err != nil {
			return err
		}
		if err := tidy(tx, now); err != nil {
			return err
		}
		if err := writeLink(tx, linkKey(hash), row); err != nil {
			return err
		}
		if err := tx.Put(syncing.TableIdentity, fileKey(hash), []byte(req.Content)); err != nil {
			return err
		}
		return tx.PutIndex(indexLinks, hash, []byte{rowVersion})
	})
	return Made{Link: row.told(now), URL: req.Base + "/v1/links/" + secret}, err
}

func (s *Service) allowed(tx syncing.ReadTx, who syncing.Principal, op string) error {
	scope, err := s.Access.Scope(tx, who)
	switch {
	case err != nil:
		return err
	case !scope.Active():
		return notHere(op)
	case !mayKeep(scope):
		return fault.New(fault.Forbidden, op, "Only the person whom this is about can share it by a link, or a caregiver whom they allowed to.")
	}
	return nil
}

// check refuses what nobody could open, or could open for too long.
func (r *Request) check(now int64) error {
	refuse := func(text string) error { return fault.New(fault.Invalid, "healthlink.Make", text) }
	asked, n := strings.Contains(r.Flags, "P"), utf8.RuneCountInString(r.Passcode)
	base, err := url.Parse(r.Base)
	switch {
	case !slices.Contains([]string{"", "L", "P", "U", "LP", "LU"}, r.Flags):
		return refuse("The flags of a link are L, P and U, in this order, and U never with P.")
	case asked && (n < passcodeMin || len(r.Passcode) > passcodeMax):
		return refuse("A passcode has 6 to 64 characters.")
	case !asked && r.Passcode != "":
		return refuse("A link with a passcode has the flag P.")
	case r.Expires <= now || r.Expires > now+LifeMax.Milliseconds():
		return refuse("A link ends within 30 days.")
	case err != nil || len(r.Base) > BaseMax || base.Scheme != "http" && base.Scheme != "https" || base.Host == "" || base.RawQuery+base.Fragment != "" || base.User != nil || strings.HasSuffix(r.Base, "/"):
		return refuse("Say where this server is reached, as https://name, in at most 75 characters.")
	case strings.Count(r.Content, ".") != 4 || len(r.Content) > ContentMax:
		return refuse("What a link carries is a compact JWE of at most 256 KiB.")
	}
	return nil
}

// tidy drops what links that are over carried, forgets the oldest of too many, and refuses one more when too many can be read.
func tidy(tx syncing.Tx, now int64) error {
	rows, err := all(tx)
	if err != nil {
		return err
	}
	active := 0
	for i, r := range rows {
		switch {
		case r.row.state(now) == "active":
			active++
			continue
		case len(rows)-i > keptMax:
			err = forget(tx, r.hash)
		default:
			err = tx.Delete(syncing.TableIdentity, fileKey(r.hash))
		}
		if err != nil {
			return err
		}
	}
	if active >= openMax {
		return fault.New(fault.Refused, "healthlink.Make", "Five links can be read already. End one of them first.")
	}
	return nil
}

func forget(tx syncing.Tx, hash []byte) error {
	if err := tx.Delete(syncing.TableIdentity, fileKey(hash)); err != nil {
		return err
	}
	if err := tx.Delete(syncing.TableIdentity, linkKey(hash)); err != nil {
		return err
	}
	return tx.DeleteIndex(indexLinks, hash)
}

type kept struct {
	hash []byte
	row  linkRow
}

// all are the links of a record, the oldest first.
func all(tx syncing.ReadTx) (list []kept, err error) {
	from := []byte(linkPrefix)
	to := []byte(linkPrefix)
	to[len(to)-1]++
	var keys [][]byte
	err = tx.Scan(syncing.TableIdentity, from, to, func(key, _ []byte) (bool, error) {
		keys = append(keys, bytes.Clone(key))
		return true, nil
	})
	for _, key := range keys {
		k := kept{hash: key[len(linkPrefix):]}
		if _, bad := readLink(tx, key, &k.row); bad != nil {
			return nil, bad
		}
		list = append(list, k)
	}
	slices.SortFunc(list, func(a, b kept) int {
		return cmpOr(a.row.Made-b.row.Made, int64(strings.Compare(a.row.ID.String(), b.row.ID.String())))
	})
	return list, err
}

func cmpOr(a, b int64) int {
	if a == 0 {
		a = b
	}
	return int(max(min(a, 1), -1))
}

func (r *linkRow) told(now int64) Link {
	return Link{ID: r.ID, By: r.By, Made: r.Made, Expires: r.Expires, Flags: r.Flags, State: r.state(now), Left: max(r.Left, 0), Reads: r.Reads, More: r.More, Refused: r.Refused}
}

// List tells of each link of a record who read it and when, for those who may make one. Faults as Make.
func (s *Service) List(ctx context.Context, who syncing.Principal, record syncing.RecordID) (list []Link, err error) {
	now := s.nowMs()
	err = s.Store.View(ctx, record, func(tx syncing.ReadTx) error {
		if err := s.allowed(tx, who, "healthlink.List"); err != nil {
			return err
		}
		rows, err := all(tx)
		for _, r := range rows {
			list = append(list, r.row.told(now))
		}
		return err
	})
	return list, err
}

// Revoke ends a link at once, for those who may make one. What it carried is deleted. Once more does no harm. Faults as Make, and
// NotFound if there is no such link.
func (s *Service) Revoke(ctx context.Context, who syncing.Principal, record syncing.RecordID, id syncing.UUID) error {
	ctx = syncing.Needed(ctx)
	return s.Store.Update(ctx, record, func(tx syncing.Tx) error {
		if err := s.allowed(tx, who, "healthlink.Revoke"); err != nil {
			return err
		}
		rows, err := all(tx)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(rows, func(k kept) bool { return k.row.ID == id })
		if at < 0 {
			return notHere("healthlink.Revoke")
		}
		row := rows[at].row
		if row.Revoked == 0 {
			row.Revoked = s.nowMs()
		}
		if err := writeLink(tx, linkKey(rows[at].hash), row); err != nil {
			return err
		}
		return tx.Delete(syncing.TableIdentity, fileKey(rows[at].hash))
	})
}
