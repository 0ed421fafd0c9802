package mobileapi

import (
	"context"
	"errors"
	"math"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/gofiber/fiber/v2"

	"satchel/internal/care"
	"satchel/internal/fault"
	"satchel/internal/identity"
)

const problemType = "application/problem+json"

// problem is RFC 9457. Type and Title follow from the code; Detail is a sentence that a patient may read.
type problem struct {
	Type         string     `json:"type"`
	Title        string     `json:"title"`
	Status       int        `json:"status"`
	Detail       string     `json:"detail"`
	Code         fault.Code `json:"code"`
	RetryAfterMs int64      `json:"retryAfterMs,omitzero"`

	Missing []care.Lack `json:"missing,omitzero"` // what keeps a plan from being published
	// What an order may repeat, and that a reason is all it needs.
	Matches         []care.OrderMatch `json:"matches,omitzero"`
	AllowedOverride bool              `json:"allowedOverride,omitzero"`

	Wipe bool `json:"wipe,omitzero"` // a person has signed this device out: it deletes what it holds

	RemainingAttempts *int `json:"remainingAttempts,omitzero"` // wrong passcodes that a link still bears in its life
}

// kind is what a fault's code means in HTTP.
type kind struct {
	status int
	title  string
	wait   time.Duration // when the fault does not say; 0: there is nothing to wait for
}

var kinds = map[fault.Code]kind{
	fault.Invalid:         {fiber.StatusBadRequest, "The request cannot be understood", 0},
	fault.Unauthenticated: {fiber.StatusUnauthorized, "Sign in again", 0},
	fault.Forbidden:       {fiber.StatusForbidden, "Not yours to do", 0},
	fault.Unproved:        {fiber.StatusForbidden, "Show that it is you", 0},
	fault.NotFound:        {fiber.StatusNotFound, "Not here", 0},
	fault.Conflict:        {fiber.StatusConflict, "It changed meanwhile", 0},
	fault.Duplicate:       {fiber.StatusConflict, "It may be there already", 0},
	fault.Refused:         {fiber.StatusUnprocessableEntity, "Not acceptable as it is", 0},
	fault.TooLarge:        {fiber.StatusRequestEntityTooLarge, "Too large", 0},
	fault.Unsupported:     {fiber.StatusUnsupportedMediaType, "Not a format that is read here", 0},
	fault.TooMany:         {fiber.StatusTooManyRequests, "Too many attempts", time.Minute},
	fault.Busy:            {fiber.StatusServiceUnavailable, "Busy", time.Second},
	fault.Full:            {fiber.StatusInsufficientStorage, "No room", time.Minute},
	fault.Corrupt:         {fiber.StatusInternalServerError, "Something went wrong on our side", 0},
	fault.Internal:        {fiber.StatusInternalServerError, "Something went wrong on our side", 0},
}

// notHereText is said of what is missing and of what is not the caller's, in the same words and the same number of bytes.
const notHereText = "This is not here, or not shared with you."

func notHere(op string) error { return fault.New(fault.NotFound, op, notHereText) }

// transport are the refusals of fasthttp and Fiber themselves, whose own texts hold pieces of the request and are never passed on.
var transport = map[int]*fault.Error{
	fiber.StatusBadRequest:                  {Code: fault.Invalid, Text: "This is not a request that can be read."},
	fiber.StatusNotFound:                    {Code: fault.NotFound, Text: notHereText},
	fiber.StatusMethodNotAllowed:            {Code: fault.Invalid, Text: "This cannot be done here."},
	fiber.StatusRequestTimeout:              {Code: fault.Busy, Text: "The request came too slowly. Nothing was taken in; please send it again."},
	fiber.StatusRequestEntityTooLarge:       {Code: fault.TooLarge, Text: "The request is larger than 1 MiB. Send less at once."},
	fiber.StatusRequestHeaderFieldsTooLarge: {Code: fault.TooLarge, Text: "The headers of the request are larger than 8 KiB."},
	fiber.StatusExpectationFailed:           {Code: fault.Invalid, Text: "This is not a request that can be read."},
}

// settled gives any error as a fault and its status. What is no fault of ours was never meant for a caller.
func settled(err error) (*fault.Error, int) {
	var known *fault.Error
	if errors.As(err, &known) {
		if k, ok := kinds[known.Code]; ok {
			return known, k.status
		}
	}
	var refused *fiber.Error
	if errors.As(err, &refused) {
		if said, ok := transport[refused.Code]; ok {
			return said, refused.Code
		}
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return &fault.Error{Code: fault.Busy, Text: "This takes too long just now. Please send the same again in a moment."}, fiber.StatusServiceUnavailable
	}
	return &fault.Error{Code: fault.Internal, Text: fault.TextOf(nil)}, fiber.StatusInternalServerError
}

func statusOf(err error) int {
	_, status := settled(err)
	return status
}

// refuse is the one error handler: it writes every fault as a problem.
func (a *api) refuse(c *fiber.Ctx, err error) error {
	said, status := settled(err)
	if said == transport[fiber.StatusRequestEntityTooLarge] || said == transport[fiber.StatusRequestHeaderFieldsTooLarge] {
		drain(c.Context().Conn())
	}
	p := problem{
		Type: "urn:satchel:problem:" + string(said.Code), Title: kinds[said.Code].title, Status: status,
		Detail: said.Text, Code: said.Code,
	}
	if said.Code == fault.NotFound {
		p.Detail = notHereText
	}
	c.Response().ResetBody()
	setHeaders(c)
	if wait := waitOf(said); wait > 0 {
		p.RetryAfterMs = wait.Milliseconds()
		c.Set(fiber.HeaderRetryAfter, strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	}
	if p.RemainingAttempts = remaining(err); status == fiber.StatusUnauthorized && p.RemainingAttempts == nil {
		c.Set(fiber.HeaderWWWAuthenticate, "Bearer")
	}
	var plan *incomplete
	if errors.As(err, &plan) {
		p.Missing = plan.lacks
	}
	p.Matches = care.DuplicateOf(err)
	p.AllowedOverride = len(p.Matches) > 0
	p.Wipe = errors.Is(err, identity.ErrRevoked)
	body, err := json.Marshal(p)
	if err != nil {
		return err
	}
	c.Response().Header.Del(fiber.HeaderContentEncoding)
	c.Set(fiber.HeaderContentType, problemType)
	return c.Status(status).Send(body)
}

func waitOf(said *fault.Error) time.Duration {
	if said.RetryAfter > 0 {
		return said.RetryAfter
	}
	return kinds[said.Code].wait
}
