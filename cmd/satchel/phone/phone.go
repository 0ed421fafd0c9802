package phone

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/google/uuid"

	"satchel/cmd/satchel/client"
	"satchel/internal/care"
	"satchel/internal/fault"
	"satchel/internal/flock"
	"satchel/internal/instrument"
	syncing "satchel/sync"
	"satchel/sync/replica"
)

// settings is what a phone keeps beside its database.
type settings struct {
	V       int                `json:"v"`
	Base    string             `json:"base"`
	Name    string             `json:"name"` // of the device, as its owner will know it
	Tokens  client.Tokens      `json:"tokens"`
	Records []syncing.RecordID `json:"records"`
	Enrol   string             `json:"enrol,omitempty"`  // the request id of an enrolment under way
	Synced  int64              `json:"synced,omitempty"` // when the last sync ended well, ms
	Rules   trusted            `json:"rules,omitzero"`
	Asking  syncing.DocID      `json:"asking,omitempty"` // an assessment that is reported already and whose questions have not all been asked
	Links   []keptLink         `json:"links,omitempty"`
	Own     []syncing.RecordID `json:"own,omitzero"` // records that are about this phone's person; null: not asked yet
}

const settingsVersion = 1

// Phone is one open phone. It is used by one goroutine at a time, and its folder by one process at a time.
type Phone struct {
	home     string
	lock     *os.File
	settings settings
	now      func() time.Time
	Client   *client.Client
	DB       *replica.Replica

	library   *instrument.Library    // by which answers are judged; nil: there is none that can be trusted
	untrusted error                  // why
	questions *instrument.Library    // of the program: what is asked where there are no rules
	calling   *instrument.WhenToCall // of the program: what is shown then

	amended map[syncing.DocID]bool // held changes that this run has handed in again
}

// Options are a phone's surroundings; the zero value serves.
type Options struct {
	Now       func() time.Time
	Transport http.RoundTripper // to cut the network
}

// Open opens a phone's folder, or begins one in an empty folder. Fault: Conflict, if another process has it open.
func Open(home string, o Options) (*Phone, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if err := os.MkdirAll(home, 0o700); err != nil {
		return nil, fault.Wrap(err, fault.Forbidden, "phone.Open", "The phone's folder cannot be made.")
	}
	p := &Phone{home: home, now: o.Now, amended: map[syncing.DocID]bool{}}
	if err := p.open(o); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return p, nil
}

func (p *Phone) open(o Options) (err error) {
	const op = "phone.Open"
	if p.lock, err = os.OpenFile(filepath.Join(p.home, lockName), os.O_CREATE|os.O_RDWR, 0o600); err != nil {
		return fault.Wrap(err, fault.Forbidden, op, "The phone's folder cannot be written by this user.")
	}
	if err := flock.Take(p.lock, flock.Moment); err != nil {
		return fault.Wrap(err, fault.Conflict, op, "This phone is open in another terminal. Close it there first.")
	}
	if err := p.readSettings(); err != nil {
		return err
	}
	if err := p.openRules(); err != nil {
		return err
	}
	p.Client = client.New(p.settings.Base, p.settings.Tokens)
	if o.Transport != nil {
		p.Client.HTTP.Transport = o.Transport
	}
	p.Client.Keep = func(t client.Tokens) error {
		p.settings.Tokens = t
		return p.keep()
	}
	p.Client.Wipe = p.wipe
	return p.begin()
}

// begin opens the database, or begins one.
func (p *Phone) begin() (err error) {
	p.DB, err = replica.Open(replica.Options{
		Schema: care.SchemaVersion, NewID: func() syncing.UUID { return syncing.UUID(uuid.New()) },
		Storage: &storage{path: filepath.Join(p.home, databaseName)},
	})
	return err
}

// Close lets another process have the folder.
func (p *Phone) Close() error {
	if p.lock == nil {
		return nil
	}
	return p.lock.Close()
}

func (p *Phone) readSettings() error {
	text, err := os.ReadFile(filepath.Join(p.home, settingsName))
	if errors.Is(err, fs.ErrNotExist) {
		p.settings = settings{V: settingsVersion}
		return nil
	}
	if err == nil {
		err = json.Unmarshal(text, &p.settings)
	}
	if err == nil && p.settings.V != settingsVersion {
		return fault.New(fault.Unsupported, "phone.Open", "This phone's folder was written by a newer version of the program.")
	}
	return fault.Wrap(err, fault.Corrupt, "phone.Open", "The phone's settings cannot be read.")
}

func (p *Phone) keep() error {
	text, err := json.MarshalIndent(p.settings, "", "  ")
	if err != nil {
		return err
	}
	return fault.Wrap(replace(filepath.Join(p.home, settingsName), text), fault.Full, "phone.keep", "The phone's settings could not be kept. Is there room?")
}

