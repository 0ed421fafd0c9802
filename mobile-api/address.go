package mobileapi

import (
	"net/netip"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// addressOf is where a request comes from, for counting failed attempts: the peer, or, if the peer is a proxy that we trust,
// the last address in its header that is none. What stands before that in the header is the client's own word and counts for
// nothing. An IPv6 network counts as one: a client has all of its addresses.
func (a *api) addressOf(c *fiber.Ctx) string {
	peer, ok := netip.AddrFromSlice(c.Context().RemoteIP())
	if !ok {
		return ""
	}
	peer = peer.Unmap()
	if a.Proxy.Header == "" || !a.trusted(peer) {
		return networkOf(peer)
	}
	var hops []string
	for _, line := range c.Request().Header.PeekAll(a.Proxy.Header) {
		hops = append(hops, strings.Split(string(line), ",")...)
	}
	for i := len(hops) - 1; i >= 0; i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		if peer = hop.Unmap(); !a.trusted(peer) {
			break
		}
	}
	return networkOf(peer)
}

func (a *api) trusted(peer netip.Addr) bool {
	for _, prefix := range a.Proxy.Trusted {
		if prefix.Contains(peer) {
			return true
		}
	}
	return false
}

func networkOf(address netip.Addr) string {
	if address.Is4() {
		return address.String()
	}
	network, err := address.WithZone("").Prefix(64)
	if err != nil {
		return ""
	}
	return network.String()
}
