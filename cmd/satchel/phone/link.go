package phone

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/uuid"

	"satchel/cmd/satchel/client"
	"satchel/internal/fault"
	"satchel/internal/fhir"
	syncing "satchel/sync"
)

// linkKeyBytes and labelMax are those of the specification of SMART Health Links.
const (
	linkKeyBytes = 32
	labelMax     = 80
)

// keptLink is a link that this phone made. Its key is here and in the link itself, and nowhere else.
type keptLink struct {
	ID     string `json:"id"`
	Record string `json:"record"`
	Link   string `json:"link"`
	Label  string `json:"label,omitempty"`
}

// LinkOptions say what kind of link to make.
type LinkOptions struct {
	Passcode string // 6 to 64 characters; "" only with Open
	Open     bool   // without a passcode: whoever has the link reads it
	Direct   bool   // one file without a manifest, for receivers that know no more; only with Open
	Lasts    time.Duration
	Label    string // at most 80 characters, for whoever opens it
}

// Read is one line about who opened a link.
type Read struct {
	At        int64  `json:"at"`
	Recipient string `json:"recipient"`
	Outcome   string `json:"outcome"`
}

// Link is a link as the server tells of it, with what this phone knows of it.
type Link struct {
	ID      string `json:"id"`
	Made    int64  `json:"made"`
	Expires int64  `json:"expires"`
	State   string `json:"state"`
	Left    int    `json:"left"`
	Reads   []Read `json:"reads"`
	More    int    `json:"more"`
	Refused int    `json:"refused"`

	Label string `json:"-"`
	Link  string `json:"-"` // to be shown again; "" if another phone made it
}

func linksPath(record syncing.RecordID) string {
	return "/v1/records/" + record.UUID.String() + "/links"
}

// MakeLink makes the summary from this phone's own copy, encrypts it, hands in the ciphertext alone, and gives the link: the viewer's
// address with a # behind which everything stands, so that no browser sends it. Faults: Invalid; Busy without a network, with what
// helps then; those of the server.
func (p *Phone) MakeLink(ctx context.Context, record syncing.RecordID, o LinkOptions) (Link, error) {
	flags, err := o.flags()
	if err != nil {
		return Link{}, err
	}
	key := make([]byte, linkKeyBytes)
	if _, err := rand.Read(key); err != nil {
		return Link{}, err
	}
	content, err := p.sealed(record, key)
	if err != nil {
		return Link{}, err
	}
	body := map[string]any{"flags": flags, "base": p.settings.Base, "content": content}
	if o.Passcode != "" {
		body["passcode"] = o.Passcode
	}
	if o.Lasts != 0 {
		body["expires"] = p.NowMs() + o.Lasts.Milliseconds()
	}
	var made struct {
		URL  string `json:"url"`
		Link Link   `json:"link"`
	}
	if err := p.Client.Do(ctx, http.MethodPost, linksPath(record), body, &made); err != nil {
		return Link{}, linkOffline(err)
	}
	made.Link.Label, made.Link.Link = o.Label, p.settings.Base+"/view#"+shlink(made.URL, key, flags, o.Label, made.Link.Expires)
	p.settings.Links = append(p.settings.Links, keptLink{ID: made.Link.ID, Record: record.UUID.String(), Link: made.Link.Link, Label: o.Label})
	return made.Link, p.keep()
}

func (o LinkOptions) flags() (string, error) {
	refuse := func(text string) (string, error) { return "", fault.New(fault.Invalid, "phone.MakeLink", text) }
	switch {
	case utf8.RuneCountInString(o.Label) > labelMax:
		return refuse("A label has at most 80 characters.")
	case o.Passcode == "" && !o.Open:
		return refuse("Choose a passcode of 6 to 64 characters, and tell it to whoever treats you. Without one everybody who sees the link can read it.")
	case o.Passcode != "" && (o.Open || o.Direct):
		return refuse("A link that is open to everybody has no passcode.")
	case o.Passcode != "":
		return "P", nil
	case o.Direct:
		return "U", nil
	}
	return "", nil
}

// sealed is the summary of a record as a compact JWE: dir and A256GCM, as receivers of SMART Health Links read it.
func (p *Phone) sealed(record syncing.RecordID, key []byte) (string, error) {
	card, err := p.EmergencyCard(record)
	if err != nil {
		return "", err
	}
	text, err := fhir.Document(summaryOf(card, syncing.UUID(uuid.New()), time.UnixMilli(p.NowMs())))
	if err != nil {
		return "", err
	}
	encrypter, err := jose.NewEncrypter(jose.A256GCM, jose.Recipient{Algorithm: jose.DIRECT, Key: key}, (&jose.EncrypterOptions{}).WithContentType(fhir.ContentType))
	if err != nil {
		return "", err
	}
	sealed, err := encrypter.Encrypt(text)
	if err != nil {
		return "", err
	}
	return sealed.CompactSerialize()
}

// shlink is the payload of a link, as the specification writes it.
func shlink(url string, key []byte, flags, label string, expires int64) string {
	payload, err := json.Marshal(struct {
		URL   string `json:"url"`
		Key   string `json:"key"`
		Exp   int64  `json:"exp"`
		Flag  string `json:"flag,omitempty"`
		Label string `json:"label,omitempty"`
		V     int    `json:"v"`
	}{url, base64.RawURLEncoding.EncodeToString(key), expires / 1000, flags, label, 1})
	if err != nil {
		panic("phone: a link that is not JSON: " + err.Error()) // texts and numbers are
	}
	return "shlink:/" + base64.RawURLEncoding.EncodeToString(payload)
}

// linkOffline says what helps where a link cannot.
func linkOffline(err error) error {
	if errors.Is(err, client.ErrOffline) {
		return fault.Wrap(err, fault.Busy, "phone.Links", "A link needs a network, and there is none just now. Show the emergency card instead: it needs none.")
	}
	return err
}

// Links are the links of a record, the oldest first, with who opened each and when.
func (p *Phone) Links(ctx context.Context, record syncing.RecordID) ([]Link, error) {
	var page struct {
		Links []Link `json:"links"`
	}
	if err := p.Client.Do(ctx, http.MethodGet, linksPath(record), nil, &page); err != nil {
		return nil, linkOffline(err)
	}
	for i := range page.Links {
		for _, kept := range p.settings.Links {
			if kept.ID == page.Links[i].ID {
				page.Links[i].Label, page.Links[i].Link = kept.Label, kept.Link
			}
		}
	}
	return page.Links, nil
}

// RevokeLink ends a link at once, and forgets its key.
func (p *Phone) RevokeLink(ctx context.Context, record syncing.RecordID, id string) error {
	if _, err := syncing.ParseUUID(id); err != nil {
		return fault.Wrap(err, fault.Invalid, "phone.RevokeLink", "A link is named by its id, as the list shows it.")
	}
	if err := p.Client.Do(ctx, http.MethodDelete, linksPath(record)+"/"+id, nil, nil); err != nil {
		return linkOffline(err)
	}
	p.settings.Links = slices.DeleteFunc(p.settings.Links, func(k keptLink) bool { return k.ID == id })
	return p.keep()
}
