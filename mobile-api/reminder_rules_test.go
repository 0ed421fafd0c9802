package mobileapi

import (
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"satchel/internal/calendar/remind"
)

func TestAPhoneGetsWhatItWorksRemindersOutWith(t *testing.T) {
	t.Parallel()
	p := newPlace(t, func(c *Config, _ *LiveOptions) { c.Zone = "Europe/Madrid" })
	got := p.do("GET", "/v1/reminders", &p.patient, nil)
	require.Equal(t, 200, got.status, got.text())
	var said struct {
		Zone  string         `json:"zone"`
		Rules jsontext.Value `json:"rules"`
	}
	require.NoError(t, json.Unmarshal(got.body, &said))
	require.Equal(t, "Europe/Madrid", said.Zone)
	rules, err := remind.Load(said.Rules)
	require.NoError(t, err)
	require.Equal(t, remind.Own, rules)

	tag := got.header.Get("ETag")
	again := p.do("GET", "/v1/reminders", &p.patient, nil, "If-None-Match", tag)
	require.Equal(t, 304, again.status)
	require.Empty(t, again.body)
	elsewhere := newPlace(t)
	require.Equal(t, 200, elsewhere.do("GET", "/v1/reminders", &elsewhere.patient, nil, "If-None-Match", tag).status, "another zone is another answer")
	require.Equal(t, 401, p.do("GET", "/v1/reminders", nil, nil).status)
}
