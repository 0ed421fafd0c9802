package mobileapi

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAPanicIsOneRefusedRequest: its value is not logged, for it may be what somebody wrote, and the process goes on.
func TestAPanicIsOneRefusedRequest(t *testing.T) {
	t.Parallel()
	var counted atomic.Int64
	p := newPlace(t, func(c *Config, _ *LiveOptions) {
		c.Ready = func(context.Context) error { panic("CANARY: what somebody wrote") }
		c.Observe = func(o Observation) {
			if o.Route == "/readyz" && o.Status == 500 && o.Method == "GET" {
				counted.Add(1)
			}
		}
	})
	got := p.do("GET", "/readyz", nil, nil)
	require.Equal(t, 500, got.status)
	require.NotContains(t, got.text(), "CANARY")
	require.NotContains(t, p.log.text(), "CANARY")
	require.Contains(t, p.log.text(), "panic")
	require.Contains(t, p.log.text(), "panic_test.go", "the stack says where")
	require.EqualValues(t, 1, counted.Load())
	require.Equal(t, 200, p.do("GET", "/healthz", nil, nil).status)
}
