package demo

import (
	"errors"
	"net/http"
	"sync/atomic"
)

// network is what lies between a phone and the server.
type network struct {
	off     atomic.Bool  // nothing gets through
	deaf    atomic.Bool  // requests get through, answers do not
	tried   atomic.Int64 // requests that a phone tried to send
	through atomic.Int64 // requests that reached the server
}

var (
	errNoNetwork  = errors.New("no network")
	errLostAnswer = errors.New("the connection broke before the answer came")
)

// RoundTrip implements http.RoundTripper.
func (n *network) RoundTrip(r *http.Request) (*http.Response, error) {
	n.tried.Add(1)
	if n.off.Load() {
		return nil, errNoNetwork
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	n.through.Add(1)
	if n.deaf.Load() {
		return nil, errors.Join(errLostAnswer, answer.Body.Close())
	}
	return answer, nil
}
