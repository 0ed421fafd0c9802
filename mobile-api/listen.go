package mobileapi

import (
	"bufio"
	"context"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/gofiber/fiber/v2"

	"satchel/internal/fault"
	"satchel/internal/identity"
	"satchel/sync"
)

// live is GET /v1/live: a line when a record has something to pull that the caller may see. It is a hint; nothing is lost with it.
func (a *api) live(c *fiber.Ctx, r *request) error {
	s, err := a.Live.join(r.who.Account, a.Identity.Holders(r.who.Principal))
	if err != nil {
		return err
	}
	l := &listener{api: a, stream: s, token: r.token, who: r.who, seen: map[syncing.RecordID]sight{}, conn: c.Context().Conn(), opened: a.Now()}
	if err := l.begin(r); err != nil { // after joining, so that nothing falls in between
		a.Live.leave(s)
		return err
	}
	c.Set(fiber.HeaderContentType, "text/event-stream")
	c.Set("X-Accel-Buffering", "no")
	c.Context().SetBodyStreamWriter(l.run)
	return nil
}

// watched lists the records of the caller, up to liveWatch.
func (a *api) watched(r *request) (records []syncing.RecordID, err error) {
	var after syncing.RecordID
	for more := true; more && len(records) < liveWatch; {
		var page []syncing.RecordID
		page, more, err = a.Identity.RecordsOf(r.ctx, r.who.Principal, after, recordsPageMax)
		if err != nil {
			return nil, err
		}
		records = append(records, page...)
		if len(page) > 0 {
			after = page[len(page)-1]
		}
	}
	return records, nil
}

// listener writes one stream. It runs after its handler has returned, so it holds nothing of Fiber's.
type listener struct {
	api    *api
	stream *stream
	token  string
	who    identity.Session
	seen   map[syncing.RecordID]sight
	conn   net.Conn
	opened time.Time
}

// sight is what the caller could see of a record when it was last looked at.
type sight struct {
	head       syncing.Rev
	digest     string
	categories string
}

// begin watches what the caller has and notes how it stands, so that only what changes from now on is told.
func (l *listener) begin(r *request) error {
	records, err := l.api.watched(r)
	if err != nil {
		return err
	}
	l.api.Live.watches(l.stream, records)
	for _, record := range records {
		if _, _, err := l.look(r.ctx, record); err != nil {
			return err
		}
	}
	return nil
}

// look reads how the record stands as the caller sees it, and whether that is another sight than before.
func (l *listener) look(ctx context.Context, record syncing.RecordID) (s sight, changed bool, err error) {
	now, ok, err := l.api.Engine.Head(ctx, l.who.Principal, record)
	if err != nil || !ok {
		delete(l.seen, record) // given anew, it is news
		return sight{}, false, err
	}
	s = sight{now.Head, now.Digest, strings.Join(now.Scope.Categories(), " ")}
	before := l.seen[record]
	l.seen[record] = s
	return s, s != before, nil
}

// run writes until the stream is over, the caller has gone, or may not listen any more.
func (l *listener) run(w *bufio.Writer) {
	defer l.api.Live.leave(l.stream)
	defer l.survive() // outside of every handler a panic would end the process
	if _, err := w.WriteString("retry: " + ms(liveReopen) + "\n\n"); err != nil || l.flush(w) != nil {
		return
	}
	for {
		n, ok := l.stream.next(context.Background())
		if !ok || n.end || l.over() {
			return
		}
		if err := l.tell(w, n); err != nil {
			return
		}
	}
}

func (l *listener) survive() {
	if v := recover(); v != nil {
		l.api.logPanic(v)
	}
}

func (l *listener) over() bool { return l.api.Now().Sub(l.opened) >= l.api.Live.opts.Lasts }

// tell asks anew who is listening, then writes what is news to them.
func (l *listener) tell(w *bufio.Writer, n news) error {
	ctx, cancel := context.WithTimeout(context.Background(), requestTime)
	defer cancel()
	var err error
	acting := l.who.Acting
	if l.who, err = l.api.Identity.Authenticate(ctx, l.token); err != nil {
		return err
	}
	if l.who.Principal, err = actingAs(l.who.Principal, acting); err != nil {
		return err
	}
	if n.beat {
		if _, err := w.WriteString(":\n\n"); err != nil {
			return err
		}
	}
	records := make([]syncing.RecordID, 0, len(n.records))
	for record := range n.records {
		records = append(records, record)
	}
	slices.SortFunc(records, func(a, b syncing.RecordID) int { return strings.Compare(string(a.UUID[:]), string(b.UUID[:])) })
	for _, record := range records {
		if err := l.tellOf(ctx, w, record); err != nil {
			return err
		}
	}
	return l.flush(w)
}

func (l *listener) tellOf(ctx context.Context, w *bufio.Writer, record syncing.RecordID) error {
	now, changed, err := l.look(ctx, record)
	if err != nil || !changed {
		return err
	}
	event, err := json.Marshal(struct {
		Record syncing.RecordID `json:"record"`
		Head   syncing.Rev      `json:"head"`
		Digest string           `json:"digest"` // whoever wrote what this tells has it, and need not ask
	}{record, now.head, now.digest})
	if err != nil {
		return fault.Wrap(err, fault.Internal, "mobileapi.tellOf", fault.TextOf(nil))
	}
	_, err = w.WriteString("data: " + string(event) + "\n\n")
	return err
}

// flush gives each line its own time to be taken: the time for a whole answer is shorter than a stream.
func (l *listener) flush(w *bufio.Writer) error {
	if w.Buffered() == 0 {
		return nil
	}
	if err := l.conn.SetWriteDeadline(time.Now().Add(l.api.WriteTimeout)); err != nil {
		return err
	}
	return w.Flush()
}
