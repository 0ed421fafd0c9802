package scenario

import (
	"bytes"
	"encoding/base64"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/phone"
	"satchel/internal/bolt"
	"satchel/internal/care"
	"satchel/internal/identity"
	"satchel/internal/seal"
	"satchel/server"
	syncing "satchel/sync"
)

// Whoever opens the card or the link reads the note before anything else; what nobody has stated is unknown, not absent.
func TestHazard_H09_TheNoteIsTheFirstLineOfCardAndLinkAndUnknownIsSaid(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	record := h.admit("Ada Example")
	ada := h.handset(record, identity.KindPatient, "ada")
	ada.net.off.Store(true)
	screen, err := ada.EmergencyScreen(record)
	h.done(err)
	for _, line := range []string{"Treat as if it is.", "Treat as at risk.", "Allergies: unknown", "Blood thinner: unknown", "Central line or port: unknown"} {
		require.Contains(t, screen, line)
	}
	ada.net.off.Store(false)
	h.lymphoma(record)
	finding := h.draftsExpected(record)
	h.done(h.haematologist().write(record, finding, set{"status": "signed"}))
	h.done(ada.Sync(h.ctx))
	ada.net.off.Store(true)
	screen, err = ada.EmergencyScreen(record)
	h.done(err)
	_, below, _ := strings.Cut(screen, "EMERGENCY CARD\n")
	require.True(t, strings.HasPrefix(below, "NOTE: "+expectedNote), screen)
}

// What a link carries is on a list. Words about prognosis, sensitive concerns, messages and goals are not, whoever wrote them.
func TestHazard_H27_NoWordOfPrognosisConcernsOrMessagesLeavesByALink(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	h.lymphoma(f.record)
	const canary = "yrnsecret"
	h.done(h.olive.write(f.record, newDoc("carePlan"), set{"title": canary, "overallLead": h.oncology.ID, "followUpLead": h.oncology.ID, "status": "active", "phase": "end-of-life"}))
	h.done(h.olive.write(f.record, newDoc("condition"), set{"text": "Anaemia", "clinicalStatus": "active", "recorder": h.oncology.ID, "stage": canary}))
	h.done(h.olive.write(f.record, newDoc("message"), set{"thread": newDoc("message").ID(), "body": canary}))
	h.done(h.olive.write(f.record, newDoc("note"), set{"text": canary}))
	h.done(h.olive.write(f.record, newDoc("prognosis"), set{"text": canary, "plain": canary, "team": h.oncology.ID, "shareWithPatient": true}))
	f.ada.writes(f.record, newDoc("goal"), set{"text": canary})
	f.ada.writes(f.record, care.PersonID(f.record), set{"pronouns": canary})
	f.ada.reports(f.record, set{"emo.selfharm": true, "rel.unsafe": true, "phy.nausea": 8}, set{"note": canary, "itemNote.rel.unsafe": canary, "itemNote.phy.nausea": canary})

	phoneOfAda := h.handset(f.record, identity.KindPatient, "ada")
	require.Contains(t, phoneOfAda.Show(f.record), canary, "it lies on the phone that makes the link")
	link, err := phoneOfAda.MakeLink(h.ctx, f.record, phone.LinkOptions{Passcode: emergencyPasscode})
	h.done(err)
	p := h.payloadOf(link)
	bundle := string(h.decrypts(p, h.opensAt(p, emergencyPasscode)))
	screen, err := phoneOfAda.EmergencyScreen(f.record)
	h.done(err)
	for _, said := range []string{bundle, screen} {
		require.Contains(t, said, "Ada Example")
		for _, no := range []string{canary, "end-of-life", "selfharm", "unsafe", "nausea"} {
			require.NotContains(t, said, no)
		}
	}
	h.refused(403, h.olive.get("/v1/records/"+f.record.UUID.String()+"/links", nil))
	h.refused(403, f.carla.get("/v1/records/"+f.record.UUID.String()+"/links", nil))
	h.refused(404, h.otto.get("/v1/records/"+f.record.UUID.String()+"/links", nil))
}

