package scenario

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/client"
	"satchel/internal/care"
	"satchel/internal/identity"
	"satchel/internal/notify"
	"satchel/server"
	syncing "satchel/sync"
	"satchel/sync/replica"
)

// to names teams among the recipients of a message.
func to(teams ...identity.Team) []jsontext.Value {
	var list []jsontext.Value
	for _, team := range teams {
		list = append(list, syncing.TextValue(team.ID.String()))
	}
	return list
}

// toPerson names the person whom a record is about.
func toPerson(record syncing.RecordID) []jsontext.Value {
	return []jsontext.Value{syncing.TextValue(record.UUID.String())}
}

// message is a message that somebody writes: it has its thread and says what it is called and what it asks.
func (a *actor) message(recipients []jsontext.Value, fields set) replica.Change {
	all := set{"thread": uuid.NewString(), "body": "Synthetic words."}
	maps.Copy(all, fields)
	change := replica.Change{Doc: newDoc("message"), Set: all.values(a)}
	if len(recipients) > 0 {
		change.Add = map[string][]jsontext.Value{"recipient": recipients}
	}
	return change
}

// sends writes a message through sync, and asks that it was taken.
func (a *actor) sends(record syncing.RecordID, recipients []jsontext.Value, fields set) syncing.DocID {
	a.h.t.Helper()
	message := a.message(recipients, fields)
	name := a.change(record, message)
	a.h.done(a.sync(record))
	require.Equal(a.h.t, syncing.Applied, a.outcome(record, name).Status, "%s: %s", a.name, a.detail(record, name))
	return message.Doc
}

// post sends a message with a connection: it is taken or refused.
func (a *actor) posts(record syncing.RecordID, recipients []jsontext.Value, fields set) error {
	a.h.t.Helper()
	m := a.message(recipients, fields)
	return a.act(record, "write", map[string]any{"doc": m.Doc, "set": m.Set, "add": m.Add}, nil)
}

// opens says that a team, or the person, has opened a message or acknowledged it.
func (a *actor) opens(record syncing.RecordID, message syncing.DocID, recipient, state string) {
	a.h.t.Helper()
	a.writes(record, care.ReceiptID(message), set{"state." + recipient: state})
}

// state is how far a message has come for a recipient, as the actor sees it.
func (a *actor) state(record syncing.RecordID, message syncing.DocID, recipient string) string {
	a.h.t.Helper()
	a.h.done(a.sync(record))
	return a.stateNow(record, message, recipient)
}

// stateNow is state with or without network.
func (a *actor) stateNow(record syncing.RecordID, message syncing.DocID, recipient string) string {
	d := a.shows(record, care.ReceiptID(message))
	if d == nil {
		return care.StateOf(nil, recipient)
	}
	return care.StateOf(care.WirePaper(d.ID, d.Rev, d.Fields), recipient)
}

// onlooker is the actor as a reader of a record.
func (a *actor) onlooker(record syncing.RecordID) care.Onlooker {
	a.h.t.Helper()
	var page struct {
		Records []struct {
			Record syncing.RecordID `json:"record"`
			Owner  bool             `json:"owner"`
		} `json:"records"`
	}
	a.h.done(a.get("/v1/records", &page))
	i := slices.IndexFunc(page.Records, func(l struct {
		Record syncing.RecordID `json:"record"`
		Owner  bool             `json:"owner"`
	},
	) bool {
		return l.Record == record
	})
	return care.Onlooker{Record: record, Account: a.Tokens().Account, Owner: i >= 0 && page.Records[i].Owner}
}

// pulls is sync as a phone does it: it says of messages for its person that they have come.
func (a *actor) pulls(record syncing.RecordID) {
	a.h.t.Helper()
	a.h.done(a.sync(record))
	a.h.done(a.Deliver(a.h.ctx, a.db, a.now, a.onlooker(record)))
}

// timeline is what the device tells of the record, with or without a network: who is asking is known from before.
func (a *actor) timeline(who care.Onlooker) []string {
	a.h.t.Helper()
	cfg, err := care.Default()
	require.NoError(a.h.t, err)
	lines, err := care.NewWords(cfg).Timeline(who, client.Papers(a.db, who.Record))
	require.NoError(a.h.t, err)
	told := make([]string, len(lines))
	for i, line := range lines {
		told[i] = line.Text
		if line.At != 0 {
			told[i] = care.When(line.At, "Europe/London") + ": " + line.Text
		}
	}
	return told
}

// tells asks that a timeline has these lines in this order, perhaps with others between.
func (h *house) tells(timeline []string, lines ...string) {
	h.t.Helper()
	at := 0
	for _, line := range timeline {
		if at < len(lines) && strings.HasSuffix(line, lines[at]) {
			at++
		}
	}
	if at < len(lines) {
		require.Fail(h.t, "a line is not told, or not in its order", "%s\n\nin\n%s", lines[at], strings.Join(timeline, "\n"))
	}
}

// inboxPage is a team's inbox as a board reads it.
type inboxPage struct {
	Unread      int `json:"unread"`
	Action      int `json:"action"`
	Information int `json:"information"`
	Letters     []struct {
		Record  syncing.RecordID `json:"record"`
		Message syncing.DocID    `json:"message"`
		Topic   string           `json:"topic"`
		Sender  string           `json:"sender"`
		State   string           `json:"state"`
		Urgency string           `json:"urgency"`
		Overdue bool             `json:"overdue"`
	} `json:"letters"`
}

