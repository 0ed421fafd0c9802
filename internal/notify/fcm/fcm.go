package fcm

import (
	"cmp"
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
	// sendTime is what one batch may take.
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
	// SendTime is what one batch may take; 0: 5 s.
	SendTime time.Duration
}

// Sender sends pushes. It is safe for concurrent use.
type Sender struct {
	client   *messaging.Client
	sendTime time.Duration
}

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
	client, err := trying(ctx, opts)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, op, text)
	}
	app, err := firebase.NewApp(ctx, config, append(opts, client)...)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, op, text)
	}
	sender, err := app.Messaging(ctx)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, op, text)
	}
	return &Sender{sender, cmp.Or(o.SendTime, sendTime)}, nil
}

// Send sends each push. The report is good also when there is a fault. Faults: TooMany and Busy, with when to try again, if some
// pushes wait for a service that has enough or is away.
func (s *Sender) Send(ctx context.Context, pushes []notify.Push) (notify.Report, error) {
	var sum notify.Report
	var trouble error
	for len(pushes) > 0 {
		batch := pushes[:min(len(pushes), tokensMax)]
		pushes = pushes[len(batch):]
		report, err := s.sendBatch(ctx, batch)
		sum.Add(report)
		if err != nil {
			trouble = err
		}
	}
	return sum, trouble
}

// message is a push in the client's words. What rings has words for a device on which no program of ours may run before it rings, and
// one place on its screen (apns-collapse-id); on Android our program shows it, under its id.
func message(p notify.Push) *messaging.Message {
	m := &messaging.Message{Token: p.Token, Data: p.Payload()}
	if words := p.Kind.Words(); words != "" {
		m.Android = &messaging.AndroidConfig{Priority: "high"}
		m.APNS = &messaging.APNSConfig{
			Headers: map[string]string{"apns-collapse-id": p.ID.String(), "apns-priority": "10", "apns-push-type": "alert"},
			Payload: &messaging.APNSPayload{Aps: &messaging.Aps{Alert: &messaging.ApsAlert{Body: words}, MutableContent: true}},
		}
	}
	return m
}

func (s *Sender) sendBatch(ctx context.Context, pushes []notify.Push) (notify.Report, error) {
	ctx, cancel := context.WithTimeout(ctx, s.sendTime)
	defer cancel()
	report := notify.All(notify.Refused, len(pushes))
	var messages []*messaging.Message
	var places []int // of the messages among the pushes
	for i, p := range pushes {
		if p.Token != "" { // the client sends none if one is malformed
			messages, places = append(messages, message(p)), append(places, i)
		}
	}
	if len(messages) == 0 {
		return report, nil
	}
	answers, err := s.client.SendEach(ctx, messages)
	if err != nil {
		return report, fault.Wrap(err, fault.Invalid, "fcm.Send", "A push could not be put together.")
	}
	var code fault.Code
	var cause error
	for i, answer := range answers.Responses {
		result, why, wait := classify(answer.Error)
		report.Results[places[i]] = result
		if result == notify.Waiting {
			report.RetryAfter = max(report.RetryAfter, wait)
			if cause = answer.Error; code != fault.TooMany {
				code = why
			}
		}
	}
	if code == "" {
		return report, nil
	}
	return report, &fault.Error{Code: code, Op: "fcm.Send", Text: "The push service cannot be reached just now.", RetryAfter: report.RetryAfter, Cause: withoutToken(cause)}
}

// classify reads the client's errors before anybody wraps them: the client does not look through a wrapping. Of what waits it says why
// (TooMany or Busy), and how long if the service said so.
func classify(err error) (result notify.Result, why fault.Code, wait time.Duration) {
	switch {
	case err == nil:
		return notify.Sent, "", 0
	case messaging.IsUnregistered(err), messaging.IsSenderIDMismatch(err):
		return notify.Gone, "", 0 // the app was removed, or the token is another project's: never again
	case messaging.IsQuotaExceeded(err), errorutils.IsResourceExhausted(err):
		return notify.Waiting, fault.TooMany, retryAfter(err)
	}
	answer := errorutils.HTTPResponse(err)
	if answer == nil { // the batch ran out of time, or the client could make nothing of what came
		return notify.Waiting, fault.Busy, 0
	}
	switch code := answer.StatusCode; {
	case code >= 500, code == http.StatusRequestTimeout, code == http.StatusUnauthorized, code == http.StatusForbidden:
		return notify.Waiting, fault.Busy, retryAfter(err) // the service, what stands before it, or our account with it, which the operator mends
	}
	return notify.Refused, "", 0
}

// retryAfter reads how long the service wants to be left alone; 0 if it does not say.
func retryAfter(err error) time.Duration {
	answer := errorutils.HTTPResponse(err)
	if answer == nil {
		return 0
	}
	if said, moved := answer.Header[asked]; moved {
		return notify.RetryAfter(http.Header{"Retry-After": said, "Date": answer.Header["Date"]})
	}
	return notify.RetryAfter(answer.Header)
}

// withoutToken keeps of a cause only its kind: the client's text may repeat what was sent.
func withoutToken(err error) error {
	if answer := errorutils.HTTPResponse(err); answer != nil && answer.Proto != "" {
		return errors.New("the push service answered " + strconv.Itoa(answer.StatusCode))
	}
	return errors.New("the push service did not answer")
}
