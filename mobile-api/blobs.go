package mobileapi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/gofiber/fiber/v2"

	"satchel/internal/fault"
	"satchel/internal/identity"
	"satchel/sync"
)

const (
	blobBytesMax = 5 << 20
	// blobPartMin is the least that a part before the last may bring, so that an attachment is few rows.
	blobPartMin = 64 << 10
	// blobsOfRecord bounds what the attachments of one record take together, finished or not.
	blobsOfRecord = 100 << 20
	// blobsBegun is how many attachments of one account may be unfinished in one record.
	blobsBegun = 8
)

const blobOp = "mobileapi.blobs"

// putBlob is PUT /v1/records/{record}/blobs/{sha256}: an attachment, whole or in parts in their order. What is named by its sum
// is checked against it when the last byte is here; until a document names it nobody can read it.
func (a *api) putBlob(c *fiber.Ctx, r *request) error {
	record, sum, err := blobOf(c)
	if err != nil {
		return err
	}
	if c.Get(fiber.HeaderContentType) != fiber.MIMEOctetStream || len(c.Request().Header.PeekAll(fiber.HeaderContentEncoding)) > 0 {
		return fault.New(fault.Unsupported, blobOp, "Send an attachment as application/octet-stream, not packed.")
	}
	part, err := partOf(c)
	if err != nil {
		return err
	}
	up := upload{sum: sum, account: r.who.Account}
	err = a.Store.Update(r.ctx, record, func(tx syncing.Tx) error {
		scope, err := a.Identity.Scope(tx, r.who.Principal)
		if err != nil {
			return err
		}
		if !scope.Active() || scope.Has(identity.RoleEmergency) { // an emergency is for reading
			return notHere(blobOp)
		}
		return up.take(tx, part)
	})
	switch {
	case err != nil:
		return err
	case up.wrong:
		return fault.New(fault.Refused, blobOp, "What came is not what its name says. Send the attachment again from the beginning.")
	}
	return answer(c, fiber.StatusOK, struct {
		Received int64 `json:"received"`
		Total    int64 `json:"total"`
		Complete bool  `json:"complete"`
	}{up.received, up.total, up.complete()})
}

// headBlob is HEAD: how far the caller's own upload has come, or that an attachment is here which the caller may read.
func (a *api) headBlob(c *fiber.Ctx, r *request) error {
	record, sum, err := blobOf(c)
	if err != nil {
		return err
	}
	scope, err := a.Identity.ScopeOf(r.ctx, r.who.Principal, record)
	if err != nil && !fault.Is(err, fault.NotFound) { // of an erased record nothing is known: looked for below, like in one that never was
		return err
	}
	up := upload{sum: sum, account: r.who.Account}
	if scope.Active() {
		if err := a.Store.View(r.ctx, record, up.load); err != nil {
			return err
		}
	}
	if up.total == 0 {
		content, err := a.readBlob(r.ctx, r, record, sum)
		if err != nil {
			return err
		}
		up.received, up.total = int64(len(content)), int64(len(content))
	}
	c.Set("Upload-Offset", strconv.FormatInt(up.received, 10))
	c.Set("Upload-Length", strconv.FormatInt(up.total, 10))
	return done(c)
}

// getBlob is GET: the attachment, for those who see a document that names it.
func (a *api) getBlob(c *fiber.Ctx, r *request) error {
	record, sum, err := blobOf(c)
	if err != nil {
		return err
	}
	content, err := a.readBlob(r.ctx, r, record, sum)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, fiber.MIMEOctetStream)
	c.Set(fiber.HeaderContentDisposition, "attachment")
	return c.Send(content)
}

func (a *api) readBlob(ctx context.Context, r *request, record syncing.RecordID, sum [sha256.Size]byte) (content []byte, err error) {
	var naming []syncing.AccountID
	err = a.Engine.Read(ctx, r.who.Principal, record, func(_ syncing.Scope, reader syncing.Reader) error {
		naming, err = namedBy(a.Engine.Schema(), reader, hex.EncodeToString(sum[:]))
		return err
	})
	if err != nil {
		return nil, err
	}
	err = a.Store.View(ctx, record, func(tx syncing.ReadTx) error {
		brought, err := broughtByOneOf(tx, sum, naming)
		if err != nil {
			return err
		}
		uploader, err := tx.Get(syncing.TableBlobs, finishedKey(sum))
		if err != nil {
			return err
		}
		if uploader == nil || !brought {
			return notHere(blobOp)
		}
		content, err = partsOf(tx, sum, uploader)
		return err
	})
	return content, err
}

