package server

import (
	"net"
	"net/netip"
	"net/url"
	"strings"

	"satchel/internal/fault"
	"satchel/internal/identity"
	"satchel/internal/identity/oidc"
)

// checkPublic refuses an address at which no browser would use a passkey: it must be a name, and spoken to by TLS unless it is this machine.
func (c *Config) checkPublic() error {
	if c.Public == "" && c.OpenID.Issuer != "" && !isLoopback(c.Address) {
		return fault.New(fault.Invalid, "server.Config", "An OpenID provider sends browsers back to the public address. Name that too.")
	}
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

// openID is the provider by which staff may sign in; nil if none is configured. It is not asked before somebody comes.
func (s *Server) openID() (identity.OpenIDProvider, error) {
	options := s.config.OpenID
	if options.Issuer == "" {
		return nil, nil
	}
	options.Now, options.Log = s.config.Now, s.config.Log
	provider, err := oidc.New(options)
	if err != nil {
		return nil, err
	}
	return provider, nil
}
