package notify

import (
	"net/http"
	"strconv"
	"time"
)

// RetryAfter reads how long a service wants to be left alone (RFC 9110, 10.2.3); 0 if it does not say.
func RetryAfter(header http.Header) time.Duration {
	text := header.Get("Retry-After")
	if seconds, err := strconv.Atoi(text); err == nil && seconds > 0 {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, time.Until(at))
	}
	return 0
}
