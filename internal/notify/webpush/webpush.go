package webpush

import (
	"cmp"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	push "github.com/SherClockHolmes/webpush-go"

	"github.com/go-json-experiment/json"

	"satchel/internal/fault"
	"satchel/internal/notify"
)

const (
	// sendTime is what one Send may take, whatever it is handed: a service that hangs must not hold up what rings elsewhere.
	sendTime = 5 * time.Second
	// workers is how many pushes are under way at once.
	workers = 32
	// answerMax bounds what is read of an answer, so that its connection can be used again; headMax what its head may be.
	answerMax, headMax = 4 << 10, 16 << 10
	// stay is how long a service keeps a push for a browser that is away: as long as it rings at all.
	stay = 24 * time.Hour
)

// Options say how pushes go. KeyFile and Contact are required.
type Options struct {
	// KeyFile holds the P-256 private key with which this installation signs, as PEM: `openssl ecparam -name prime256v1 -genkey -noout`.
	KeyFile string
	// Contact is where the people of a push service reach those who run this installation: an e-mail address, or an https address.
	Contact string
	// Loopback sends to http://localhost and http://127.0.0.1 too, for tests.
	Loopback bool
	// SendTime is what one Send may take; 0: 5 s.
	SendTime time.Duration
}

// Sender sends pushes to browsers. It is safe for concurrent use.
type Sender struct {
	options       Options
	private, open string // the keys, as the library wants them
	client        *http.Client
}

// New makes a sender. It reads the key and reaches nobody. Fault: Invalid.
func New(o Options) (*Sender, error) {
	const op, text = "webpush.New", "Web pushes cannot be sent with these settings: they need a P-256 key as PEM, and an address at which the operator is reached."
	content, err := os.ReadFile(o.KeyFile)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, op, text)
	}
	key, err := readKey(content)
	if err != nil || o.Contact == "" {
		return nil, fault.Wrap(errors.Join(err, errors.New("a key and a contact are needed")), fault.Invalid, op, text)
	}
	private, err := key.Bytes()
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, op, text)
	}
	open, err := key.PublicKey.Bytes()
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, op, text)
	}
	s := &Sender{options: o, private: base64.RawURLEncoding.EncodeToString(private), open: base64.RawURLEncoding.EncodeToString(open)}
	s.client = &http.Client{
		Transport: &http.Transport{
			MaxIdleConnsPerHost: workers, MaxConnsPerHost: workers, IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: headMax, DisableCompression: true,
			ForceAttemptHTTP2: true,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return s, nil
}

// readKey takes the first private key of a PEM file, as openssl writes it in either form.
func readKey(content []byte) (*ecdsa.PrivateKey, error) {
	for block, rest := pem.Decode(content); block != nil; block, rest = pem.Decode(rest) {
		key, err := x509.ParseECPrivateKey(block.Bytes)
		if err != nil {
			any, failed := x509.ParsePKCS8PrivateKey(block.Bytes)
			if failed != nil {
				continue
			}
			key, _ = any.(*ecdsa.PrivateKey)
		}
		if key != nil && key.Curve == elliptic.P256() {
			return key, nil
		}
	}
	return nil, errors.New("no P-256 key in the file")
}

// PublicKey is what a browser subscribes with (applicationServerKey): 65 bytes in base64url.
func (s *Sender) PublicKey() string { return s.open }

// Send sends each push; a token is the JSON of a PushSubscription. The report is good also when there is a fault. Faults: TooMany and Busy,
// with when to try again, if some pushes wait for a service that has enough or is away.
func (s *Sender) Send(ctx context.Context, pushes []notify.Push) (notify.Report, error) {
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(s.options.SendTime, sendTime))
	defer cancel()
	report := notify.All(notify.Waiting, len(pushes))
	var mu sync.Mutex
	var group sync.WaitGroup
	var trouble fault.Code
	gate := make(chan struct{}, workers)
	for i, p := range pushes {
		gate <- struct{}{}
		group.Go(func() {
			defer func() { <-gate }()
			result, why, wait := s.sendOne(ctx, p)
			mu.Lock()
			defer mu.Unlock()
			report.Results[i] = result
			if result == notify.Waiting {
				report.RetryAfter = max(report.RetryAfter, wait)
				if trouble != fault.TooMany {
					trouble = why
				}
			}
		})
	}
	group.Wait()
	if trouble == "" {
		return report, nil
	}
	return report, &fault.Error{Code: trouble, Op: "webpush.Send", Text: "A push service cannot be reached just now.", RetryAfter: report.RetryAfter}
}

// sendOne sends one push. What failed is not told in the client's words, which hold the address.
func (s *Sender) sendOne(ctx context.Context, p notify.Push) (result notify.Result, why fault.Code, wait time.Duration) {
	to, ok := s.subscription(p.Token)
	if !ok {
		return notify.Gone, "", 0 // no browser gave this, so it will never reach one
	}
	if ctx.Err() != nil {
		return notify.Waiting, fault.Busy, 0
	}
	body, err := json.Marshal(p.Payload(), json.Deterministic(true))
	if err != nil {
		return notify.Refused, "", 0
	}
	options := &push.Options{
		HTTPClient: s.client, Subscriber: s.options.Contact, VAPIDPublicKey: s.open, VAPIDPrivateKey: s.private, TTL: int(stay.Seconds()), Urgency: push.UrgencyNormal,
	}
	if p.Kind == notify.Action { // one place on the screen for one event (RFC 8030, 5.4)
		options.Urgency, options.Topic = push.UrgencyHigh, strings.ReplaceAll(p.ID.String(), "-", "")
	}
	answer, err := push.SendNotificationWithContext(ctx, body, to, options)
	if err != nil {
		return notify.Waiting, fault.Busy, 0
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, answerMax)) // it says nothing that is needed
	switch code := answer.StatusCode; {
	case code >= 200 && code < 300:
		return notify.Sent, "", 0
	case code == http.StatusNotFound, code == http.StatusGone:
		return notify.Gone, "", 0
	case code == http.StatusTooManyRequests:
		return notify.Waiting, fault.TooMany, notify.RetryAfter(answer.Header)
	case code >= 500, code == http.StatusRequestTimeout:
		return notify.Waiting, fault.Busy, notify.RetryAfter(answer.Header)
	}
	return notify.Refused, "", 0
}
