package mobileapi

import (
	"net"
	"time"
)

const (
	drainBytesMax = 4 << 20
	drainTime     = 3 * time.Second
	drainSilence  = 300 * time.Millisecond
)

// drain reads on for a little, and throws away, what a client is still sending of a request that was refused for its size. If
// the connection were closed at once the client's system would throw our answer away with it, and a person would see a broken
// connection instead of a sentence.
func drain(conn net.Conn) {
	end := time.Now().Add(drainTime)
	buffer := make([]byte, 32<<10)
	for taken := 0; taken < drainBytesMax; {
		until := time.Now().Add(drainSilence)
		if until.After(end) {
			until = end
		}
		if conn.SetReadDeadline(until) != nil {
			return
		}
		n, err := conn.Read(buffer)
		if taken += n; err != nil {
			return
		}
	}
}
