package mobileapi

import (
	"net/http"
	"testing"
)

type witness struct {
	t    testing.TB
	next http.RoundTripper
}

func (w *witness) RoundTrip(req *http.Request) (*http.Response, error) { return w.next.RoundTrip(req) }
