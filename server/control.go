package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"satchel/internal/fault"
	syncing "satchel/sync"
)

// While a server runs nobody else can open its store, so what an operator wants done is asked of it: over a socket in the data
// folder, which only the owner of the folder can reach.

const (
	controlName = "satchel.sock"
	// controlBytesMax is the size of an order.
	controlBytesMax = 64 << 10
	// controlStop is how long an order under way may take once the server stops.
	controlStop = 2 * time.Second
)

// order is what an operator wants done.
type order struct {
	BackupTo   string            `json:"backupTo,omitempty"` // a path as the server sees it
	Recipients []string          `json:"recipients,omitempty"`
	Erase      *syncing.RecordID `json:"erase,omitempty"`
}

// report is what came of it.
type report struct {
	Backup *BackupReport `json:"backup,omitempty"`
	Code   fault.Code    `json:"code,omitempty"`
	Text   string        `json:"text,omitempty"`
	Cause  string        `json:"cause,omitempty"`
}

func (s *Server) obey(ctx context.Context, o order) (r report) {
	var err error
	switch {
	case o.BackupTo != "":
		r.Backup, err = s.Backup(ctx, o.BackupTo, o.Recipients)
	case o.Erase != nil:
		err = s.Erase(ctx, *o.Erase)
	default:
		err = fault.New(fault.Invalid, "server.obey", "This order is not known to the running server. Is it of another version?")
	}
	if err != nil {
		r.Code, r.Text = fault.CodeOf(err), fault.TextOf(err)
		if cause := errors.Unwrap(err); cause != nil {
			r.Cause = cause.Error()
		}
	}
	return r
}

// serveControl takes orders until the context ends.
func (s *Server) serveControl(ctx context.Context, group *sync.WaitGroup) (stop func(), err error) {
	if s.file == nil {
		return func() {}, nil
	}
	path := filepath.Join(s.config.Data, controlName)
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return func() {}, err
	}
	listener, err := net.Listen("unix", path)
	if err != nil {
		return func() {}, err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return func() {}, errors.Join(err, listener.Close())
	}
	server := &http.Server{ReadHeaderTimeout: metricsTimeout, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var o order
		if err := json.NewDecoder(io.LimitReader(r.Body, controlBytesMax)).Decode(&o); err != nil {
			http.Error(w, "this is no order", http.StatusBadRequest)
			return
		}
		_ = json.NewEncoder(w).Encode(s.obey(ctx, o)) // whoever asked has gone: what was done is done
	})}
	group.Go(func() { _ = server.Serve(listener) })
	return func() {
		ending, cancel := context.WithTimeout(context.Background(), controlStop)
		defer cancel()
		if server.Shutdown(ending) != nil {
			_ = server.Close()
		}
	}, nil
}

// Order asks a running server to do something. running is false if no server runs on this data folder.
func (c Config) order(ctx context.Context, o order) (r report, running bool, err error) {
	const op = "server.order"
	if c.Store != "" {
		return r, false, nil // whoever gives it is a node, too
	}
	path := filepath.Join(c.Data, controlName)
	client := http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", path)
	}}}
	body, err := json.Marshal(o)
	if err != nil {
		return r, false, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://server/", bytes.NewReader(body))
	if err != nil {
		return r, false, err
	}
	answer, err := client.Do(request)
	var refused *net.OpError
	if errors.As(err, &refused) && refused.Op == "dial" {
		return r, false, nil // nobody listens: the last server did not stop cleanly, or none runs
	}
	if err != nil {
		return r, true, fault.Wrap(err, fault.Internal, op, "The running server did not answer.")
	}
	defer answer.Body.Close()
	if err := json.NewDecoder(answer.Body).Decode(&r); err != nil {
		return r, true, fault.Wrap(err, fault.Internal, op, "The running server's answer cannot be read.")
	}
	if r.Code != "" {
		err = fault.New(r.Code, op, r.Text)
		if r.Cause != "" {
			err = fault.Wrap(errors.New(r.Cause), r.Code, op, r.Text)
		}
	}
	return r, true, err
}
