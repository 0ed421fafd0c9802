package server

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/bolt"
	"satchel/internal/fault"
	"satchel/internal/seal"
	syncing "satchel/sync"
	"satchel/sync/replica"
)

const canaryWord = "CANARY-quince-9417"

// requireNowhere looks for the canary in every byte of every file below a folder.
func requireNowhere(t *testing.T, folder string) {
	t.Helper()
	require.NoError(t, fs.WalkDir(os.DirFS(folder), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(filepath.Join(folder, name))
		require.NoError(t, err)
		require.NotContains(t, string(content), canaryWord, name)
		return nil
	}))
}

// wordsFound counts the rows and index entries in which the canary can be read with the keys of a key folder.
func wordsFound(t *testing.T, data, keyFolder string) (rows, entries int) {
	t.Helper()
	keys, err := seal.Open(keyFolder)
	require.NoError(t, err)
	defer keys.Close()
	inner, err := bolt.Open(data, bolt.Options{})
	require.NoError(t, err)
	store := seal.New(inner, keys)
	records, err := inner.Records(t.Context(), syncing.RecordID{}, 1000)
	require.NoError(t, err)
	for _, record := range records {
		err := store.View(t.Context(), record, func(tx syncing.ReadTx) error {
			for _, table := range syncing.Tables {
				if err := tx.Scan(table, nil, nil, func(key, value []byte) (bool, error) {
					if bytes.Contains(key, []byte(canaryWord)) || bytes.Contains(value, []byte(canaryWord)) {
						rows++
					}
					return true, nil
				}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			require.ErrorIs(t, err, seal.ErrErased)
		}
	}
	names, err := inner.Indexes(t.Context())
	require.NoError(t, err)
	for _, name := range names {
		require.NoError(t, store.Scan(t.Context(), name, nil, nil, math.MaxInt, func(e syncing.IndexEntry) bool {
			if bytes.Contains(e.Key, []byte(canaryWord)) || bytes.Contains(e.Value, []byte(canaryWord)) || e.Record == erasedRecord {
				entries++
			}
			return true
		}))
	}
	require.NoError(t, store.Close())
	return rows, entries
}

// erasedRecord is the record of the test below, so that entries of its indexes can be counted.
var erasedRecord syncing.RecordID

// writeCanaries puts the canary wherever a person's words can get: a message, a note, an assessment that makes concerns and rows
// of queues, and a held mutation.
func writeCanaries(t *testing.T, s *Server, w ward) *phone {
	t.Helper()
	p := newPhone(t, s, w.ada, w.record)
	p.base = s.Base()
	p.write(t, message(canaryWord))
	p.write(t, replica.Change{Doc: newDoc("note"), Set: fields("text", canaryWord)})
	p.write(t, replica.Change{Doc: newDoc("nothing"), Set: fields("text", canaryWord)}) // held: no such type
	assessment := newDoc("assessment")
	set := fields("questionnaire", "hna|1.0.0", "status", "completed", "answeredBy", "patient", "itemNote.phy.fever", canaryWord, "note", canaryWord)
	set["answers.phy.fever"] = syncing.IntValue(8)
	p.write(t, replica.Change{Doc: assessment, Set: set})
	require.NoError(t, p.sync(t.Context()))
	require.Zero(t, p.db.Unanswered(w.record))
	p.bring(t, []byte(canaryWord))
	return p
}

// bring puts an attachment into the record.
func (p *phone) bring(t *testing.T, content []byte) {
	t.Helper()
	sum := sha256.Sum256(content)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, p.base+"/v1/records/"+p.record.String()+"/blobs/"+hex.EncodeToString(sum[:]), bytes.NewReader(content))
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer "+p.token)
	req.Header.Set("Content-Type", "application/octet-stream")
	answer, err := p.client.Do(req)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	require.Equal(t, http.StatusOK, answer.StatusCode)
}

func TestAnErasedRecordCanBeReadByNobodyHereOrInABackup(t *testing.T) {
	c := installed(t)
	s := opened(t, c)
	w, other := peopled(t, s), peopledAgain(t, s)
	erasedRecord = w.record
	stop := running(t, s)
	p := writeCanaries(t, s, w)
	backup, keyFile := backedUp(t, s)
	require.NoError(t, stop())
	rows, entries := wordsFound(t, c.Data, c.Keys)
	require.Greater(t, rows, 5, "before the erasure the words can be read with the keys")
	require.Positive(t, entries)

	s = opened(t, c)
	running(t, s)
	require.NoError(t, s.Erase(t.Context(), w.record))
	p.base = s.Base()
	p.write(t, message("written after the erasure"))
	require.NoError(t, p.sync(t.Context()), "a phone that still has the record is answered")
	require.Equal(t, replica.NoAccess, p.db.State(w.record))
	requireServes(t, s, other)
	require.NoError(t, s.Erase(t.Context(), w.record), "once more does no harm")
	requireErased(t, c, s, w, backup, keyFile)
}

// peopledAgain is one more record, beside which the first is erased.
func peopledAgain(t *testing.T, s *Server) *phone {
	t.Helper()
	seed := s.Identity().Seed()
	organisation, err := seed.Organisation(t.Context(), "practice", "Synthetic practice")
	require.NoError(t, err)
	team, err := seed.Team(t.Context(), organisation.ID, "oncology", "Another synthetic oncology")
	require.NoError(t, err)
	w := ward{oncology: team, record: syncing.RecordID{UUID: syncing.DerivedUUID("test", "another record")}}
	w.nurse, err = seed.Staff(t.Context(), staffOf("another"), team.ID)
	require.NoError(t, err)
	w.ada, err = seed.Person(t.Context(), "patient", "another")
	require.NoError(t, err)
	w.carla, err = seed.Person(t.Context(), "caregiver", "another")
	require.NoError(t, err)
	w.begin(t, s)
	return newPhone(t, s, w.ada, w.record)
}

// requireServes: another record is served as ever.
func requireServes(t *testing.T, s *Server, other *phone) {
	t.Helper()
	other.base = s.Base()
	other.write(t, message("all is as ever"))
	require.NoError(t, other.sync(t.Context()))
	require.Equal(t, replica.UpToDate, other.db.State(other.record))
}

func requireErased(t *testing.T, c Config, s *Server, w ward, backup string, keyFile []byte) {
	t.Helper()
	_, _, err := s.Engine().Head(t.Context(), syncing.Principal{Account: w.ada}, w.record)
	require.True(t, fault.Is(err, fault.NotFound))
	fresh := configIn(t.TempDir())
	copyFolder(t, c.Keys, fresh.Keys) // today's keys
	opened, err := os.Open(backup)
	require.NoError(t, err)
	defer opened.Close()
	done, err := Restore(context.Background(), fresh, opened, keyFile)
	require.NoError(t, err)
	require.Equal(t, 2, done.Erased)
	rows, entries := wordsFound(t, fresh.Data, fresh.Keys)
	require.Zero(t, rows)
	require.Zero(t, entries)
	for _, folder := range []string{c.Data, c.Keys, fresh.Data, filepath.Dir(backup)} {
		requireNowhere(t, folder)
	}
}

func copyFolder(t *testing.T, from, to string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if strings.HasSuffix(path, ".new") && (err == nil || errors.Is(err, fs.ErrNotExist)) { // a server that runs is about to put it in another's place
			return nil
		}
		if err != nil {
			return err
		}
		under, err := filepath.Rel(from, path)
		if err != nil || entry.IsDir() {
			return errors.Join(err, os.MkdirAll(filepath.Join(to, under), 0o700))
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, under), text, 0o600)
	}))
}

func TestOnlyRecordsOfPeopleAreErased(t *testing.T) {
	t.Parallel()
	c := installed(t)
	s := opened(t, c)
	w := peopled(t, s)
	for _, record := range []syncing.RecordID{installation(), s.Identity().AccountRecord(w.ada), {UUID: syncing.DerivedUUID("nobody")}} {
		require.True(t, fault.Is(s.Erase(t.Context(), record), fault.NotFound))
	}
	require.NoError(t, s.Close())
}

func TestAnErasureThatWasInterruptedIsFinishedAtTheNextStart(t *testing.T) {
	t.Parallel()
	c := installed(t)
	s := opened(t, c)
	w := peopled(t, s)
	require.NoError(t, s.ledger.add(t.Context(), entry{Erased: &w.record})) // and the power goes before the key does
	_, ok, err := s.Engine().Head(t.Context(), principal(t, s, w.nurse), w.record)
	require.NoError(t, err)
	require.True(t, ok)
	require.NoError(t, s.Close())
	s = opened(t, c)
	_, _, err = s.Engine().Head(t.Context(), principal(t, s, w.nurse), w.record)
	require.ErrorIs(t, err, seal.ErrErased)
	require.NoError(t, s.Close())
}
