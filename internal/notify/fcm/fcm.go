package fcm

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	firebase "firebase.google.com/go/v4"
	"firebase.google.com/go/v4/errorutils"
	"firebase.google.com/go/v4/messaging"
	"google.golang.org/api/option"

	"satchel/internal/fault"
	"satchel/internal/notify"
)

const (
	// sendTime is what one batch may take. The client would try a 503 five times over 7 s; trying again is the caller's.
	sendTime = 5 * time.Second
	// tokensMax is how many messages the client takes at once.
	tokensMax = 500
)

// Options say where pushes go. One of CredentialsFile and Insecure is needed.
type Options struct {
	// CredentialsFile is the service account's JSON file; it names the project too.
	CredentialsFile string
	// ProjectID is for when the file does not name it.
	ProjectID string
	// Endpoint replaces Google's, for tests: http://127.0.0.1:1234/v1. "" is Google's.
	Endpoint string
	// Insecure sends without credentials, to an Endpoint that asks for none.
	Insecure bool
}

// Sender sends pushes. It is safe for concurrent use.
type Sender struct{ client *messaging.Client }

// New makes a sender. It reads the file and reaches nobody. Fault: Invalid.
func New(ctx context.Context, o Options) (*Sender, error) {
	const op, text = "fcm.New", "The push service cannot be set up with these settings."
	var opts []option.ClientOption
	switch {
	case o.CredentialsFile != "":
		opts = append(opts, option.WithCredentialsFile(o.CredentialsFile))
	case o.Insecure && o.Endpoint != "":
		opts = append(opts, option.WithoutAuthentication())
	default:
		return nil, fault.New(fault.Invalid, op, "The push service needs the file of a service account.")
	}
	if o.Endpoint != "" {
		opts = append(opts, option.WithEndpoint(o.Endpoint))
	}
	var config *firebase.Config
	if o.ProjectID != "" {
		config = &firebase.Config{ProjectID: o.ProjectID}
	}
	app, err := firebase.NewApp(ctx, config, opts...)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, op, text)
	}
	client, err := app.Messaging(ctx)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, op, text)
	}
	return &Sender{client}, nil
}

// Send sends the payload of kind to each token. The report is good also when there is a fault. Faults: TooMany and Busy, with
// when to try again, if some tokens wait for a service that has enough or is away.
func (s *Sender) Send(ctx context.Context, kind notify.Kind, tokens []string) (notify.Report, error) {
	var sum notify.Report
	var trouble error
	for len(tokens) > 0 {
		batch := tokens[:min(len(tokens), tokensMax)]
		tokens = tokens[len(batch):]
		report, err := s.sendBatch(ctx, kind, batch)
		sum.Add(report)
		if err != nil {
			trouble = err
		}
	}
	return sum, trouble
}

func (s *Sender) sendBatch(ctx context.Context, kind notify.Kind, tokens []string) (notify.Report, error) {
	ctx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	messages := make([]*messaging.Message, len(tokens))
	for i, token := range tokens {
		messages[i] = &messaging.Message{Token: token, Data: kind.Payload()}
	}
	answers, err := s.client.SendEach(ctx, messages)
	if err != nil { // not one was sent: a token is empty
		return notify.Report{Refused: len(tokens)}, fault.Wrap(err, fault.Invalid, "fcm.Send", "A push could not be put together.")
	}
	var report notify.Report
	var code fault.Code
	var cause error
	for i, answer := range answers.Responses {
		switch verdict, wait := classify(answer.Error); verdict {
		case sent:
			report.Sent++
		case gone:
			report.Gone = append(report.Gone, tokens[i])
		case refused:
			report.Refused++
		case tooMany, away:
			report.Waiting++
			report.RetryAfter = max(report.RetryAfter, wait)
			if cause = answer.Error; code != fault.TooMany {
				code = map[verdictOf]fault.Code{tooMany: fault.TooMany, away: fault.Busy}[verdict]
			}
		}
	}
	if code == "" {
		return report, nil
	}
	return report, &fault.Error{Code: code, Op: "fcm.Send", Text: "The push service cannot be reached just now.", RetryAfter: report.RetryAfter, Cause: withoutToken(cause)}
}

// verdictOf is what an answer means for its token.
type verdictOf int

const (
	sent    verdictOf = iota
	gone              // the app was removed, or the token is another project's: never again
	refused           // waiting does not mend it
	tooMany           // the service has had enough for now
	away              // the service is not there, or did not answer in time
)

// classify reads the client's errors before anybody wraps them: the client does not look through a wrapping.
func classify(err error) (verdict verdictOf, wait time.Duration) {
	switch {
	case err == nil:
		return sent, 0
	case messaging.IsUnregistered(err), messaging.IsSenderIDMismatch(err):
		return gone, 0
	case messaging.IsQuotaExceeded(err), errorutils.IsResourceExhausted(err):
		return tooMany, retryAfter(err)
	case errorutils.IsUnavailable(err), messaging.IsUnavailable(err), messaging.IsInternal(err), errorutils.IsInternal(err),
		errorutils.IsDeadlineExceeded(err), errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return away, retryAfter(err)
	}
	return refused, 0
}

// retryAfter reads how long the service wants to be left alone; 0 if it does not say.
func retryAfter(err error) time.Duration {
	answer := errorutils.HTTPResponse(err)
	if answer == nil {
		return 0
	}
	text := answer.Header.Get("Retry-After")
	if seconds, err := strconv.Atoi(text); err == nil && seconds > 0 {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, time.Until(at))
	}
	return 0
}

// withoutToken keeps of a cause only its kind: the client's text may repeat what was sent.
func withoutToken(err error) error {
	if answer := errorutils.HTTPResponse(err); answer != nil {
		return errors.New("the push service answered " + strconv.Itoa(answer.StatusCode))
	}
	return errors.New("the push service did not answer")
}
