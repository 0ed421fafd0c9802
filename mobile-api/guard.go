package mobileapi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"satchel/internal/fault"
	"satchel/internal/identity"
)

// request is what is known of the request under way.
type request struct {
	ctx   context.Context
	who   identity.Session  // zero on routes that need no sign-in
	token string            // the access token of who
	route string            // pattern, for the log and the metrics
	read  identity.Readings // the records of which the answer shows something
}

const (
	requestKey     = "satchel.request"
	unmatchedRoute = "unmatched"
)

// guard is around every handler: it turns panics and faults into problems, sets the headers that every answer has, and writes
// the one line of the log. It never logs a body, a query, a header or a name.
func (a *api) guard(c *fiber.Ctx) error {
	began := a.Now()
	r := &request{route: unmatchedRoute}
	c.Locals(requestKey, r)
	setHeaders(c)
	if err := a.recovered(c); err != nil {
		a.blame(r, err)
		if err := a.refuse(c, err); err != nil {
			return err
		}
	}
	a.note(c, r, a.Now().Sub(began))
	return nil
}

// note writes the one line of a request, and counts it.
func (a *api) note(c *fiber.Ctx, r *request, took time.Duration) {
	status := c.Response().StatusCode()
	a.Observe(Observation{Route: r.route, Method: methodOf(c), Status: status, Took: took})
	if !a.Logger.Enabled(context.Background(), slog.LevelInfo) {
		return
	}
	line := []slog.Attr{
		slog.String("route", r.route), slog.String("method", methodOf(c)), slog.Int("status", status),
		slog.Float64("tookMs", float64(took.Microseconds())/1000),
	}
	if !r.who.Account.IsZero() {
		line = append(line, slog.Any("account", r.who.Account))
	}
	a.Logger.LogAttrs(context.Background(), slog.LevelInfo, "request", line...)
}

// methodOf is a word from a fixed list, whatever the client sent.
func methodOf(c *fiber.Ctx) string {
	if method := c.Method(); knownMethods[method] {
		return method
	}
	return "other"
}

// refuseUnread answers what never reached a route: a request that could not be read, or that nobody has a word for.
func (a *api) refuseUnread(c *fiber.Ctx, err error) error {
	if err := a.refuse(c, err); err != nil {
		return err
	}
	a.note(c, &request{route: unmatchedRoute}, 0)
	return nil
}

// recovered runs what follows and gives a panic as a fault.
func (a *api) recovered(c *fiber.Ctx) (err error) {
	defer func() {
		if v := recover(); v != nil {
			a.logPanic(v)
			err = fault.New(fault.Internal, "mobileapi.guard", fault.TextOf(nil))
		}
	}()
	return c.Next()
}

// logPanic says where to look. The value of a panic is not logged, for it may hold what a person wrote; its type is, and the
// stack, and what the runtime itself says.
func (a *api) logPanic(v any) {
	what := fmt.Sprintf("%T", v)
	if known, ok := v.(runtime.Error); ok {
		what = known.Error()
	}
	a.Logger.LogAttrs(context.Background(), slog.LevelError, "panic", slog.String("what", what), slog.String("stack", string(debug.Stack())))
}

// blame writes down what is ours to mend. Faults hold no patient data; causes are for operators only.
func (a *api) blame(r *request, err error) {
	if statusOf(err) != fiber.StatusInternalServerError {
		return
	}
	a.Logger.LogAttrs(context.Background(), slog.LevelError, "failed", slog.String("route", r.route),
		slog.String("code", string(fault.CodeOf(err))), slog.String("error", err.Error()))
}

// setHeaders sets what every answer has: nothing is kept on the way, nothing is a page, nothing is shown inside of another. There
// are few of them, because a phone that has nothing new pays for each.
func setHeaders(c *fiber.Ctx) {
	h := &c.Response().Header
	h.Set(fiber.HeaderCacheControl, "no-store")
	h.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	h.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; frame-ancestors 'none'")
}

// gate stands before Fiber: it answers methods that Fiber has no word for as a problem like any other, and refuses a request that
// names its length in two ways, of which a proxy in front may believe the other one.
func gate(app *fiber.App) {
	server := app.Server()
	next := server.Handler
	server.Handler = func(ctx *fasthttp.RequestCtx) {
		switch {
		case !knownMethods[string(ctx.Method())]:
			server.ErrorHandler(ctx, errMethod)
		case namesTwoLengths(ctx.Request.Header.RawHeaders()):
			ctx.SetConnectionClose()
			server.ErrorHandler(ctx, errTwoLengths)
		default:
			next(ctx)
		}
	}
}

var (
	errMethod     = fasthttp.ErrGetOnly // Fiber makes 405 of it
	errTwoLengths = errors.New("a request with a length and with chunks")
)

// namesTwoLengths looks in the headers as they came: once the body is read, fasthttp no longer says that it came in chunks.
func namesTwoLengths(raw []byte) bool {
	length, chunks := false, false
	for line := range bytes.Lines(raw) {
		name, _, _ := bytes.Cut(line, []byte(":"))
		length = length || bytes.EqualFold(name, contentLength)
		chunks = chunks || bytes.EqualFold(name, transferEncoding)
	}
	return length && chunks
}

var contentLength, transferEncoding = []byte(fiber.HeaderContentLength), []byte(fiber.HeaderTransferEncoding)

var knownMethods = func() map[string]bool {
	known := map[string]bool{}
	for _, method := range fiber.DefaultMethods {
		known[method] = true
	}
	return known
}()

// begin gives a request its own deadline: fasthttp's own context ends only when the server stops.
func (r *request) begin() context.CancelFunc {
	ctx, cancel := context.WithTimeout(context.Background(), requestTime)
	r.ctx = ctx
	return cancel
}
