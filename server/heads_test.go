package server

import (
	"bytes"
	"crypto/sha256"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/bolt"
	"satchel/internal/fault"
	"satchel/internal/heads"
	"satchel/internal/identity"
	"satchel/internal/seal"
	syncing "satchel/sync"
)

// An insider has the program, both folders and their keys, and leaves a store that is whole in itself. Only heads that somebody
// kept elsewhere tell.

// history is an installation that was served and stopped, with a journal, an access log and readings.
func history(t *testing.T) (c Config, w ward) {
	t.Helper()
	c = installed(t)
	s := opened(t, c)
	w = peopled(t, s)
	ada, nurse := newPhone(t, s, w.ada, w.record), newPhone(t, s, w.nurse, w.record)
	stop := running(t, s)
	ada.base, nurse.base = s.Base(), s.Base()
	for _, body := range []string{"one", "two", "three"} {
		ada.write(t, message(body))
		require.NoError(t, ada.sync(t.Context()))
	}
	require.NoError(t, nurse.sync(t.Context()))
	require.NoError(t, s.Identity().NoteReads(t.Context(), principal(t, s, w.nurse), identity.Readings{Opened: []syncing.RecordID{w.record}}))
	require.NoError(t, stop())
	return c, w
}

// insider writes through the sealed store, past everything that would note it.
func insider(t *testing.T, c Config, record syncing.RecordID, do func(syncing.Tx) error) {
	t.Helper()
	keys, err := seal.Open(c.Keys)
	require.NoError(t, err)
	inner, err := bolt.Open(c.Data, bolt.Options{})
	require.NoError(t, err)
	require.NoError(t, seal.New(inner, keys).Update(t.Context(), record, do))
	require.NoError(t, inner.Close())
	require.NoError(t, keys.Close())
}

type row struct{ key, value []byte }

func rowsFrom(tx syncing.ReadTx, table syncing.Table, from, to []byte) (rows []row) {
	_ = tx.Scan(table, from, to, func(key, value []byte) (bool, error) {
		rows = append(rows, row{key, value})
		return true, nil
	})
	return rows
}

// rechain writes a journal anew from bodies, with hashes and a head that fit.
func rechain(tx syncing.Tx, rows []row) error {
	head, err := tx.Get(syncing.TableHead, nil)
	if err != nil {
		return err
	}
	var chain []byte = make([]byte, chainBytes)
	for _, r := range rows {
		sum := sha256.Sum256(append(bytes.Clone(chain), r.value[chainBytes:]...))
		head = bytes.ReplaceAll(head, r.value[:chainBytes], sum[:])
		chain = sum[:]
		if err := tx.Put(syncing.TableJournal, r.key, append(bytes.Clone(chain), r.value[chainBytes:]...)); err != nil {
			return err
		}
	}
	return tx.Put(syncing.TableHead, nil, head)
}

// edit changes one word that somebody wrote, wherever the journal has it.
func edit(tx syncing.Tx) error {
	rows := rowsFrom(tx, syncing.TableJournal, nil, nil)
	for i := range rows {
		rows[i].value = bytes.Replace(rows[i].value, []byte(`"two"`), []byte(`"TWO"`), 1)
	}
	return rechain(tx, rows)
}

func problems(t *testing.T, c Config) string {
	t.Helper()
	found, err := Verify(t.Context(), c)
	require.NoError(t, err)
	return strings.Join(found.Problems, "\n")
}

