package scenario

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/identity"
	"satchel/internal/instrument"
	"satchel/server"
	syncing "satchel/sync"
)

// feels is what a phone shows and the server says of 37.6 °C on treatment.
func (h *house) feels(record syncing.RecordID, ada *handset) (level instrument.Level, shown string, row string) {
	h.t.Helper()
	h.done(ada.Sync(h.ctx))
	doc, judged := ada.reports(record, set{"phy.fever": 1, "m.temp": "37.6"}, "next-visit")
	screen := ada.CallScreen(record, judged, doc)
	h.done(ada.Sync(h.ctx))
	report := ada.DB.Document(record, doc)
	return judged.Level, screen + ada.Show(record), value(report, "serverLevel").(string)
}

// onTreatment admits somebody who had chemotherapy last week.
func (h *house) onTreatment(name string) syncing.RecordID {
	h.t.Helper()
	record := h.admit(name)
	h.done(h.oscar.write(record, clinicalContext(record), set{"sactLastDose": "2026-11-16", "steroid": false, "paracetamolRegular": false}))
	return record
}

// One record's oncology team names another region: number, unit, threshold and words change for that record, by data alone.
func TestSeed_B58_ARecordsRegionIsItsOncologyTeams(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	record, other := h.onTreatment("Ada Example"), h.onTreatment("Ben Example")
	ada, ben := h.handset(record, identity.KindPatient, "ada"), h.handset(other, identity.KindPatient, "ben")

	phone, shown, server := h.feels(record, ada)
	require.Equal(t, instrument.Red, phone, "the British threshold is 37.5")
	require.Equal(t, "red", server)
	for _, words := range []string{"[ CALL 999 ]", "Emergency: 999.", "37.6 °C (99.7 °F)", "emergency department (A&E)"} {
		require.Contains(t, shown, words)
	}
	require.NotContains(t, shown, "Emergency: 911")

	require.Error(t, h.otto.write(record, careTeam(h.oncology), set{"region": "US"}), "whoever works elsewhere decides nothing here")
	h.refused(403, h.pia.write(record, careTeam(h.oncology), set{"region": "US"}))
	h.done(h.olive.write(record, careTeam(h.oncology), set{"region": "US"}))
	h.later(time.Hour)
	phone, shown, server = h.feels(record, ada)
	require.Equal(t, instrument.Amber, phone, "the American one is 38.0; below it is taken again in an hour")
	require.Equal(t, "amber", server)
	for _, words := range []string{"Emergency: 911.", "99.7 °F (37.6 °C)", "100.4 °F (38.0 °C)"} {
		require.Contains(t, shown, words)
	}
	require.NotContains(t, shown, "Emergency: 999")
	require.Contains(t, ada.WhenToCall(record), "Call 911 for")

	phone, shown, server = h.feels(other, ben)
	require.Equal(t, instrument.Red, phone, "Ben's region is as it was")
	require.Equal(t, "red", server)
	require.Contains(t, shown, "Emergency: 999.")
}

// A whole installation: the same program with another region, and with one that nobody programmed, which is one more file.
func TestSeed_B58_AnInstallationIsSwitchedByItsProfile(t *testing.T) {
	t.Parallel()
	files := ruleFiles(t)
	profile := string(files["profile.US.v1.json"].Data)
	for old, fresh := range map[string]string{`"id": "US"`: `"id": "NZ"`, `"911"`: `"111"`, `[degF]`: `Cel`, `"cancerCareReview": false`: `"cancerCareReview": true`, `month-day`: `day-month`} {
		require.Contains(t, profile, old)
		profile = strings.Replace(profile, old, fresh, 1)
	}
	files["profile.NZ.v1.json"] = &fstest.MapFile{Data: []byte(profile)}
	inNewZealand := inCare(t, files)
	for _, c := range []struct {
		region  string
		option  func(*server.Config)
		level   instrument.Level
		says    []string
		never   string
		modules map[string]bool
	}{
		{"US", func(c *server.Config) { c.Region = "US" }, instrument.Amber, []string{"Emergency: 911.", "99.7 °F (37.6 °C)"}, "Emergency: 999", map[string]bool{"indianHealthService": true, "cancerCareReview": false}},
		{"UK", func(c *server.Config) {}, instrument.Red, []string{"Emergency: 999.", "37.6 °C (99.7 °F)"}, "Emergency: 911", map[string]bool{"indianHealthService": false, "cancerCareReview": true}},
		{"NZ", func(c *server.Config) { inNewZealand(c); c.Region = "NZ" }, instrument.Amber, []string{"Emergency: 111.", "37.6 °C (99.7 °F)"}, "Emergency: 911", map[string]bool{"indianHealthService": true, "cancerCareReview": true}},
	} {
		h := newHouse(t, c.option)
		record := h.onTreatment("Ada Example")
		h.done(h.olive.write(record, careTeam(h.oncology), set{"region": nil})) // the record names none
		ada := h.handset(record, identity.KindPatient, "ada")
		phone, shown, server := h.feels(record, ada)
		require.Equal(t, c.level, phone, c.region)
		require.Equal(t, c.level.String(), server, c.region)
		for _, words := range c.says {
			require.Contains(t, shown, words, c.region)
		}
		require.NotContains(t, shown, c.never, c.region)
		place := ada.Place(record)
		for module, on := range c.modules {
			require.Equal(t, on, place.Modules[module], "%s: %s", c.region, module)
		}
	}
}

// A region for which the rules have no profile is refused: a threshold that was guessed for the wrong country is worse than none.
func TestSeed_B58_AnInstallationInARegionWithoutAProfileIsNotOpened(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	c := server.Config{Data: folder + "/data", Keys: folder + "/keys", Address: "127.0.0.1:0", Region: "FR"}
	require.ErrorContains(t, server.Init(t.Context(), c, nil), "no profile for the region FR")
}
