package bolt

import (
	"bytes"
	"runtime"
	"strconv"
)

// goroutine numbers the calling goroutine. It is for one thing: an update begun inside an update would wait for itself for ever,
// and is told so instead.
func goroutine() uint64 {
	var buf [40]byte
	line := buf[:runtime.Stack(buf[:], false)] // "goroutine 17 [running]:..."
	line = bytes.TrimPrefix(line, []byte("goroutine "))
	digits, _, _ := bytes.Cut(line, []byte(" "))
	n, _ := strconv.ParseUint(string(digits), 10, 64)
	return n
}