func TestWhatAnInsiderRewritesIsFoundAndItsFirstRowNamed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		do   func(syncing.Tx) error
		says string
		sly  bool // nothing but the heads would tell
	}{
		"edit": {edit, "journal row ", true},
		"swap": {func(tx syncing.Tx) error {
			rows := rowsFrom(tx, syncing.TableJournal, nil, nil)
			last := len(rows) - 1
			rows[last].value, rows[last-1].value = rows[last-1].value, rows[last].value
			return rechain(tx, rows)
		}, "is not what was signed", false},
		"deletion": {func(tx syncing.Tx) error {
			rows := rowsFrom(tx, syncing.TableJournal, nil, nil)
			return tx.Delete(syncing.TableJournal, rows[1].key)
		}, "journal row 2.0 was signed and is gone", false},
		"truncation": {func(tx syncing.Tx) error {
			rows := rowsFrom(tx, syncing.TableJournal, nil, nil)
			return tx.Delete(syncing.TableJournal, rows[len(rows)-1].key)
		}, "was signed and is gone", false},
		"a line of the access log deleted": {func(tx syncing.Tx) error {
			from, to := identity.AuditRange()
			return tx.Delete(syncing.TableIdentity, rowsFrom(tx, syncing.TableIdentity, from, to)[0].key)
		}, "of the access log was signed and is gone", true},
		"a line of the access log edited": {func(tx syncing.Tx) error {
			from, to := identity.AuditRange()
			r := rowsFrom(tx, syncing.TableIdentity, from, to)[0]
			return tx.Put(syncing.TableIdentity, r.key, bytes.Replace(r.value, []byte(`"at":1`), []byte(`"at":2`), 1))
		}, "of the access log is not what was signed", true},
		"a line of the access log put in": {func(tx syncing.Tx) error {
			from, to := identity.AuditRange()
			r := rowsFrom(tx, syncing.TableIdentity, from, to)[0]
			return tx.Put(syncing.TableIdentity, append(bytes.Clone(r.key[:len(r.key)-1]), 0xff), r.value)
		}, "was put in while no server ran", true},
		"the whole record deleted": {func(tx syncing.Tx) error {
			for _, table := range syncing.Tables {
				if table == syncing.TableKeys {
					continue
				}
				for _, r := range rowsFrom(tx, table, nil, nil) {
					if err := tx.Delete(table, r.key); err != nil {
						return err
					}
				}
			}
			return nil
		}, "journal row 1.0 was signed and is gone", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config, w := history(t)
			require.Empty(t, problems(t, config), "before")
			insider(t, config, w.record, c.do)
			require.Contains(t, problems(t, config), "Record "+w.record.String()+": ")
			require.Contains(t, problems(t, config), c.says)
			served(t, config) // what is signed later launders nothing
			if !strings.Contains(c.says, "put in") {
				require.Contains(t, problems(t, config), c.says)
			}
			if c.sly {
				require.NoError(t, os.Remove(filepath.Join(config.Data, headsName)))
				require.NoError(t, os.Remove(filepath.Join(config.Keys, headsSigned)))
				require.Empty(t, problems(t, config), "the store is whole in itself: nothing else would tell")
			}
		})
	}
}

// served starts an installation and stops it.
func served(t *testing.T, c Config) {
	t.Helper()
	require.NoError(t, opened(t, c).Close())
}

// TestADocumentThatAnInsiderEditedIsFound: its journal is as it was signed, and it is not what the journal says.
func TestADocumentThatAnInsiderEditedIsFound(t *testing.T) {
	t.Parallel()
	c, w := history(t)
	edited := ""
	insider(t, c, w.record, func(tx syncing.Tx) error {
		for _, r := range rowsFrom(tx, syncing.TableDocuments, nil, nil) {
			if forged := bytes.Replace(r.value, []byte(`"two"`), []byte(`"TWO"`), 1); !bytes.Equal(forged, r.value) {
				edited = string(r.key)
				return tx.Put(syncing.TableDocuments, r.key, forged)
			}
		}
		return nil
	})
	require.Contains(t, problems(t, c), "Record "+w.record.String())
	require.Contains(t, problems(t, c), "the document "+edited+" is not what its journal says")
}

func TestAReadingThatWasTakenOutIsFound(t *testing.T) {
	t.Parallel()
	c, w := history(t)
	s := opened(t, c)
	account := s.Identity().AccountRecord(w.nurse)
	var key []byte
	require.NoError(t, s.sealed.Scan(t.Context(), identity.IndexReads, nil, nil, 1, func(e syncing.IndexEntry) bool {
		key = e.Key
		return true
	}))
	require.NotEmpty(t, key)
	require.NoError(t, s.Close())
	insider(t, c, account, func(tx syncing.Tx) error { return tx.DeleteIndex(identity.IndexReads, key) })
	require.Contains(t, problems(t, c), "of the readings was signed and is gone")
}

func TestALogThatWasRewrittenOrCutIsFoundByItsHeads(t *testing.T) {
	t.Parallel()
	c, w := history(t)
	elsewhere := filepath.Join(t.TempDir(), "shipped")
	ship(t, c, elsewhere)
	path := filepath.Join(c.Data, headsName)
	before, err := os.ReadFile(path)
	require.NoError(t, err)

	lines := strings.SplitAfter(string(before), "\n")
	require.NoError(t, os.WriteFile(path, []byte(strings.Join(lines[:len(lines)-3], "")), 0o600))
	require.Contains(t, problems(t, c), "The log of heads ends after")

	insider(t, c, w.record, edit) // and the log begins anew, with heads that fit, by the same key
	require.NoError(t, os.Remove(path))
	require.NoError(t, os.Remove(filepath.Join(c.Keys, headsSigned)))
	served(t, c)
	require.Empty(t, problems(t, c), "nobody can tell from the two folders alone")
	c.Shipped = []string{elsewhere}
	require.Contains(t, problems(t, c), "The log of heads was rewritten")
}

// A start behind a clean stop does not read the log again, however many years are in it; who rewrote it meanwhile is named all the same.
func TestALogThatRestedIsNotReadWhenTheServerStartsAndIsStillComparedByVerify(t *testing.T) {
	t.Parallel()
	c, _ := history(t)
	served(t, c)
	path := filepath.Join(c.Data, headsName)
	before, err := os.ReadFile(path)
	require.NoError(t, err)
	before[len(before)/2] ^= 1
	require.NoError(t, os.WriteFile(path, before, 0o600))
	served(t, c)
	after, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, len(before), len(after), "whoever reads it finds that a line is missing, and adds it")
	require.Contains(t, problems(t, c), "The log of heads was rewritten")
}

