package fcm

import (
	"bytes"
	"context"
	"io"
	"net/http"

	"google.golang.org/api/option"
	transport "google.golang.org/api/transport/http"
)

const (
	// scope is all that the service account is asked for.
	scope = "https://www.googleapis.com/auth/firebase.messaging"
	// answerMax bounds what is read of an answer: the client keeps all of it.
	answerMax = 64 << 10
	// never is a Retry-After (s) for which Google's client does not wait: it gives the answer back at once.
	never = "1000000"
	// asked is where the Retry-After of the service itself stands then.
	asked = "Satchel-Retry-After"
)

// once lies between Google's client and the network. By itself that client tries each message that failed up to five times: it holds up the
// rest of its batch meanwhile, says nothing of a Retry-After for which it began to wait, and sends what was taken a second time if only
// its answer was lost. So whatever it would try again it is shown as a service that is away for longer than it waits, and a redirect, which
// it would take for success, too. Who called tries again, by a clock and with a limit of its own.
type once struct{ under http.RoundTripper }

func (o once) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := o.under.RoundTrip(r)
	var body []byte
	if err == nil {
		body, err = io.ReadAll(io.LimitReader(answer.Body, answerMax))
		_ = answer.Body.Close() // it was read
	}
	switch {
	case err != nil && r.Context().Err() != nil:
		return nil, err
	case err != nil:
		answer = &http.Response{StatusCode: http.StatusServiceUnavailable, Header: http.Header{}, Request: r}
	}
	answer.Body = io.NopCloser(bytes.NewReader(body))
	if moved := answer.StatusCode >= 300 && answer.StatusCode < 400; moved || answer.StatusCode == http.StatusServiceUnavailable {
		answer.StatusCode = http.StatusServiceUnavailable
		answer.Header[asked] = answer.Header.Values("Retry-After")
		answer.Header.Set("Retry-After", never)
	}
	return answer, nil
}

// trying makes the client that Google's sends by, signed in as the options say.
func trying(ctx context.Context, opts []option.ClientOption) (option.ClientOption, error) {
	client, _, err := transport.NewClient(ctx, append([]option.ClientOption{option.WithScopes(scope)}, opts...)...)
	if err != nil {
		return nil, err
	}
	client.Transport = once{client.Transport}
	return option.WithHTTPClient(client), nil
}
