package phone

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/client"
	"satchel/internal/instrument"
	syncing "satchel/sync"
	"satchel/sync/replica"
)

func TestHazard_H01_TheCallScreenIsTheNextThingAfterAFever(t *testing.T) {
	t.Parallel()
	p, record := alone(t, t.TempDir())
	var out strings.Builder
	in := typed("1", "", "", "", "", "", "", "", "1", "38.0") // and then the person puts the phone down, and calls
	v, err := NewInterview(p, record, "patient", in, &out)
	require.NoError(t, err)
	_, err = v.Run()
	require.ErrorIs(t, err, ErrStopped)
	_, after, asked := strings.Cut(out.String(), "Your temperature, if you can take it")
	require.True(t, asked)
	_, after, _ = strings.Cut(after, "\n> ")
	screen, _, found := strings.Cut(after, "\n\n")
	require.True(t, found)
	screen = strings.TrimSpace(screen)
	lines := strings.Split(screen, "\n")
	require.Equal(t, "RED", lines[1], "no question comes before it")
	require.Contains(t, lines[2], "[ CALL 999 ]", "the phone knows no other number yet")
	require.Contains(t, screen, "NOT YET DELIVERED")
	require.Contains(t, screen, "This app is not for emergencies.")
	require.NotContains(t, strings.ToLower(out.String()), "was sent")
	require.Equal(t, "completed", Text(p.DB.Document(record, v.Doc), "status"), "who stops to call has reported all the same")
	require.Equal(t, []syncing.DocID{v.Doc}, p.Urgent(record))

	v, err = NewInterview(p, record, "patient", typed("", "", "", "", "", "", "", "", "", ""), &out)
	require.NoError(t, err)
	_, err = v.Run()
	require.NoError(t, err)
	_, err = NewInterview(p, record, "patient", typed(), &out)
	require.NoError(t, err)
	require.Len(t, p.DB.View(record), 2, "it was gone on with once, and the next is a new one")
}

func TestHazard_H02_NothingIsCalledDeliveredBeforeTheServerSaidSo(t *testing.T) {
	t.Parallel()
	p, record := alone(t, t.TempDir())
	doc, err := p.Begin(record, "patient")
	require.NoError(t, err)
	require.Equal(t, saved, p.Delivery(record, doc))
	require.Empty(t, p.Undelivered(record), "a draft is nothing that anybody waits for")
	require.NoError(t, p.Answer(record, doc, "m.temp", syncing.TextValue("39.0")))
	_, err = p.Complete(record, doc, "", "")
	require.NoError(t, err)
	require.Contains(t, p.Show(record), "NOT YET DELIVERED: 1 urgent report has not reached your team.")
	require.Contains(t, p.Show(record), "["+saved+"]")
	require.Contains(t, p.Show(record), "3 changes are saved on this phone.")

	_, err = p.DB.Request(p.NowMs(), record) // it went out, and nothing came back
	require.NoError(t, err)
	require.Equal(t, tried, p.Delivery(record, doc))
	require.NotContains(t, p.Show(record), arrived)

	page, err := instrument.Calling()
	require.NoError(t, err)
	require.Contains(t, p.Undelivered(record), page.SMSFallback)
	for _, word := range []string{"39", "fever", "temperature", "cancer", "red", record.UUID.String()} {
		require.NotContains(t, strings.ToLower(page.SMSFallback), word, "others may read a text on the way")
	}
}

func TestHazard_H02_TheRecordWithTheRedAnswerGoesFirst(t *testing.T) {
	t.Parallel()
	p, mine := alone(t, t.TempDir())
	var others []syncing.RecordID
	for range 3 {
		other := syncing.RecordID{UUID: syncing.DerivedUUID("other", string(rune('a'+len(others))))}
		others = append(others, other)
		doc, err := p.Begin(other, "caregiver")
		require.NoError(t, err)
		require.NoError(t, p.Answer(other, doc, "phy.tired", syncing.IntValue(2)))
		_, err = p.Complete(other, doc, "", "")
		require.NoError(t, err)
	}
	require.Empty(t, p.urgentRecords())
	doc, err := p.Begin(mine, "patient")
	require.NoError(t, err)
	_, err = p.Complete(mine, doc, "now", "")
	require.NoError(t, err)
	require.Equal(t, []syncing.RecordID{mine}, p.urgentRecords())
	require.Len(t, p.Records(), 4)

	p.settings.Tokens = client.Tokens{AccessToken: "a", RefreshToken: "r"}
	p.Client = client.New("http://127.0.0.1:1", p.settings.Tokens)
	out := &firstOut{}
	p.Client.HTTP.Transport = out
	require.ErrorIs(t, p.Sync(t.Context()), client.ErrOffline)
	require.Equal(t, []syncing.RecordID{mine}, out.records, "the first request has this record and no other")
}

