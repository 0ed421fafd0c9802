package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"satchel/internal/care"
	"satchel/internal/identity"
	"satchel/internal/postgres/pgtest"
	syncing "satchel/sync"
	"satchel/sync/replica"
)

func TestMain(m *testing.M) {
	folder := os.Getenv(crashChild)
	switch {
	case folder == "":
		code := m.Run()
		pgtest.Stop()
		os.Exit(code)
	case os.Getenv(nodeChild) != "":
		os.Exit(status(nodeUntilKilled(folder)))
	case os.Getenv(ringChild) != "":
		os.Exit(status(turnUntilKilled(folder)))
	case os.Getenv(mailChild) != "":
		os.Exit(status(mailUntilKilled(folder)))
	}
	os.Exit(serveUntilKilled(folder))
}

// status is that of a child which has ended by itself.
func status(err error) int {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// cheapPasswords keeps the small machine from hashing: nobody guesses here.
var cheapPasswords = identity.PasswordCost{MemoryKiB: 8, Passes: 1, Lanes: 1}

// installed makes an installation in temporary folders.
func installed(t *testing.T) Config {
	t.Helper()
	c := configIn(t.TempDir())
	require.NoError(t, Init(t.Context(), c, nil))
	return c
}

func configIn(folder string) Config {
	return Config{
		Data: filepath.Join(folder, "data"), Keys: filepath.Join(folder, "keys"), Address: "127.0.0.1:0", PasswordCost: cheapPasswords, Drafts: true,
		FollowEvery: 20 * time.Millisecond, WitnessEvery: 20 * time.Millisecond,
	}
}

func opened(t *testing.T, c Config) *Server {
	t.Helper()
	s, err := Open(t.Context(), c)
	require.NoError(t, err)
	return s
}

// running serves an installation until stop is called, which returns what Run returned.
func running(t *testing.T, s *Server) (stop func() error) {
	t.Helper()
	require.NoError(t, s.Listen())
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	stopped := false
	stop = func() error {
		if stopped {
			return nil
		}
		stopped = true
		cancel()
		return <-ended
	}
	t.Cleanup(func() { require.NoError(t, stop()) })
	return stop
}

// ward is a synthetic record with everybody around it.
type ward struct {
	oncology identity.Team
	record   syncing.RecordID
	nurse    syncing.AccountID
	ada      syncing.AccountID // whose record it is
	carla    syncing.AccountID // a caregiver who sees the schedule
}

// peopled makes teams, accounts and one record.
func peopled(t *testing.T, s *Server) ward {
	t.Helper()
	seed := s.Identity().Seed()
	organisation, err := seed.Organisation(t.Context(), "cancer-centre", "Synthetic centre")
	require.NoError(t, err)
	w := ward{record: syncing.RecordID{UUID: syncing.UUID(uuid.New())}}
	w.oncology, err = seed.Team(t.Context(), organisation.ID, identity.TeamOncology, "Synthetic oncology")
	require.NoError(t, err)
	w.nurse, err = seed.Staff(t.Context(), staffOf("nurse"), w.oncology.ID)
	require.NoError(t, err)
	w.ada, err = seed.Person(t.Context(), identity.KindPatient, "ada")
	require.NoError(t, err)
	w.carla, err = seed.Person(t.Context(), identity.KindCaregiver, "carla")
	require.NoError(t, err)
	w.begin(t, s)
	return w
}

func staffOf(name string) identity.Staff {
	return identity.Staff{Kind: identity.KindClinician, Name: "Synthetic " + name, SignInName: name, Password: "a synthetic passphrase"}
}

// begin creates the record as the nurse.
func (w ward) begin(t *testing.T, s *Server) {
	t.Helper()
	who := principal(t, s, w.nurse)
	grant := func(tx syncing.Tx) error {
		if err := s.Identity().GrantTeam(tx, who, w.oncology.ID, nil); err != nil {
			return err
		}
		if err := s.Identity().GrantOwner(tx, who, w.ada); err != nil {
			return err
		}
		return s.Identity().GrantCaregiver(tx, who, w.carla, nil)
	}
	require.NoError(t, s.Engine().Create(t.Context(), who, w.record, "begin", grant, []syncing.Patch{
		{Doc: care.PersonID(w.record), Set: fields("name", "Ada Synthetic", "birthDate", "1961-05-24", "status", "active")},
		{Doc: care.CareTeamID(w.oncology.ID), Set: fields("kind", "oncology", "name", "Synthetic oncology", "status", "active")},
	}))
}

func principal(t *testing.T, s *Server, account syncing.AccountID) syncing.Principal {
	t.Helper()
	who, ok, err := s.Identity().Principal(t.Context(), account)
	require.NoError(t, err)
	require.True(t, ok)
	return who
}

func fields(pairs ...string) map[string]jsontext.Value {
	set := map[string]jsontext.Value{}
	for i := 0; i+1 < len(pairs); i += 2 {
		set[pairs[i]] = syncing.TextValue(pairs[i+1])
	}
	return set
}

// phone is a real replica that speaks HTTP.
type phone struct {
	db     *replica.Replica
	record syncing.RecordID
	token  string
	base   string
	client *http.Client
	skew   time.Duration // of the phone's clock
}

func (p *phone) now() int64 { return time.Now().Add(p.skew).UnixMilli() }

func newPhone(t *testing.T, s *Server, account syncing.AccountID, record syncing.RecordID) *phone {
	t.Helper()
	tokens, err := s.Identity().Seed().SignIn(t.Context(), account, identity.DeviceFacts{Kind: "test", Name: "a synthetic phone"})
	require.NoError(t, err)
	db, err := newReplica()
	require.NoError(t, err)
	return &phone{db: db, record: record, token: tokens.Access, client: &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{}}}
}

