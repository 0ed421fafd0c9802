package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/google/uuid"

	"satchel/internal/care"
	syncing "satchel/sync"
)

const (
	// roundTime is how long one request may take.
	roundTime = 30 * time.Second
	// answerBytesMax bounds what is read of an answer.
	answerBytesMax = 16 << 20
)

// Tokens are what a device needs to speak. They are secrets: whoever has them is this device.
type Tokens struct {
	Account      syncing.AccountID `json:"account"`
	Device       syncing.UUID      `json:"device"`
	Kind         string            `json:"kind"`
	AccessToken  string            `json:"accessToken"`
	RefreshToken string            `json:"refreshToken"`
	// RefreshID names a refresh under way. It is kept before the request goes out, so that after a lost answer the same request
	// gets the same answer.
	RefreshID string `json:"refreshId,omitempty"`
}

// Welcome is the answer to a sign-in.
type Welcome struct {
	Tokens
	Records []syncing.RecordID `json:"records"`
	// RulesKey is the Ed25519 public key by which the rules of this server are signed. It is to be kept from here on, and taken from no
	// later answer.
	RulesKey []byte `json:"rulesKey"`
	// RulesDrafts says that this is no server for people in care: its rules need not be signed off.
	RulesDrafts bool `json:"rulesDrafts"`
}

// Problem is a refusal of the server, in a sentence that a patient may read.
type Problem struct {
	Status       int    `json:"status"`
	Detail       string `json:"detail"`
	Code         string `json:"code"`
	RetryAfterMs int64  `json:"retryAfterMs"`

	Missing []care.Lack       `json:"missing"` // what keeps a plan from being published
	Matches []care.OrderMatch `json:"matches"` // what an order may repeat
	Wipe    bool              `json:"wipe"`    // a person has signed this device out: what it holds is to be deleted
}

func (p *Problem) Error() string { return p.Detail }

// ErrOffline lies under every error of a server that was not reached.
var ErrOffline = errors.New("the server was not reached")

// Client is one signed-in device. It is safe for concurrent use.
type Client struct {
	Base string // such as http://127.0.0.1:8080
	HTTP *http.Client
	// Keep is called whenever the tokens change, before they are used; nil keeps them in memory alone.
	Keep func(Tokens) error
	// Acting is the team for which the account speaks, where it works in several; "": not said.
	Acting string
	// Wipe is called when the server says that a person has signed this device out: it deletes what the device holds. nil: there is
	// nothing to delete.
	Wipe func() error

	mu     sync.Mutex
	tokens Tokens
}

// New speaks to a server with tokens from an earlier sign-in; the zero Tokens for one that has yet to sign in.
func New(base string, tokens Tokens) *Client {
	return &Client{Base: base, HTTP: &http.Client{Timeout: roundTime}, tokens: tokens}
}

// Tokens are the present ones.
func (c *Client) Tokens() Tokens {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.tokens
}

// Forget lets go of the tokens.
func (c *Client) Forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tokens = Tokens{}
}

func (c *Client) keep(t Tokens) error {
	if c.Keep != nil {
		if err := c.Keep(t); err != nil {
			return fmt.Errorf("the sign-in could not be kept: %w", err)
		}
	}
	c.tokens = t
	return nil
}

type device struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
}

// Enrol signs a phone in with a code. requestID is drawn once and repeated until there is an answer: see NewRequestID. To the person
// whose record it is, a caregiver shows under the name of their device until they are confirmed.
func (c *Client) Enrol(ctx context.Context, code, birthDate, requestID, deviceName string) (Welcome, error) {
	return c.welcome(ctx, "/v1/enrol", map[string]any{
		"code": code, "birthDate": birthDate, "name": deviceName, "requestId": requestID, "device": device{"terminal", deviceName},
	})
}

// SignIn signs a member of staff in.
func (c *Client) SignIn(ctx context.Context, name, password, deviceName string) (Welcome, error) {
	return c.welcome(ctx, "/v1/sign-in", map[string]any{"name": name, "password": password, "device": device{"terminal", deviceName}})
}

func (c *Client) welcome(ctx context.Context, path string, body any) (Welcome, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var w Welcome
	if err := c.once(ctx, http.MethodPost, path, "", nil, body, &w); err != nil {
		return w, err
	}
	return w, c.keep(w.Tokens)
}

// NewRequestID draws the name of a request that must have one effect.
func NewRequestID() string { return uuid.NewString() }

