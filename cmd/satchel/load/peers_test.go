package load_test

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"satchel/cmd/satchel/load"
)

// The same work as an app of another product does it, in as few requests as that product has a way for. What is sent and read is as much as a phone of ours
// sends and reads; nobody merges, nothing is sealed, and no history is kept but what the product keeps by itself.

// peer is another product, as it serves.
type peer interface {
	// home begins what belongs to one person: 60 documents, and that nothing is new.
	home(c *peerLine, n int) (peerHome, error)
}

// peerHome is one person's data there. It is used by one goroutine at a time.
type peerHome interface {
	round(c *peerLine) error
	initial(c *peerLine) error
	idle(c *peerLine) error
}

// peerLine is one connection that is kept.
type peerLine struct {
	client *fasthttp.HostClient
	base   string
	req    fasthttp.Request
	resp   fasthttp.Response
}

func newPeerLine(base string) *peerLine {
	return &peerLine{client: &fasthttp.HostClient{Addr: strings.TrimPrefix(base, "http://"), MaxConns: 1}, base: base}
}

// do sends a request and reads the answer into `into`, if there is something to read it into.
func (c *peerLine) do(method, path, token string, body, into any) error {
	c.req.Reset()
	c.req.SetRequestURI(c.base + path)
	c.req.Header.SetMethod(method)
	if token != "" {
		c.req.Header.Set("Authorization", token)
	}
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		c.req.Header.SetContentType("application/json")
		c.req.SetBodyRaw(text)
	}
	if err := c.client.Do(&c.req, &c.resp); err != nil {
		return err
	}
	var answer strings.Builder
	if err := c.resp.BodyWriteTo(&answer); err != nil {
		return err
	}
	if c.resp.StatusCode() >= 300 {
		return fmt.Errorf("%s %s: status %d: %.300s", method, path, c.resp.StatusCode(), answer.String())
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal([]byte(answer.String()), into)
}

// peerText is about what a phone's mutation or document says.
func peerText(n, bytes int) string {
	return fmt.Sprintf("%08d %s", n, strings.Repeat("rang the ward, they will call back. ", bytes/36+1))[:bytes]
}

const (
	peerFirst  = 335 // bytes of the text of a document that is there from the beginning
	peerSecond = 250 // and of one that a round writes: a mutation of about 400 bytes
	peerHomes  = 64  // people
)

// startPeer starts a program that serves where it is told, and waits until it answers.
func startPeer(b testing.TB, program func(address string) *exec.Cmd) (base string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	address := l.Addr().String()
	require.NoError(b, l.Close())
	cmd := program(address)
	cmd.Stderr = os.Stderr
	require.NoError(b, cmd.Start())
	b.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	base = "http://" + address
	require.Eventually(b, func() bool {
		answer, err := http.Get(base + "/")
		if err == nil {
			_ = answer.Body.Close()
		}
		return err == nil
	}, time.Minute, 50*time.Millisecond)
	return base
}

// pocketbase has a collection of notes, of which each user sees their own.
type pocketbase struct{ admin string }

func startPocketbase(b testing.TB, program string) (peer, string) {
	folder := "--dir=" + filepath.Join(b.TempDir(), "data")
	const email, password = "load@example.org", "a synthetic passphrase"
	out, err := exec.Command(program, "superuser", "upsert", email, password, folder).CombinedOutput()
	require.NoError(b, err, string(out))
	base := startPeer(b, func(address string) *exec.Cmd { return exec.Command(program, "serve", "--http="+address, folder) })
	c, p := newPeerLine(base), &pocketbase{}
	p.admin, err = signInPocketbase(c, "_superusers", email, password)
	require.NoError(b, err)
	require.NoError(b, c.do("PATCH", "/api/settings", p.admin, map[string]any{"batch": map[string]any{"enabled": true, "maxRequests": 100, "timeout": 10}}, nil))
	const own = "owner = @request.auth.id"
	const since = own + " && updated > @request.query.since" // a filter of the caller's that finds nothing is slowed down on purpose
	require.NoError(b, c.do("POST", "/api/collections", p.admin, map[string]any{
		"name": "notes", "type": "base", "listRule": since, "viewRule": own, "createRule": own, "updateRule": own,
		"indexes": []string{"CREATE INDEX idx_notes_owner ON notes (owner, updated)"},
		"fields": []map[string]any{
			{"name": "owner", "type": "relation", "collectionId": "_pb_users_auth_", "maxSelect": 1, "required": true},
			{"name": "text", "type": "text"},
			{"name": "updated", "type": "autodate", "onCreate": true, "onUpdate": true},
		},
	}, nil))
	return p, base
}