func newReplica() (*replica.Replica, error) {
	return replica.Open(replica.Options{Schema: care.SchemaVersion, NewID: func() syncing.UUID { return syncing.UUID(uuid.New()) }})
}

func nowMs() int64 { return time.Now().UnixMilli() }

func (p *phone) write(t *testing.T, c replica.Change) {
	t.Helper()
	_, err := p.db.Mutate(p.record, c, p.now())
	require.NoError(t, err)
}

// sync runs rounds until there is nothing more to say.
func (p *phone) sync(ctx context.Context) error {
	for range 500 {
		x, err := p.db.Request(p.now(), p.record)
		if err != nil {
			return err
		}
		var answer syncing.Response
		if err := p.post(ctx, "/v1/sync", x.Request, &answer); err != nil {
			return err
		}
		if err := p.db.Apply(x, &answer, p.now()); err != nil {
			return err
		}
		if !p.db.Wants(p.record, p.now()) {
			return nil
		}
	}
	return fmt.Errorf("a phone does not come to rest")
}

func (p *phone) post(ctx context.Context, path string, body, into any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.base+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	return p.do(request, into)
}

func (p *phone) do(request *http.Request, into any) error {
	request.Header.Set("Authorization", "Bearer "+p.token)
	answer, err := p.client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	read, err := io.ReadAll(answer.Body)
	if err != nil {
		return &cutShort{err}
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d: %s", answer.StatusCode, read)
	}
	return json.Unmarshal(read, into)
}

// cutShort is an answer that began and did not end.
type cutShort struct{ error }

func newDoc(kind string) syncing.DocID {
	return syncing.NewDocID(kind, syncing.UUID(uuid.Must(uuid.NewV7())))
}

// message is a document that is written once.
func message(body string) replica.Change {
	return replica.Change{Doc: newDoc("message"), Set: fields("thread", uuid.NewString(), "body", body)}
}

func (p *phone) view() map[syncing.DocID]*replica.Document {
	docs := map[syncing.DocID]*replica.Document{}
	for _, d := range p.db.View(p.record) {
		docs[d.ID] = d
	}
	return docs
}
