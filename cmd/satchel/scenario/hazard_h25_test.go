package scenario

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"satchel/internal/instrument"
	"satchel/server"
)

// governor signs the versions of these tests.
var governor = ed25519.NewKeyFromSeed([]byte(strings.Repeat("g", ed25519.SeedSize)))

// versions is a signed bundle of the program's files, signed off, with questionnaire and rules 1.1.0 beside 1.0.0 if asked: there a
// question was added, and one was put in other words.
func versions(t testing.TB, withNext bool) []byte {
	t.Helper()
	library, err := instrument.Embedded()
	require.NoError(t, err)
	data := fstest.MapFS{}
	for _, f := range library.Files() {
		text := bytes.ReplaceAll(f.Data, []byte("draft, not clinically approved"), []byte("approved by Dr Synthetic"))
		if f.Name == "redflags.v1.json" {
			text = bytes.Replace(text, []byte("{"), []byte(`{"status":"active","signOff":{"name":"Dr Synthetic","role":"clinical safety officer","date":"2026-11-20"},`), 1)
		}
		data[f.Name] = &fstest.MapFile{Data: text}
	}
	if withNext {
		next := func(name string, changes ...string) {
			text := strings.NewReplacer(changes...).Replace(string(data[name].Data))
			data[strings.Replace(name, "v1", "v1_1", 1)] = &fstest.MapFile{Data: []byte(text)}
		}
		item, _, _ := strings.Cut(string(data["hna.v1.json"].Data[strings.Index(string(data["hna.v1.json"].Data), `"items": [`)+len(`"items": [`):]), "}")
		added := strings.NewReplacer("phy.fever", "phy.hiccups", "Feeling hot, shivery or feverish", "Hiccups that do not stop").Replace(item) + "},"
		next("hna.v1.json", `"version": "1.0.0"`, `"version": "1.1.0"`, `"items": [`, `"items": [`+added, `"Feeling sick"`, `"Feeling as if I could be sick"`)
		next("redflags.v1.json", `"version": "1.0.0"`, `"version": "1.1.0"`, "hna|1.0.0", "hna|1.1.0")
		next("limits.v1.json", "hna|1.0.0", "hna|1.1.0", "redflags|1.0.0", "redflags|1.1.0")
	}
	library, err = instrument.Load(data)
	require.NoError(t, err)
	bundle, err := library.Sign(governor, "")
	require.NoError(t, err)
	text, err := json.Marshal(bundle)
	require.NoError(t, err)
	return text
}

// activate puts rules into the place of those that are there, and serves on.
func (h *house) activate(bundle []byte) {
	h.t.Helper()
	h.stop()
	_, err := server.ActivateRules(h.config.Keys, bundle)
	h.done(err)
	h.config.Address = strings.TrimPrefix(h.base, "http://")
	h.server, err = server.Open(h.ctx, h.config)
	h.done(err)
	h.serve()
}

// A questionnaire changes while somebody answers it: the draft is judged by what it asked, and what nobody asked is kept and shown.
func TestHazard_H25_ADraftOfTheOldVersionIsJudgedByWhatItAsked(t *testing.T) {
	t.Parallel()
	public, _ := governor.Public().(ed25519.PublicKey)
	h := newHouse(t, func(c *server.Config) { c.Drafts, c.RulesKey, c.Rules = false, public, versions(t, false) })
	f := h.family()
	f.settled(h)
	draft := newDoc("assessment")
	f.ada.writes(f.record, draft, set{"questionnaire": "hna|1.0.0", "status": "in-progress", "answeredBy": "patient", "answers.phy.nausea": 8})
	f.ada.net.off.Store(true)
	f.ada.note(f.record, draft, set{"answers.phy.hiccups": 6, "itemNote.phy.hiccups": "all night", "status": "completed"})
	f.ada.note(f.record, draft, set{"questionnaire": "hna|1.1.0"}) // an app that was updated meanwhile must not

	h.activate(versions(t, true))
	require.Equal(t, "hna|1.1.0", h.server.Library().Current().Questionnaire().Key())
	f.ada.net.off.Store(false)
	h.done(f.ada.sync(f.record))

	report := h.olive.sees(f.record, draft)
	require.Equal(t, "hna|1.0.0", value(report, "questionnaire"), "the pin stays")
	require.EqualValues(t, 6, value(report, "answers.phy.hiccups"), "what was not asked is kept")
	require.Equal(t, "all night", value(report, "itemNote.phy.hiccups"))
	require.Equal(t, "invalid", value(f.ada.heldOf(f.record)[0], "reason"))
	nausea := h.olive.concern(f.record, draft, "phy.nausea")
	require.Equal(t, "amber", value(nausea, "level"))
	require.Equal(t, "hna|1.0.0", value(nausea, "questionnaire"))
	require.Equal(t, []any{"SEVERE|1.0.0"}, value(nausea, "firedRules"), "by the rules of what it asked")
	require.Nil(t, h.olive.concern(f.record, draft, "phy.hiccups"), "nobody can say what an answer means that nobody asked for")
	row := h.olive.rowOf(h.oncology, f.record)
	require.Equal(t, 1, row.Reports)
	private := row
	if private.Also != nil {
		private = *row.Also
	}
	require.Contains(t, row.Why+private.Why, "1 answer could not be read by the rules. Look at the assessment itself.")
	require.NotNil(t, h.pia.sees(f.record, draft))
	require.Nil(t, f.carla.sees(f.record, draft))
	require.Nil(t, h.otto.sees(f.record, draft))

	fresh := f.ada.reports(f.record, set{"phy.hiccups": 8}, set{"questionnaire": "hna|1.1.0"})
	require.Equal(t, "amber", value(h.olive.concern(f.record, fresh, "phy.hiccups"), "level"), "the new version knows the question")
	f.ada.writes(f.record, draft, set{"answers.phy.nausea": 9})
	require.Equal(t, []any{"SEVERE|1.0.0"}, value(h.olive.concern(f.record, draft, "phy.nausea"), "firedRules"), "an amendment too is judged by what was asked")
	f.ada.isHeld(f.record, draft, set{"questionnaire": "hna|1.1.0"}, "invalid")
}