// firstOut is a network that breaks with the first request, and keeps which records it named.
type firstOut struct{ records []syncing.RecordID }

func (f *firstOut) RoundTrip(r *http.Request) (*http.Response, error) {
	var request struct {
		Records []struct {
			Record syncing.RecordID `json:"record"`
		} `json:"records"`
	}
	if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
		return nil, err
	}
	for _, part := range request.Records {
		f.records = append(f.records, part.Record)
	}
	return nil, errors.New("the network broke")
}

func TestHazard_H04_AnOldCopySaysSoAndHidesWhatHasRunOut(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	entrust(t, home, "1.0.0")
	began := time.Date(2026, time.November, 9, 9, 0, 0, 0, time.UTC)
	now := began
	p, err := Open(home, Options{Transport: noNetwork{t}, Now: func() time.Time { return now }})
	require.NoError(t, err)
	t.Cleanup(func() { _ = p.Close() })
	record := syncing.RecordID{UUID: syncing.DerivedUUID("mine")}
	text := syncing.TextValue
	for kind, set := range map[string]map[string]jsontext.Value{
		"careTeam": {"kind": text("oncology"), "status": text("active"), "phone": text("01632 960 111"), "is24h": syncing.BoolValue(true)},
		"labOrder": {"title": text("weekly blood test"), "validUntil": text("2026-11-20")},
	} {
		doc, err := p.NewDoc(kind)
		require.NoError(t, err)
		require.NoError(t, p.Write(record, replica.Change{Doc: doc, Set: set}))
	}
	p.settings.Synced = p.NowMs()
	for _, c := range []struct {
		after time.Duration
		says  string
		order bool
	}{
		{time.Hour, "Day and night: 01632 960 111. Emergency: 999.", true},
		{25 * time.Hour, "Last updated Monday 9 November, 09:00.", true},
		{73 * time.Hour, "AMBER: this copy is 3 days old.", true},
		{11*24*time.Hour + time.Hour, "AMBER: this copy is 11 days old.", true},
		{12*24*time.Hour + time.Hour, "AMBER: this copy is 12 days old.", false},
		{15 * 24 * time.Hour, "RED: THIS COPY IS 15 DAYS OLD.", false},
	} {
		now = began.Add(c.after)
		shown := p.Show(record)
		require.True(t, strings.HasPrefix(shown, c.says), "%s: %s", c.after, shown)
		require.Contains(t, shown, "01632 960 111", "the number is always there")
		require.Equal(t, c.order, strings.Contains(shown, "weekly blood test"), c.after)
		require.Equal(t, !c.order, strings.Contains(shown, "1 thing here has run out"), c.after)
	}
	require.NotContains(t, p.Show(record), "2026-11-20")
	require.Contains(t, p.Show(record), "Do not follow it without asking: call 01632 960 111.")
}

func TestHazard_H19_ACaregiversScreenHasNothingThatIsForThePersonAlone(t *testing.T) {
	t.Parallel()
	p, record := alone(t, t.TempDir())
	for answeredBy, private := range map[string]bool{"patient": true, "caregiver": false} {
		doc, err := p.Begin(record, answeredBy)
		require.NoError(t, err)
		require.NoError(t, p.Answer(record, doc, "emo.selfharm", syncing.BoolValue(true)))
		j, err := p.Complete(record, doc, "", "")
		require.NoError(t, err)
		screen := p.CallScreen(record, j, doc)
		require.Equal(t, private, strings.Contains(screen, "You matter."), answeredBy)
		require.Equal(t, private, strings.Contains(screen, "\nRED\n"), answeredBy)
	}
}

func TestTemperaturesAreReadByTheirSizeAndShownAsThePlaceReadsThem(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"38.0": `"38.0"`, "38,5 C": `"38.5"`, "100.4": `{"unit":"F","value":"100.4"}`, "100.4F": `{"unit":"F","value":"100.4"}`, "38 °C": `"38"`, "100 c": `"100"`,
	} {
		require.Equal(t, want, string(temperature(typed)), typed)
	}
	require.Nil(t, temperature("hot"))
	p, _ := alone(t, t.TempDir())
	us, ok := p.data().Profile("US")
	require.True(t, ok)
	require.Equal(t, "100.4 °F (38.0 °C)", shown(us, "answers.m.temp", `"38.0"`))
	require.Equal(t, "hot", shown(us, "answers.m.temp", `"hot"`))
}