func ship(t *testing.T, c Config, to string) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(c.Keys, headsSigned))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(to, content, 0o600))
}

func TestBothFoldersPutBackTogetherAreFoundByAHeadFromElsewhere(t *testing.T) {
	t.Parallel()
	c, w := history(t)
	older, elsewhere := t.TempDir(), filepath.Join(t.TempDir(), "shipped")
	copyFolder(t, c.Data, filepath.Join(older, "data"))
	copyFolder(t, c.Keys, filepath.Join(older, "keys"))
	s := opened(t, c)
	newPhone(t, s, w.ada, w.record) // signs in, which is a line of her access log
	require.NoError(t, s.Close())
	ship(t, c, elsewhere)
	require.NoError(t, os.RemoveAll(c.Data))
	require.NoError(t, os.RemoveAll(c.Keys))
	copyFolder(t, filepath.Join(older, "data"), c.Data)
	copyFolder(t, filepath.Join(older, "keys"), c.Keys)
	require.Empty(t, problems(t, c), "the witness is as old as the store")
	c.Shipped = []string{elsewhere}
	require.Contains(t, problems(t, c), "an older copy was put in its place")
}

func TestWhatAKilledServerWroteIsUnderTheNextHead(t *testing.T) {
	t.Parallel()
	c, w := history(t)
	s := opened(t, c)
	newPhone(t, s, w.ada, w.record)
	s.heads.book.take() // as when the process is killed
	require.NoError(t, s.file.Close())
	require.NoError(t, s.release())
	served(t, c)
	found, err := Verify(t.Context(), c)
	require.NoError(t, err)
	require.Empty(t, found.Problems)
	require.Zero(t, found.Unsigned)
	require.GreaterOrEqual(t, found.Heads, 2)
}

func TestErasingAndRestoringLeaveNothingForTheHeadsToFind(t *testing.T) {
	t.Parallel()
	c, w := history(t)
	s := opened(t, c)
	backup, keyFile := backedUp(t, s)
	require.NoError(t, s.Erase(t.Context(), w.record))
	require.NoError(t, s.Close())
	require.Empty(t, problems(t, c))
	restored(t, c, backup, keyFile)
	served(t, c)
	require.Empty(t, problems(t, c), "a life of its own has a log of its own")
}

func TestSigningAHeadCostsNoCommitAndASecondOneNothing(t *testing.T) {
	t.Parallel()
	c := installed(t)
	c.HeadsEvery = time.Hour
	s := opened(t, c)
	peopled(t, s)
	before, err := s.file.Sequence()
	require.NoError(t, err)
	for range 2 {
		require.NoError(t, s.publishHeads(t.Context(), false))
	}
	after, err := s.file.Sequence()
	require.NoError(t, err)
	require.Equal(t, before, after)
	require.NoError(t, s.Close())
	found, err := Verify(t.Context(), c)
	require.NoError(t, err)
	require.Empty(t, found.Problems)
	require.Zero(t, found.Unsigned)
	require.Positive(t, found.HeadLines)
	require.Equal(t, 3, found.Heads, "at the stop of init, once here, and at this stop")
}

func TestMoreRowsThanAreKeptAreLookedForInTheStore(t *testing.T) {
	t.Parallel()
	c := installed(t)
	s := opened(t, c)
	require.NoError(t, s.publishHeads(t.Context(), false))
	peopled(t, s)
	s.heads.book.note(make([]notedRow, notedMax+1)) // one more than it holds: none of them is kept
	require.True(t, s.heads.book.lost)
	require.Empty(t, s.heads.book.rows)
	require.NoError(t, s.Close())
	found, err := Verify(t.Context(), c)
	require.NoError(t, err)
	require.Empty(t, found.Problems)
	require.Zero(t, found.Unsigned)
}

func TestNothingIsSignedAfterASyncOfTheLogFailed(t *testing.T) {
	t.Parallel()
	c := installed(t)
	s := opened(t, c)
	s.heads.broken = heads.ErrNotDurable
	require.ErrorIs(t, s.publishHeads(t.Context(), false), heads.ErrNotDurable)
	require.NoError(t, s.Close(), "the store itself is well")
	served(t, c)
	require.Empty(t, problems(t, c))
}

func TestHeadsInTheDataFolderAreRefused(t *testing.T) {
	t.Parallel()
	c := installed(t)
	c.Heads = filepath.Join(c.Data, "heads")
	requireNotServed(t, c, fault.Invalid, "outside of the data folder")
}

func TestHeadsSayNothingOfAnybody(t *testing.T) {
	t.Parallel()
	c, _ := history(t)
	for _, path := range []string{filepath.Join(c.Data, headsName), filepath.Join(c.Keys, headsSigned)} {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		require.NotEmpty(t, text)
		for _, word := range []string{"Ada", "Synthetic", "one", "message", "nurse"} {
			require.NotContains(t, string(text), word, path)
		}
	}
}