// broughtByOneOf reports whether one of the accounts has brought the attachment itself: whoever only knows its sum opens it to
// nobody by naming it, themselves included.
func broughtByOneOf(tx syncing.ReadTx, sum [sha256.Size]byte, accounts []syncing.AccountID) (bool, error) {
	for _, account := range accounts {
		up := upload{sum: sum, account: account}
		if err := up.load(tx); err != nil || up.complete() {
			return err == nil, err
		}
	}
	return false, nil
}

// namedBy lists the authors of documents that the reader sees and that have an attachment of that sum: an element of a set of
// objects with a member sha256. A sum in a text names nothing.
func namedBy(schema *syncing.Schema, reader syncing.Reader, sum string) (authors []syncing.AccountID, err error) {
	for _, kind := range schema.Types() {
		for i := range kind.Fields {
			if !holdsAttachments(&kind.Fields[i]) {
				continue
			}
			docs, err := reader.Documents(kind.Name)
			if err != nil {
				return nil, err
			}
			for _, doc := range docs {
				if hasAttachment(doc.Elems(kind.Fields[i].Name), sum) {
					authors = append(authors, doc.Author())
				}
			}
		}
	}
	return authors, nil
}

func holdsAttachments(field *syncing.FieldSpec) bool {
	return field.Kind == syncing.SetOf && field.Of == syncing.Object &&
		slices.ContainsFunc(field.Fields, func(member syncing.FieldSpec) bool { return member.Name == "sha256" })
}

func hasAttachment(elems []jsontext.Value, sum string) bool {
	return slices.ContainsFunc(elems, func(elem jsontext.Value) bool {
		var named struct {
			SHA256 string `json:"sha256"`
		}
		return json.Unmarshal(elem, &named) == nil && named.SHA256 == sum
	})
}

func blobOf(c *fiber.Ctx) (record syncing.RecordID, sum [sha256.Size]byte, err error) {
	if record, err = recordOf(c); err != nil {
		return record, sum, err
	}
	name := c.Params("sha256")
	raw, err := hex.DecodeString(name)
	if err != nil || len(raw) != len(sum) || strings.ToLower(name) != name {
		return record, sum, notHere(blobOp)
	}
	copy(sum[:], raw)
	return record, sum, nil
}

// part is a piece of an attachment.
type part struct {
	from, total int64
	content     []byte
}

// partOf reads Content-Range: bytes 0-1048575/3000000. Without it the body is the whole.
func partOf(c *fiber.Ctx) (part, error) {
	p := part{content: c.BodyRaw()}
	p.total = int64(len(p.content))
	text := c.Get(fiber.HeaderContentRange)
	if text != "" {
		var ok bool
		if p.from, p.total, ok = readRange(text, int64(len(p.content))); !ok {
			return p, fault.New(fault.Invalid, blobOp, "Content-Range does not fit the body. It is written as: bytes 0-1048575/3000000.")
		}
	}
	switch end := p.from + int64(len(p.content)); {
	case len(p.content) == 0:
		return p, fault.New(fault.Invalid, blobOp, "The attachment is empty.")
	case p.total > blobBytesMax:
		return p, fault.New(fault.TooLarge, blobOp, "An attachment can have 5 MiB.")
	case end < p.total && len(p.content) < blobPartMin:
		return p, fault.New(fault.Invalid, blobOp, "A part that is not the last has at least 64 KiB.")
	}
	return p, nil
}

func readRange(text string, length int64) (from, total int64, ok bool) {
	span, isBytes := strings.CutPrefix(text, "bytes ")
	span, all, hasTotal := strings.Cut(span, "/")
	first, last, isSpan := strings.Cut(span, "-")
	from, err1 := strconv.ParseInt(first, 10, 32)
	to, err2 := strconv.ParseInt(last, 10, 32)
	total, err3 := strconv.ParseInt(all, 10, 32)
	fits := isBytes && hasTotal && isSpan && err1 == nil && err2 == nil && err3 == nil
	return from, total, fits && from >= 0 && to-from+1 == length && to < total
}
