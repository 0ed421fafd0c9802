package main

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/demo"
	"satchel/cmd/satchel/phone"
	"satchel/internal/care"
	"satchel/internal/fault"
	"satchel/server"
	syncing "satchel/sync"
	"satchel/sync/replica"
)

// The installations in testdata/upgrade were written by other versions of this program. Everybody in them is invented.
//
//   - format1: the demo as it was before rules were signed. Its journal is of version 1, its phones hold cursors of the first form.
//   - before-format1: an empty installation of the first hours, before the formats were fixed.
//   - newer-format: an empty installation whose store says that it is of format 2.
//
// A version that changes a format adds the installation that it can no longer write.
const (
	formatOne    = "format1"
	formatBefore = "before-format1"
	formatNewer  = "newer-format"
)

// thatDay is half an hour after the story of format1 was played: its sign-ins are good.
var thatDay = time.Date(2026, time.November, 22, 6, 33, 0, 0, time.UTC)

// unpack puts an installation of another version into a folder.
func unpack(t *testing.T, name string) server.Config {
	t.Helper()
	packed, err := os.Open("testdata/upgrade/" + name + ".tar.zst")
	require.NoError(t, err)
	defer packed.Close()
	plain, err := zstd.NewReader(packed)
	require.NoError(t, err)
	defer plain.Close()
	folder := t.TempDir()
	for files := tar.NewReader(plain); ; {
		head, err := files.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		require.True(t, filepath.IsLocal(head.Name))
		path := filepath.Join(folder, head.Name)
		if head.Typeflag == tar.TypeDir {
			require.NoError(t, os.MkdirAll(path, 0o700))
			continue
		}
		content, err := io.ReadAll(files)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(path, content, 0o600))
	}
	return server.Config{
		Data: filepath.Join(folder, "data"), Keys: filepath.Join(folder, "keys"), Address: "127.0.0.1:0",
		Now: func() time.Time { return thatDay }, FollowEvery: time.Hour,
	}
}

// satchel runs the program, and asks that it worked.
func satchel(t *testing.T, folder string, args ...string) {
	t.Helper()
	command := exec.Command("satchel", args...)
	command.Dir = folder
	said, err := command.CombinedOutput()
	require.NoError(t, err, string(said))
}

// withRules does what operations.md asks of whoever comes from a version without signed rules.
func withRules(t *testing.T, c server.Config) {
	t.Helper()
	folder := filepath.Dir(c.Keys)
	satchel(t, folder, "rules", "key", "cso.key")
	satchel(t, folder, "rules", "export", "rules")
	satchel(t, folder, "rules", "sign", "--key", "cso.key", "--name", "Dr Synthetic", "rules/redflags.v1.json")
	satchel(t, folder, "rules", "activate", "--keys", c.Keys, "--key", "cso.key.pub", "rules/signed-rules.json")
}

func requireWhole(t *testing.T, c server.Config) *server.VerifyReport {
	t.Helper()
	found, err := server.Verify(t.Context(), c)
	require.NoError(t, err)
	require.Empty(t, found.Problems)
	return found
}

// TestEveryValueOfFormat1IsReadToday: pages, values under their keys, journal chains of version 1, digests and indexes.
func TestEveryValueOfFormat1IsReadToday(t *testing.T) {
	t.Parallel()
	c := unpack(t, formatOne)
	before := requireWhole(t, c)
	require.Equal(t, 41, before.Records, "all that the story left")
	s, err := server.Open(t.Context(), c)
	require.NoError(t, err)
	require.True(t, fault.Is(s.Listen(), fault.Refused), "without signed rules it is opened, and serves nobody")
	require.NoError(t, s.Close())
	require.Equal(t, before.Records, requireWhole(t, c).Records)
}

// watched notes whether the server made a phone read a record from its beginning.
type watched struct{ resets, rounds int }

// RoundTrip implements http.RoundTripper.
func (w *watched) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil || r.URL.Path != "/v1/sync" || answer.StatusCode != http.StatusOK {
		return answer, err
	}
	var said syncing.Response
	text, err := io.ReadAll(answer.Body)
	answer.Body = io.NopCloser(bytes.NewReader(text))
	if err := errors.Join(err, json.Unmarshal(text, &said)); err != nil {
		return nil, err
	}
	w.rounds++
	for _, record := range said.Records {
		if record.Reset {
			w.resets++
		}
	}
	return answer, nil
}

// TestPhonesOfFormat1GoOnWithTheirCursorsAndWords: each writes offline with what it had, syncs, has all that it had, and asks who wrote.
// That cursors of the first form are read is shown in sync.
func TestPhonesOfFormat1GoOnWithTheirCursorsAndWords(t *testing.T) {
	t.Parallel()
	c := unpack(t, formatOne)
	withRules(t, c)
	s, err := server.Open(t.Context(), c)
	require.NoError(t, err)
	require.NoError(t, s.Listen())
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	homes, err := os.ReadDir(filepath.Join(filepath.Dir(c.Data), "phones"))
	require.NoError(t, err)
	require.Len(t, homes, 4)
	for _, home := range homes {
		goesOn(t, s.Base(), filepath.Join(filepath.Dir(c.Data), "phones", home.Name()))
	}
	stop()
	require.NoError(t, <-ended)
	requireWhole(t, c)
}