// Enrol signs this phone in, once. A code whose answer was lost can be given again.
func (p *Phone) Enrol(ctx context.Context, base, code, birthDate, name string) error {
	if p.Enrolled() {
		return fault.New(fault.Conflict, "phone.Enrol", "This phone is signed in already. Use another folder for another person.")
	}
	p.settings.Base, p.settings.Name = base, name
	if p.settings.Enrol == "" {
		p.settings.Enrol = client.NewRequestID()
	}
	if err := p.keep(); err != nil {
		return err
	}
	p.Client.Base = base
	w, err := p.Client.Enrol(ctx, code, birthDate, p.settings.Enrol, name)
	if err != nil {
		return err
	}
	p.settings.Records, p.settings.Enrol = w.Records, ""
	p.settings.Rules = trusted{Key: w.RulesKey, Drafts: w.RulesDrafts}
	if err := p.keep(); err != nil {
		return err
	}
	return unlessOffline(p.takeRules(ctx)) // the next sync asks again
}

func unlessOffline(err error) error {
	if errors.Is(err, client.ErrOffline) {
		return nil
	}
	return err
}

// Enrolled reports whether somebody has signed in on this phone.
func (p *Phone) Enrolled() bool { return p.settings.Tokens.RefreshToken != "" }

// Account is who has signed in.
func (p *Phone) Account() syncing.AccountID { return p.settings.Tokens.Account }

// Records are the records that this phone carries.
func (p *Phone) Records() []syncing.RecordID {
	all := slices.Clone(p.settings.Records)
	for _, record := range p.DB.Records() {
		if !slices.Contains(all, record) {
			all = append(all, record)
		}
	}
	return all
}

// Sync sends what waits and reads what is new, of all records of this phone; a record in whose outbox something urgent lies goes
// before the others, in a round of its own (hazard H02). What it could not do is still there the next time.
func (p *Phone) Sync(ctx context.Context) error {
	if !p.Enrolled() {
		return fault.New(fault.Unauthenticated, "phone.Sync", "Nobody has signed in on this phone yet. Enrol it first.")
	}
	if len(p.Records()) == 0 {
		if err := p.ask(ctx); err != nil {
			return err
		}
	}
	var err error
	if urgent := p.urgentRecords(); len(urgent) > 0 {
		if err = p.Client.Sync(ctx, p.DB, p.NowMs, urgent...); errors.Is(err, client.ErrOffline) {
			return err
		}
	}
	if err := errors.Join(err, p.Client.Sync(ctx, p.DB, p.NowMs, p.Records()...)); err != nil {
		return err
	}
	if err := p.amend(ctx); err != nil {
		return err
	}
	p.settings.Synced = p.NowMs()
	if err := p.keep(); err != nil {
		return err
	}
	return errors.Join(p.deliver(ctx), p.takeRules(ctx))
}

// asking keeps which interview is to be gone on with although its report is out; "" for none.
func (p *Phone) asking(doc syncing.DocID) error {
	p.settings.Asking = doc
	return p.keep()
}

// ask learns which records this account may see now. Of a caregiver whom nobody has confirmed yet there is none: NotFound, with the
// server's sentence.
func (p *Phone) ask(ctx context.Context) error {
	var page struct {
		Records []struct {
			Record syncing.RecordID `json:"record"`
		} `json:"records"`
		Waiting *struct {
			Detail string `json:"detail"`
		} `json:"waiting"`
	}
	if err := p.Client.Do(ctx, http.MethodGet, "/v1/records", nil, &page); err != nil {
		return err
	}
	if len(page.Records) == 0 && page.Waiting != nil {
		return fault.New(fault.NotFound, "phone.ask", page.Waiting.Detail)
	}
	for _, line := range page.Records {
		p.settings.Records = append(p.settings.Records, line.Record)
	}
	return p.keep()
}

// Synced is when the last sync ended well, ms; 0: never.
func (p *Phone) Synced() int64 { return p.settings.Synced }

// NowMs is the phone's wall clock, ms since 1970 UTC.
func (p *Phone) NowMs() int64 { return p.now().UnixMilli() }

// NewDoc draws the name of a new document.
func (p *Phone) NewDoc(kind string) (syncing.DocID, error) {
	id, err := uuid.NewV7()
	return syncing.NewDocID(kind, syncing.UUID(id)), err
}

// Write writes one change into the outbox; it outlives the phone being switched off. base is the base of what the form showed; nil:
// of what is shown now.
func (p *Phone) Write(record syncing.RecordID, c replica.Change) error {
	_, err := p.DB.Mutate(record, c, p.NowMs())
	return err
}
