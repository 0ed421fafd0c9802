package notify

import (
	"math"
	"net/http"
	"strconv"
	"time"
)

// RetryAfter reads how long a service wants to be left alone (RFC 9110, 10.2.3); 0 if it does not say. A moment is counted from the
// service's own clock, which stands beside it.
func RetryAfter(header http.Header) time.Duration {
	text := header.Get("Retry-After")
	if seconds, err := strconv.ParseInt(text, 10, 64); err == nil {
		return time.Duration(min(max(seconds, 0), math.MaxInt64/int64(time.Second))) * time.Second
	}
	until, bad := http.ParseTime(text)
	now, unsaid := http.ParseTime(header.Get("Date"))
	if bad != nil || unsaid != nil {
		return 0
	}
	return max(0, until.Sub(now))
}

// Again is how long to wait after `tries` that came to nothing: twice as long each time, and not for all at the same moment (chance is from 0 to 1).
func Again(tries int, least, most time.Duration, chance float64) time.Duration {
	wait := min(least<<min(max(tries-1, 0), 16), most)
	return wait/2 + time.Duration(float64(wait/2)*chance)
}
