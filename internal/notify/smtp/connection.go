package smtp

import (
	"context"
	"crypto/tls"
	"net"
	"sync"
)

// connection is the one of a letter. The library leaves one open whose greeting failed, and waits for its own clock where a context has
// ended; so it is closed here.
type connection struct {
	mu     sync.Mutex
	conn   net.Conn
	closed bool
}

func (c *connection) dial(ctx context.Context, address string, encrypted *tls.Config) (net.Conn, error) {
	var dialer interface {
		DialContext(ctx context.Context, network, address string) (net.Conn, error)
	} = &net.Dialer{}
	if encrypted != nil {
		dialer = &tls.Dialer{Config: encrypted}
	}
	conn, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.conn = conn; c.closed {
		_ = conn.Close()
	}
	return conn, nil
}

func (c *connection) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed = true; c.conn != nil {
		_ = c.conn.Close()
	}
}
