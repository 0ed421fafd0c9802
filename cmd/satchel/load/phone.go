package load

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"satchel/cmd/satchel/client"
	"satchel/internal/fault"
	syncing "satchel/sync"
	"satchel/sync/replica"
)

// home is one person's record and the phones by which it is synced, one after the other.
type home struct {
	record syncing.RecordID
	phones [2]*phone
	turn   int
	// acknowledged is what each document said last in a mutation that the server answered as applied.
	acknowledged map[syncing.DocID]string

	initial, idle *repeated // what is asked in the same words again
}

// phone is a database and how it is signed in. It is used by one goroutine at a time.
type phone struct {
	client *client.Client
	record syncing.RecordID
	db     *replica.Replica
	wrote  []syncing.DocID // the documents it made, newest last
	count  int             // how many mutations it wrote
}

func newPhone(c *client.Client, record syncing.RecordID) (*phone, error) {
	db, err := newReplica()
	return &phone{client: c, record: record, db: db}, err
}

// newReplica begins a database that lies in memory: what a phone's own disk takes is not the server's work.
func newReplica() (*replica.Replica, error) {
	return replica.Open(replica.Options{Schema: 1, NewID: func() syncing.UUID { return syncing.UUID(uuid.New()) }})
}

// write is one mutation: what a note says.
func (p *phone) write(doc syncing.DocID, bytes int) error {
	p.count++
	change := replica.Change{Doc: doc, Set: map[string]jsontext.Value{"text": syncing.TextValue(words(p.count, bytes))}}
	_, err := p.db.Mutate(p.record, change, now())
	return err
}

// writeNew makes a document.
func (p *phone) writeNew(bytes int) error {
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	doc := syncing.NewDocID("note", syncing.UUID(id))
	p.wrote = append(p.wrote, doc)
	return p.write(doc, bytes)
}

// phrases are what notes are made of; nobody wrote them about anybody.
var phrases = strings.Split(`slept well|walked to the shop|ask about the blue tablets|on Thursday|the blood test is at the practice|bring the form|soup stayed down|today|Carla drives us|
leave at nine|my hands tingle|when it is cold|rang the ward|they will call back|less tired than last week|the new cream helps|a little|parking is behind the day unit|
temperature was 36.8|this morning|could not eat until noon|remember the card|for the nurse|the cough is gone|since Sunday|twice in the night|two glasses of water|
legs are swollen|after the treatment|not as bad as before|my sister comes at six|the pharmacy had none|try again tomorrow|felt dizzy on the stairs|sat in the garden|
half a bowl|mouth is sore|cold drinks are better|the letter came|appointment is at 14:15|take the bus|no fever|37.2 last night|slept in the chair|my back hurts|
tea instead of coffee|the nurse was kind|write it down|ask for the results|new phone number`, "|")

// words are so many bytes of text that no other number has. They pack as notes do: the phrases come again, in another order.
func words(n, bytes int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d", n)
	for chance := rand.New(rand.NewPCG(uint64(n), 0)); b.Len() < bytes; {
		b.WriteString(", ")
		b.WriteString(strings.TrimSpace(phrases[chance.IntN(len(phrases))]))
	}
	return b.String()[:bytes]
}

// triesMost is how often a phone asks again that was told to come later, and latestMost the longest that it waits.
const (
	triesMost  = 20
	latestMost = 5 * time.Second
)

// result is what one sync came to.
type result struct {
	took    time.Duration // from the request's first byte to the answer's last; the last request, if there were several
	refused int           // how often the server said to come later
}

// sync brings phone and server together as a phone does, and wants everything to be up to date then.
func (p *phone) sync(ctx context.Context, l *line, h *home) (r result, err error) {
	for range triesMost {
		x, err := p.db.Request(now(), p.record)
		if err != nil {
			return r, err
		}
		body, err := json.Marshal(x.Request)
		if err != nil {
			return r, err
		}
		begun := time.Now()
		answer, err := p.post(ctx, l, body)
		r.took = time.Since(begun)
		var wait later
		switch {
		case errors.As(err, &wait):
			r.refused++
			if err := pause(ctx, wait.wait); err != nil {
				return r, err
			}
			continue
		case err != nil:
			return r, err
		}
		if err := p.take(h, x, answer); err != nil {
			return r, err
		}
		switch state := p.db.State(p.record); state {
		case replica.UpToDate:
			return r, nil
		case replica.Sending, replica.Reading:
		case replica.Waiting:
			r.refused++
			if err := pause(ctx, time.Second/10); err != nil {
				return r, err
			}
		default:
			return r, fault.New(fault.Internal, "load.sync", fmt.Sprintf("A phone that synced says %q. %s", state, p.db.Detail(p.record)))
		}
	}
	return r, fault.New(fault.Busy, "load.sync", fmt.Sprintf("A phone asked %d times and was not up to date.", triesMost))
}

// take takes an answer in, and notes what was acknowledged.
func (p *phone) take(h *home, x *replica.Exchange, answer []byte) error {
	var response syncing.Response
	if err := json.Unmarshal(answer, &response); err != nil {
		return fault.Wrap(err, fault.Internal, "load.take", "An answer cannot be read.")
	}
	if err := p.db.Apply(x, &response, now()); err != nil {
		return err
	}
	for i := range response.Records {
		for _, o := range response.Records[i].Outcomes {
			if err := h.note(x, o); err != nil {
				return err
			}
		}
	}
	return nil
}

// note keeps what an outcome promises.
func (h *home) note(x *replica.Exchange, o syncing.Outcome) error {
	if o.Status != syncing.Applied {
		return fault.New(fault.Internal, "load.note", fmt.Sprintf("A phone's mutation was held as %q: %s", o.Reason, o.Detail))
	}
	for _, m := range x.Request.Records[0].Mutations {
		if m.N != o.N {
			continue
		}
		var said struct {
			Doc syncing.DocID `json:"doc"`
			Set struct {
				Text string `json:"text"`
			} `json:"set"`
		}
		if err := json.Unmarshal(m.Raw, &said); err != nil {
			return err
		}
		h.acknowledged[said.Doc] = said.Set.Text
		return nil
	}
	return fault.New(fault.Internal, "load.note", "The server answered a mutation that nobody sent.")
}

// post sends a body with a token that holds.
func (p *phone) post(ctx context.Context, l *line, body []byte) ([]byte, error) {
	answer, err := l.post("Bearer "+p.client.Tokens().AccessToken, body)
	if !errors.Is(err, errSignedOut) {
		return answer, err
	}
	if err := p.client.Do(ctx, http.MethodGet, "/v1/records", nil, nil); err != nil { // it takes new tokens on the way
		return nil, err
	}
	return l.post("Bearer "+p.client.Tokens().AccessToken, body)
}

// pause waits, if nobody says to stop.
func pause(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(min(wait, latestMost))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