func (a *actor) inbox(team identity.Team) (page inboxPage) {
	a.h.t.Helper()
	a.h.done(a.get("/v1/teams/"+team.ID.String()+"/inbox", &page))
	return page
}

// digestWeek is one week of what came for information.
type digestWeek struct {
	Week    string `json:"week"`
	Ended   bool   `json:"ended"`
	Count   int    `json:"count"`
	Records []struct {
		Record  syncing.RecordID `json:"record"`
		Letters []struct {
			Topic   string        `json:"topic"`
			Message syncing.DocID `json:"message"`
		} `json:"letters"`
	} `json:"records"`
}

func (a *actor) digest(team identity.Team) []digestWeek {
	a.h.t.Helper()
	var page struct {
		Weeks []digestWeek `json:"weeks"`
	}
	a.h.done(a.get("/v1/teams/"+team.ID.String()+"/digest", &page))
	return page.Weeks
}

// blob is an attachment as it travels.
func (a *actor) blob(method string, record syncing.RecordID, sum string, content []byte, headers ...string) (int, []byte) {
	a.h.t.Helper()
	req, err := http.NewRequestWithContext(a.h.ctx, method, a.h.base+"/v1/records/"+record.UUID.String()+"/blobs/"+sum, bytes.NewReader(content))
	require.NoError(a.h.t, err)
	req.Header.Set("Authorization", "Bearer "+a.Tokens().AccessToken)
	req.Header.Set("Content-Type", "application/octet-stream")
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	answer, err := a.HTTP.Do(req)
	require.NoError(a.h.t, err)
	defer func() { a.h.done(answer.Body.Close()) }()
	body, err := io.ReadAll(answer.Body)
	require.NoError(a.h.t, err)
	return answer.StatusCode, body
}

// attachment is some bytes, their sum, and how a message names them.
func attachment(name string, content []byte) (sum string, elem jsontext.Value) {
	hash := sha256.Sum256(content)
	sum = hex.EncodeToString(hash[:])
	text, _ := json.Marshal(map[string]any{"name": name, "sha256": sum, "size": len(content), "type": "application/pdf"}) // of plain values
	return sum, text
}

// bell is a push service that counts what each token was sent.
type bell struct {
	mu   sync.Mutex
	rung map[string][]notify.Kind
}

// Send implements server.Sender.
func (b *bell) Send(_ context.Context, pushes []notify.Push) (notify.Report, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, p := range pushes {
		b.rung[p.Token] = append(b.rung[p.Token], p.Kind)
	}
	return notify.All(notify.Sent, len(pushes)), nil
}

// count is how often a token was sent a kind.
func (b *bell) count(token string, kind notify.Kind) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := 0
	for _, k := range b.rung[token] {
		if k == kind {
			n++
		}
	}
	return n
}

// withBell is a house whose wake-ups are counted.
func withBell(b *bell) func(*server.Config) { return func(c *server.Config) { c.Sender = b } }

// listens registers a device for wake-ups.
func (a *actor) listens(token string) {
	a.h.t.Helper()
	a.h.done(a.put("/v1/devices/self/push", map[string]any{"platform": "fcm", "token": token}, nil))
}

func topics(n int, word string) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("%s %d", word, i+1)
	}
	return list
}

// timelineOf is what the device tells after a sync.
func (a *actor) timelineOf(record syncing.RecordID) []string {
	a.h.t.Helper()
	a.h.done(a.sync(record))
	lines := a.timeline(a.onlooker(record))
	for i := range lines {
		if _, text, found := strings.Cut(lines[i], ": "); found {
			lines[i] = text
		}
	}
	return lines
}

// unread are the messages for the person of the device that they have not opened, after a sync.
func (a *actor) unread(record syncing.RecordID) []syncing.DocID {
	a.h.t.Helper()
	a.h.done(a.sync(record))
	list, err := care.Unread(a.onlooker(record), nil, client.Papers(a.db, record))
	a.h.done(err)
	return list
}

// author is who wrote a value, as a history says it.
type author struct {
	Name         string `json:"name"`
	Role         string `json:"role"`
	Team         string `json:"team"`
	Organisation string `json:"organisation"`
}

type historyLine struct {
	Field     string `json:"field"`
	Effective int64  `json:"effective"`
	Author    author `json:"author"`
}

// lines is the history of a document, of each value that each field ever had.
func (a *actor) lines(record syncing.RecordID, doc syncing.DocID) []historyLine {
	a.h.t.Helper()
	var page struct {
		Entries []historyLine `json:"entries"`
	}
	a.h.done(a.get("/v1/records/"+record.UUID.String()+"/documents/"+string(doc)+"/history", &page))
	return page.Entries
}

// wrote is how often a field was written.
func (a *actor) wrote(record syncing.RecordID, doc syncing.DocID, field string) (times int) {
	a.h.t.Helper()
	for _, e := range a.lines(record, doc) {
		if e.Field == field {
			times++
		}
	}
	return times
}

// history is the latest line of a document's history that speaks of a field.
func (a *actor) history(record syncing.RecordID, doc syncing.DocID, field string) (line historyLine) {
	a.h.t.Helper()
	for _, e := range a.lines(record, doc) {
		if e.Field == field {
			line = e
		}
	}
	require.NotEmpty(a.h.t, line.Field, "nobody wrote %s", field)
	return line
}
