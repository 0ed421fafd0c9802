package server

import (
	"net"
	"net/netip"
	"net/url"
	"strings"

	"satchel/internal/fault"
)

// checkPublic refuses an address at which no browser would use a passkey: it must be a name, and spoken to by TLS unless it is this machine.
func (c *Config) checkPublic() error {
	if c.Public == "" {
		return nil
	}
	address, err := url.Parse(c.Public)
	wrong := fault.New(fault.Invalid, "server.Config", "The public address is where pages are opened, and nothing behind it, such as https://satchel.example.org.")
	if err != nil || address.Scheme+"://"+address.Host != c.Public || c.Public != strings.ToLower(c.Public) {
		return wrong
	}
	host := address.Hostname()
	if _, err := netip.ParseAddr(host); err == nil || host == "" || strings.HasSuffix(host, ".") {
		return wrong
	}
	if address.Scheme != "https" && (address.Scheme != "http" || host != "localhost") {
		return wrong
	}
	return nil
}

// origin is where pages are opened: as configured; else, while this server listens on this machine alone, by the name under which a browser takes
// it for safe. "": nowhere that we know.
func (s *Server) origin() string {
	if s.config.Public != "" || s.listener == nil || !isLoopback(s.listener.Addr().String()) {
		return s.config.Public
	}
	_, port, err := net.SplitHostPort(s.listener.Addr().String())
	if err != nil {
		return ""
	}
	return "http://localhost:" + port
}