func signInPocketbase(c *peerLine, collection, email, password string) (token string, err error) {
	var signed struct {
		Token string `json:"token"`
	}
	err = c.do("POST", "/api/collections/"+collection+"/auth-with-password", "", map[string]string{"identity": email, "password": password}, &signed)
	return signed.Token, err
}

// pocketbaseHome is a user with two phones, which write by turns.
type pocketbaseHome struct {
	owner, token string
	n, turn      int       // documents made; rounds
	seen         [2]string // how far each phone has read
}

func (p *pocketbase) home(c *peerLine, n int) (peerHome, error) {
	email, password := fmt.Sprintf("person%d@example.org", n), "a synthetic passphrase"
	var made struct {
		ID string `json:"id"`
	}
	err := c.do("POST", "/api/collections/users/records", p.admin, map[string]string{"email": email, "password": password, "passwordConfirm": password}, &made)
	if err != nil {
		return nil, err
	}
	h := &pocketbaseHome{owner: made.ID}
	if h.token, err = signInPocketbase(c, "users", email, password); err != nil {
		return nil, err
	}
	var first []any
	for range 60 {
		first = append(first, h.create(peerFirst))
	}
	if err := h.batch(c, first); err != nil {
		return nil, err
	}
	for i := range h.seen {
		if _, err := h.read(c, &h.seen[i]); err != nil {
			return nil, err
		}
	}
	return h, nil
}

// id names a document: 15 letters and digits.
func (h *pocketbaseHome) id(n int) string { return fmt.Sprintf("%s%07d", h.owner[:8], n) }

func (h *pocketbaseHome) create(bytes int) any {
	h.n++
	return map[string]any{
		"method": "POST", "url": "/api/collections/notes/records", "body": map[string]string{"id": h.id(h.n), "owner": h.owner, "text": peerText(h.n, bytes)},
	}
}

// batch is one transaction.
func (h *pocketbaseHome) batch(c *peerLine, requests []any) error {
	return c.do("POST", "/api/batch", h.token, map[string]any{"requests": requests}, nil)
}

// read gives how many documents changed since then, and moves it on.
func (h *pocketbaseHome) read(c *peerLine, since *string) (int, error) {
	var page struct {
		Items []struct {
			Updated string `json:"updated"`
		} `json:"items"`
	}
	err := c.do("GET", "/api/collections/notes/records?perPage=500&skipTotal=1&sort=updated&fields=id,text,updated&since="+url.QueryEscape(*since), h.token, nil, &page)
	if len(page.Items) > 0 {
		*since = page.Items[len(page.Items)-1].Updated
	}
	return len(page.Items), err
}

func (h *pocketbaseHome) round(c *peerLine) error {
	var work []any
	for i := range 2 {
		work = append(work, map[string]any{
			"method": "PATCH", "url": "/api/collections/notes/records/" + h.id(h.n-i), "body": map[string]string{"text": peerText(h.turn, peerSecond)},
		})
	}
	for range 3 {
		work = append(work, h.create(peerSecond))
	}
	if err := h.batch(c, work); err != nil {
		return err
	}
	h.turn++
	_, err := h.read(c, &h.seen[h.turn%2]) // two rounds within a millisecond may hide one from the other: that is PocketBase's own
	return err
}

func (h *pocketbaseHome) initial(c *peerLine) error {
	seen := ""
	n, err := h.read(c, &seen)
	return wants(n, 60, err)
}

func (h *pocketbaseHome) idle(c *peerLine) error {
	n, err := h.read(c, &h.seen[0])
	return wants(n, 0, err)
}

func wants(n, of int, err error) error {
	if err == nil && n != of {
		err = fmt.Errorf("%d documents were read where %d were expected", n, of)
	}
	return err
}

// pouchdb has a database for each person, as CouchDB is used.
type pouchdb struct{}

func startPouchdb(b testing.TB, program string) (peer, string) {
	folder := b.TempDir()
	return pouchdb{}, startPeer(b, func(address string) *exec.Cmd { return exec.Command("node", program, folder, address) })
}