// refresh takes a new pair of tokens, if nobody else has since.
func (c *Client) refresh(ctx context.Context, stale string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.tokens.AccessToken != stale || c.tokens.RefreshToken == "" {
		return nil
	}
	if c.tokens.RefreshID == "" {
		next := c.tokens
		next.RefreshID = NewRequestID()
		if err := c.keep(next); err != nil {
			return err
		}
	}
	var t Tokens
	err := c.once(ctx, http.MethodPost, "/v1/token", "", nil, map[string]string{"refreshToken": c.tokens.RefreshToken, "requestId": c.tokens.RefreshID}, &t)
	if err != nil {
		return err
	}
	return c.keep(t)
}

// Do sends a request as this device, with fresh tokens if the old ones have run out, and reads the answer into `into`, which may
// be nil. Errors are a *Problem, or lie over ErrOffline.
func (c *Client) Do(ctx context.Context, method, path string, body, into any) error {
	return c.do(ctx, method, path, nil, body, into)
}

// Act is Do for an action that must have one effect, whatever happens to its answer.
func (c *Client) Act(ctx context.Context, path, key string, body, into any) error {
	return c.do(ctx, http.MethodPost, path, map[string]string{"Idempotency-Key": key}, body, into)
}

func (c *Client) do(ctx context.Context, method, path string, header map[string]string, body, into any) error {
	err := c.twice(ctx, method, path, header, body, into)
	var refused *Problem
	if errors.As(err, &refused) && refused.Status == http.StatusUnauthorized && refused.Wipe && c.Wipe != nil {
		return errors.Join(err, c.Wipe())
	}
	return err
}

// twice sends again, with fresh tokens, what was refused with the old ones.
func (c *Client) twice(ctx context.Context, method, path string, header map[string]string, body, into any) error {
	access := c.Tokens().AccessToken
	err := c.once(ctx, method, path, access, header, body, into)
	var refused *Problem
	if !errors.As(err, &refused) || refused.Status != http.StatusUnauthorized || refused.Wipe {
		return err
	}
	if err := c.refresh(ctx, access); err != nil {
		return err
	}
	return c.once(ctx, method, path, c.Tokens().AccessToken, header, body, into)
}

func (c *Client) once(ctx context.Context, method, path, access string, header map[string]string, body, into any) error {
	var text []byte
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			return err
		}
	}
	request, err := http.NewRequestWithContext(ctx, method, c.Base+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	if access != "" {
		request.Header.Set("Authorization", "Bearer "+access)
	}
	for name, value := range header {
		request.Header.Set(name, value)
	}
	if c.Acting != "" && access != "" {
		request.Header.Set("Acting-Team", c.Acting)
	}
	answer, err := c.HTTP.Do(request)
	if err != nil {
		return errors.Join(ErrOffline, err)
	}
	defer answer.Body.Close()
	read, err := io.ReadAll(io.LimitReader(answer.Body, answerBytesMax))
	if err != nil {
		return errors.Join(ErrOffline, err)
	}
	if raw, ok := into.(*Raw); ok && answer.StatusCode < 400 {
		*raw = Raw{Status: answer.StatusCode, Tag: answer.Header.Get("ETag"), Region: answer.Header.Get("Satchel-Region"), Body: read}
		return nil
	}
	return understand(answer.StatusCode, read, into)
}

// Raw is an answer as it came, for what is checked before it is read.
type Raw struct {
	Status int
	Tag    string // of the content
	Region string // whose profile holds where a record names none
	Body   []byte
}

// Instruments asks for the signed rules, unless the server still has those of the tag; then Status is 304.
func (c *Client) Instruments(ctx context.Context, tag string) (Raw, error) {
	var header map[string]string
	if tag != "" {
		header = map[string]string{"If-None-Match": tag}
	}
	var raw Raw
	err := c.do(ctx, http.MethodGet, "/v1/instruments", header, nil, &raw)
	return raw, err
}

func understand(status int, read []byte, into any) error {
	if status >= 400 {
		p := &Problem{}
		if err := json.Unmarshal(read, p); err != nil || p.Detail == "" {
			return &Problem{Status: status, Detail: fmt.Sprintf("The server answered with status %d.", status)}
		}
		return p
	}
	if into == nil || len(read) == 0 {
		return nil
	}
	if err := json.Unmarshal(read, into); err != nil {
		return fmt.Errorf("the server's answer cannot be read: %w", err)
	}
	return nil
}