// Somebody photographed the link. A hundred guesses at once end at the cap; the person ends a link at once, or it ends by itself; who
// opened it is told; and the key is nowhere on the server, in its log, or in a backup.
func TestHazard_H28_ALeakedLinkStopsAtTheCapEndsAtOnceAndItsKeyIsNowhereOnTheServer(t *testing.T) {
	t.Parallel()
	var log lockedBuffer
	h := newHouse(t, func(c *server.Config) { c.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	record := h.admit("Ada Example")
	h.lymphoma(record)
	ada := h.handset(record, identity.KindPatient, "ada")
	share := func() (phone.Link, payload) {
		t.Helper()
		link, err := ada.MakeLink(h.ctx, record, phone.LinkOptions{Passcode: emergencyPasscode})
		h.done(err)
		return link, h.payloadOf(link)
	}
	_, leaked := share()
	right := h.opensAt(leaked, emergencyPasscode)
	require.Contains(t, string(h.decrypts(leaked, right)), "Ada Example")
	require.Equal(t, "no-store", right.headers.Get("Cache-Control"))
	require.Equal(t, "no-referrer", right.headers.Get("Referrer-Policy"))
	h.guessAHundredTimes(leaked)
	require.Equal(t, 404, h.opensAt(leaked, emergencyPasscode).status, "closed for good, for the right passcode too")

	link, shared := share()
	require.Equal(t, 200, h.opensAt(shared, emergencyPasscode).status)
	h.done(ada.RevokeLink(h.ctx, record, link.ID))
	over := h.opensAt(shared, emergencyPasscode)
	require.Equal(t, 404, over.status)
	_, old := share()
	h.clock.pass(72 * time.Hour)
	nowhere := shared
	nowhere.URL = h.base + "/v1/links/" + strings.Repeat("A", 43)
	for _, p := range []payload{old, nowhere} {
		got := h.opensAt(p, emergencyPasscode)
		require.Equal(t, string(over.raw), string(got.raw), "expired and unknown look like revoked")
		require.Equal(t, 404, got.status)
	}

	links, err := ada.Links(h.ctx, record)
	h.done(err)
	require.Equal(t, []string{"locked", "revoked", "expired"}, []string{links[0].State, links[1].State, links[2].State})
	outcomes := map[string]int{}
	for _, read := range links[0].Reads {
		require.Equal(t, "Riverside ED, Dr Example", read.Recipient)
		outcomes[read.Outcome]++
	}
	require.Equal(t, map[string]int{"opened": 1, "wrong-passcode": 10}, outcomes)
	require.Equal(t, 91, links[0].Refused)
	h.done(ada.Sync(h.ctx))
	told := 0
	for _, d := range ada.DB.View(record) {
		if d.ID.Type() == "notice" && phone.Text(d, "code") == "link-opened" {
			told++
		}
	}
	require.Equal(t, 2, told, "the person was told each time")
	require.NotContains(t, h.codesOfNotices(h.olive.shift(), record), "link-opened", "and nobody else")
	h.holdsNowhere(record, &log, leaked, shared, old)
}

func (h *house) codesOfNotices(a *actor, record syncing.RecordID) (codes []string) {
	h.t.Helper()
	for _, d := range a.list(record, "notice") {
		codes = append(codes, phone.Text(d, "code"))
	}
	return codes
}

// guessAHundredTimes: exactly ten guesses are compared, each told another number of tries left.
func (h *house) guessAHundredTimes(p payload) {
	h.t.Helper()
	var group sync.WaitGroup
	answers := make(chan manifest, 100)
	for range 100 {
		group.Go(func() { answers <- h.opensAt(p, "red harbour 8") })
	}
	group.Wait()
	close(answers)
	left, statuses := map[int]bool{}, map[int]int{}
	for m := range answers {
		statuses[m.status]++
		if m.status == 401 {
			left[*m.Remaining] = true
		}
	}
	require.Equal(h.t, map[int]int{401: 10, 404: 90}, statuses)
	require.Len(h.t, left, 10)
}

// holdsNowhere looks for keys, secrets and passcodes in the server's log and files, in a backup, and in every row of the record as it is
// with the installation's own keys.
func (h *house) holdsNowhere(record syncing.RecordID, log *lockedBuffer, links ...payload) {
	h.t.Helper()
	secrets := [][]byte{[]byte(emergencyPasscode)}
	for _, p := range links {
		key, err := base64.RawURLEncoding.DecodeString(p.Key)
		h.done(err)
		secrets = append(secrets, key, []byte(p.Key), []byte(base64.StdEncoding.EncodeToString(key)), []byte(p.URL[strings.LastIndex(p.URL, "/")+1:]))
	}
	without := func(where string, content []byte) {
		h.t.Helper()
		for i, secret := range secrets {
			require.False(h.t, bytes.Contains(content, secret), "%s holds secret %d", where, i)
		}
	}
	identities, err := age.GenerateX25519Identity()
	h.done(err)
	backup := filepath.Join(h.t.TempDir(), "backup.age")
	_, err = h.server.Backup(h.ctx, backup, []string{identities.Recipient().String()})
	h.done(err)
	h.stop()
	without("the log", log.bytes())
	require.Contains(h.t, string(log.bytes()), "/v1/links/:secret", "the log tells of the route")
	sealed, err := os.Open(backup)
	h.done(err)
	opened, err := age.Decrypt(sealed, identities)
	h.done(err)
	var content bytes.Buffer
	_, err = content.ReadFrom(opened)
	h.done(err)
	without("the backup", content.Bytes())
	for _, folder := range []string{h.config.Data, h.config.Keys} {
		h.done(filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			content, err := os.ReadFile(path)
			without(filepath.Base(path), content)
			return err
		}))
	}
	rows := 0
	h.opensRows(record, func(key, value []byte) {
		rows++
		without("a row", key)
		without("a row", value)
	})
	require.Greater(h.t, rows, 20)
}

// opensRows reads every row of a record of a stopped installation with its own keys.
func (h *house) opensRows(record syncing.RecordID, fn func(key, value []byte)) {
	h.t.Helper()
	keys, err := seal.Open(h.config.Keys)
	h.done(err)
	store, err := bolt.Open(h.config.Data, bolt.Options{})
	h.done(err)
	h.done(seal.New(store, keys).View(h.ctx, record, func(tx syncing.ReadTx) error {
		for _, table := range syncing.Tables {
			if table == syncing.TableKeys {
				continue
			}
			if err := tx.Scan(table, nil, nil, func(key, value []byte) (bool, error) {
				fn(key, value)
				return true, nil
			}); err != nil {
				return err
			}
		}
		return nil
	}))
	h.done(store.Close())
	h.done(keys.Close())
}

// lockedBuffer is a log that several goroutines write.
type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) bytes() []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	return bytes.Clone(b.text.Bytes())
}