func goesOn(t *testing.T, base, home string) {
	t.Helper()
	network := &watched{}
	p, err := phone.Open(home, phone.Options{Now: func() time.Time { return thatDay }, Transport: network})
	require.NoError(t, err)
	defer p.Close()
	record := p.Records()[0]
	before := p.DB.View(record)
	require.NotEmpty(t, before)
	p.Client.Base = base
	words, err := p.NewDoc("note")
	require.NoError(t, err)
	require.NoError(t, p.Write(record, replica.Change{Doc: words, Set: map[string]jsontext.Value{"text": syncing.TextValue("written offline before the upgrade")}}))
	require.NoError(t, p.Sync(t.Context()), home)
	require.Zero(t, p.DB.Unanswered(record), home)
	require.Positive(t, network.rounds)
	require.LessOrEqual(t, network.resets, 1, "%s: there are more kinds of information now, so it reads once from the beginning, and never again", home)
	again := network.resets
	require.NoError(t, p.Sync(t.Context()))
	require.Equal(t, again, network.resets, home)
	for _, d := range before {
		now := p.DB.Document(record, d.ID)
		require.NotNil(t, now, "%s: %s is gone", home, d.ID)
		history, err := p.History(t.Context(), record, d.ID)
		require.NoError(t, err, "%s: %s", home, d.ID)
		require.NotEmpty(t, history, "%s: %s", home, d.ID)
	}
	require.NotNil(t, p.DB.Document(record, words))
}

// upgradeKills is how often the first start of a new version is killed.
const upgradeKills = 12

// TestAnUpgradeThatIsKilledIsGoneOnWith: the first start of this version on an older installation, killed at any time, several times.
func TestAnUpgradeThatIsKilledIsGoneOnWith(t *testing.T) {
	t.Parallel()
	c := unpack(t, formatOne)
	withRules(t, c)
	chance := rand.New(rand.NewPCG(1, 0))
	for range upgradeKills {
		serve := exec.Command("satchel", "serve", "--data", c.Data, "--keys", c.Keys, "--address", "127.0.0.1:0", "--metrics", "")
		require.NoError(t, serve.Start())
		<-time.After(time.Duration(1+chance.IntN(160)) * time.Millisecond)
		require.NoError(t, serve.Process.Kill())
		_ = serve.Wait() // it says that it was killed
	}
	require.Equal(t, 41, requireWhole(t, c).Records)
}

// TestWhatCannotBeReadIsRefusedPlainlyAndLeftAsItIs: what is older than the formats, and what is newer than this program.
func TestWhatCannotBeReadIsRefusedPlainlyAndLeftAsItIs(t *testing.T) {
	t.Parallel()
	for name, sentence := range map[string]string{
		formatBefore: "from before its formats were fixed",
		formatNewer:  "written by a newer version of the program",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := unpack(t, name)
			store := filepath.Join(c.Data, "satchel.db")
			before, err := os.ReadFile(store)
			require.NoError(t, err)
			_, err = server.Open(t.Context(), c)
			require.True(t, fault.Is(err, fault.Unsupported), "%v", err)
			require.Contains(t, fault.TextOf(err), sentence)
			after, err := os.ReadFile(store)
			require.NoError(t, err)
			require.Equal(t, before, after, "not a byte was written")
		})
	}
}

// cast is who is in an installation that a demo has made.
func cast(t *testing.T, c server.Config) (cast demo.Cast) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(filepath.Dir(c.Data), "demo.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &cast))
	require.NotEmpty(t, cast.People)
	return cast
}

// somebody is a record of an installation that a demo has made.
func somebody(t *testing.T, c server.Config) string {
	t.Helper()
	return cast(t, c).People[0].Records[0].UUID.String()
}

// TestTheInstallationsOfOtherVersionsHoldOnlyTheInvented: what is committed must be of the demo's cast.
func TestTheInstallationsOfOtherVersionsHoldOnlyTheInvented(t *testing.T) {
	t.Parallel()
	require.NotEmpty(t, somebody(t, unpack(t, formatOne)))
	packs, err := fs.Glob(os.DirFS("testdata/upgrade"), "*")
	require.NoError(t, err)
	require.ElementsMatch(t, []string{formatOne + ".tar.zst", formatBefore + ".tar.zst", formatNewer + ".tar.zst"}, packs)
}

// stumbling is the store of a machine that stops at its n-th write, before or behind it, and counts what is looked at.
type stumbling struct {
	syncing.Store
	left   *int // writes until it stops; below 0: it does not
	behind bool
	looked map[syncing.RecordID]int
}

var errStumbled = errors.New("the machine stopped")