// pouchdbHome is a person with two phones, which write by turns.
type pouchdbHome struct {
	path    string
	n, turn int
	newest  [2]pouchdbDoc
	seen    [2]int64
}

type pouchdbDoc struct {
	ID   string `json:"_id"`
	Rev  string `json:"_rev,omitempty"`
	Text string `json:"text"`
}

func (pouchdb) home(c *peerLine, n int) (peerHome, error) {
	h := &pouchdbHome{path: fmt.Sprintf("/person%d", n)}
	if err := c.do("PUT", h.path, "", map[string]any{}, nil); err != nil {
		return nil, err
	}
	var first []pouchdbDoc
	for range 60 {
		first = append(first, h.create(peerFirst))
	}
	if err := h.write(c, first); err != nil {
		return nil, err
	}
	for i := range h.seen {
		if _, err := h.read(c, i); err != nil {
			return nil, err
		}
	}
	return h, nil
}

func (h *pouchdbHome) create(bytes int) pouchdbDoc {
	h.n++
	return pouchdbDoc{ID: fmt.Sprintf("note-%032d", h.n), Text: peerText(h.n, bytes)}
}

// write keeps which the newest two are, as they now are.
func (h *pouchdbHome) write(c *peerLine, docs []pouchdbDoc) error {
	var wrote []struct {
		OK  bool   `json:"ok"`
		Rev string `json:"rev"`
	}
	if err := c.do("POST", h.path+"/_bulk_docs", "", map[string]any{"docs": docs}, &wrote); err != nil {
		return err
	}
	for i, w := range wrote {
		if !w.OK {
			return fmt.Errorf("a document was not written")
		}
		docs[i].Rev = w.Rev
	}
	copy(h.newest[:], docs[len(docs)-2:])
	return nil
}

func (h *pouchdbHome) read(c *peerLine, phone int) (int, error) {
	var page struct {
		Results []struct{} `json:"results"`
		Last    int64      `json:"last_seq"`
	}
	err := c.do("GET", fmt.Sprintf("%s/_changes?include_docs=true&since=%d", h.path, h.seen[phone]), "", nil, &page)
	if err == nil {
		h.seen[phone] = page.Last
	}
	return len(page.Results), err
}

func (h *pouchdbHome) round(c *peerLine) error {
	work := h.newest[:]
	for i := range work {
		work[i].Text = peerText(h.turn, peerSecond)
	}
	work = append(work[:2:2], h.create(peerSecond), h.create(peerSecond), h.create(peerSecond))
	if err := h.write(c, work); err != nil {
		return err
	}
	h.turn++
	_, err := h.read(c, h.turn%2)
	return err
}

func (h *pouchdbHome) initial(c *peerLine) error {
	var page struct {
		Rows []struct{} `json:"rows"`
	}
	err := c.do("GET", h.path+"/_all_docs?include_docs=true", "", nil, &page)
	return wants(len(page.Rows), 60, err)
}

func (h *pouchdbHome) idle(c *peerLine) error {
	n, err := h.read(c, 0)
	return wants(n, 0, err)
}

// measurePeer measures it as ours is: each connection has people of its own, and takes them in turn.
func measurePeer(b testing.TB, name string, p peer, base string, tell func(string, ...any)) map[load.Scenario]map[int]part {
	tell("%s: making %d people", name, peerHomes)
	homes := make([]peerHome, peerHomes)
	line := newPeerLine(base)
	for i := range homes {
		var err error
		homes[i], err = p.home(line, i)
		require.NoError(b, err)
	}
	all := map[load.Scenario]map[int]part{}
	for _, s := range benchScenarios {
		work := map[load.Scenario]func(peerHome, *peerLine) error{load.Round: peerHome.round, load.Initial: peerHome.initial, load.Idle: peerHome.idle}[s]
		all[s] = map[int]part{}
		for _, c := range benchClients {
			tell("%s: %s with %d connections", name, s, c)
			result, err := hammer(c, *cellTime, func(i int) func() error {
				line, at := newPeerLine(base), i
				return func() error {
					h := homes[at]
					if at += c; at >= len(homes) {
						at = i
					}
					return work(h, line)
				}
			})
			require.NoError(b, err)
			all[s][c] = result
		}
	}
	return all
}