// Update implements syncing.Store.
func (s stumbling) Update(ctx context.Context, record syncing.RecordID, fn func(syncing.Tx) error) error {
	s.looked[record]++
	stops := *s.left == 0
	*s.left--
	if stops && !s.behind {
		return errStumbled
	}
	err := s.Store.Update(ctx, record, fn)
	if stops {
		return errStumbled // nobody was there to hear what became of it
	}
	return err
}

// reminded opens an installation, lets time do its work once on a machine that stops at a write (below 0: it does not), and says which
// records have a clock of reminders, and which should.
func reminded(t *testing.T, c server.Config, left *int, stops int) (have, should []syncing.RecordID, failed error) {
	t.Helper()
	*left = -1
	s, err := server.Open(t.Context(), c)
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	*left = stops
	failed = s.Follow(t.Context())
	if *left = -1; failed != nil {
		return nil, nil, failed
	}
	for _, person := range cast(t, c).People {
		for _, record := range person.Records {
			require.NoError(t, s.Engine().Follow(t.Context(), record, func(r syncing.Reader, _ int64) ([]syncing.Patch, error) {
				clock, err := r.Document(care.ReminderClockID(record))
				require.NoError(t, err)
				if at, set := clock.Int("lookedAt"); set && at > 0 && !slices.Contains(have, record) {
					have = append(have, record)
				}
				appointments, err := r.Documents("appointment")
				require.NoError(t, err)
				if len(appointments) > 0 && !slices.Contains(should, record) {
					should = append(should, record)
				}
				return nil, nil
			}))
		}
	}
	return have, should, nil
}

// TestRecordsFromBeforeRemindersAreRemindedAfterOnePass: nothing in them has to change for it, and each is read once.
func TestRecordsFromBeforeRemindersAreRemindedAfterOnePass(t *testing.T) {
	t.Parallel()
	c := unpack(t, formatOne)
	withRules(t, c)
	left, looked := -1, map[syncing.RecordID]int{}
	c.Between = func(s syncing.Store) syncing.Store { return stumbling{Store: s, left: &left, looked: looked} }
	have, should, err := reminded(t, c, &left, -1)
	require.NoError(t, err)
	require.NotEmpty(t, should)
	require.ElementsMatch(t, should, have)
	first := maps.Clone(looked)
	require.Greater(t, len(first), 30, "all that are no account, and accounts that nobody followed")
	clear(looked)
	_, _, err = reminded(t, c, &left, -1)
	require.NoError(t, err)
	once := 0
	for record, times := range first {
		if looked[record] == 0 && record.UUID != syncing.DerivedUUID("server.installation") {
			require.Equal(t, 1, times)
			once++
		}
	}
	require.Greater(t, once, 20, "what only the pass has to do with is looked at once, and not again")
	requireWhole(t, c)
}

// TestAPassThatIsKilledAtAnyWriteIsGoneOnWith: before it is on disk, and behind that.
func TestAPassThatIsKilledAtAnyWriteIsGoneOnWith(t *testing.T) {
	t.Parallel()
	for _, behind := range []bool{false, true} {
		t.Run(fmt.Sprintf("behind=%v", behind), func(t *testing.T) {
			t.Parallel()
			c := unpack(t, formatOne)
			withRules(t, c)
			left, looked := 0, map[syncing.RecordID]int{}
			c.Between = func(s syncing.Store) syncing.Store {
				return stumbling{Store: s, left: &left, behind: behind, looked: looked}
			}
			kills := 0
			have, should, err := reminded(t, c, &left, 0)
			for ; err != nil; have, should, err = reminded(t, c, &left, kills*3) {
				require.ErrorIs(t, err, errStumbled)
				kills++
			}
			require.Greater(t, kills, 8)
			require.NotEmpty(t, should)
			require.ElementsMatch(t, should, have)
			if !behind { // else the log of heads was told by a machine that went on, as none does
				requireWhole(t, c)
			}
		})
	}
}

// TestWhoWasSilentBeforeTheUpgradeIsCalledAfterIt: nobody waits for a phone that lies in a drawer to begin.
func TestWhoWasSilentBeforeTheUpgradeIsCalledAfterIt(t *testing.T) {
	t.Parallel()
	c := unpack(t, formatOne)
	withRules(t, c)
	c.Now = func() time.Time { return thatDay.Add(4 * 24 * time.Hour) }
	s, err := server.Open(t.Context(), c)
	require.NoError(t, err)
	for range 2 { // a second turn changes nothing
		require.NoError(t, s.Follow(t.Context()))
		calls := 0
		for _, record := range cast(t, c).People[0].Records {
			require.NoError(t, s.Engine().Follow(t.Context(), record, func(r syncing.Reader, _ int64) ([]syncing.Patch, error) {
				tasks, err := r.Documents(care.TaskType)
				for _, task := range tasks {
					if task.Text("kind") == care.TaskSilent && task.Text("status") == "requested" {
						calls++
					}
				}
				return nil, err
			}))
		}
		require.Equal(t, 1, calls)
	}
	require.NoError(t, s.Close())
	requireWhole(t, c)
}
