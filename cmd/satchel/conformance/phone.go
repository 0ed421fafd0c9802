package conformance

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	syncing "satchel/sync"
)

// phone is one database of the client, with whoever is signed in on it and a clock that may be wrong.
type phone struct {
	r     *run
	name  string
	skew  int64
	line  *socket
	limit int
}

// The states that a client may show. Only upToDate tells a person that everything has arrived and everything is here.
const (
	upToDate  = "up to date"
	ended     = "ended"
	notYours  = "account"
	needsNew  = "upgrade"
	isWaiting = "waiting"
)

// phone opens a new database for an account.
func (r *run) phone(name, account string, limit int) *phone {
	p := r.socket(name, account, limit, newWatch(limit))
	r.does("%s opens a new database for %s", name, account)
	p.must(p.openCommand())
	return p
}

func (r *run) socket(name, account string, limit int, seen *watch) *phone {
	p := &phone{r: r, name: name, limit: limit, line: &socket{name: name, account: account, watch: seen}}
	r.w.tokens["token-of-"+name] = p.line
	r.phones = append(r.phones, p)
	return p
}

func (p *phone) openCommand() Command {
	return Command{
		Op: "open", DB: p.name, Server: p.r.w.base, Token: "token-of-" + p.name, Record: p.r.w.record.String(), Schema: 1, Limit: p.limit,
	}
}

// copyTo opens another database from a copy of this one's state.
func (p *phone) copyTo(name string) *phone {
	p.r.does("%s is copied to %s", p.name, name)
	state := p.must(Command{Op: "export", DB: p.name}).State
	if len(state) == 0 {
		p.r.wrong("an export of the state", "none")
	}
	c := p.r.socket(name, p.line.account, p.limit, p.line.watch.copied())
	c.skew = p.skew
	open := c.openCommand()
	open.State = state
	c.must(open)
	return c
}

// must is for ops that may not fail.
func (p *phone) must(c Command) Reply {
	reply := p.r.ask(c)
	if reply.Error != "" {
		p.r.wrong(fmt.Sprintf("the op %q to be done", c.Op), "the error: "+reply.Error)
	}
	p.watched()
	return reply
}

func (p *phone) watched() {
	p.r.w.mu.Lock()
	wrong := p.line.watch.wrong
	p.r.w.mu.Unlock()
	if wrong != "" {
		p.r.wrong("every request of "+p.name+" to keep the rules of the protocol", wrong)
	}
}

// now is what the device's clock says.
func (p *phone) now() int64 { return p.r.w.now + p.skew }

// writes is one change of the person: field=value texts; `+field=value` adds to a set, `-field=value` removes from it, a value of
// null takes away.
func (p *phone) writes(doc string, changes ...string) {
	p.writesOn(nil, doc, changes...)
}

func (p *phone) writesOn(base jsontext.Value, doc string, changes ...string) {
	p.r.w.now += 1000
	p.r.does("%s writes %s %s", p.name, doc, short(strings.Join(changes, " ")))
	p.must(p.change(base, doc, changes))
}

func (p *phone) change(base jsontext.Value, doc string, changes []string) Command {
	c := changeOf(changes)
	c.Op, c.DB, c.Now, c.Doc, c.Base = "mutate", p.name, p.now(), string(docID(doc)), base
	return c
}

func changeOf(changes []string) (c Command) {
	for _, change := range changes {
		field, text, _ := strings.Cut(change, "=")
		switch field[0] {
		case '+':
			put(&c.Add, field[1:], []jsontext.Value{valueOf(text)})
		case '-':
			put(&c.Remove, field[1:], []jsontext.Value{valueOf(text)})
		default:
			put(&c.Set, field, valueOf(text))
		}
	}
	return c
}

func put[V any](m *map[string]V, name string, v V) {
	if *m == nil {
		*m = map[string]V{}
	}
	(*m)[name] = v
}

// valueOf takes JSON as it is, and anything else as text.
func valueOf(text string) jsontext.Value {
	if v := jsontext.Value(text); v.IsValid() {
		return v
	}
	return syncing.TextValue(text)
}

func (p *phone) deletes(doc string) {
	p.r.w.now += 1000
	p.r.does("%s deletes %s", p.name, doc)
	p.must(Command{Op: "mutate", DB: p.name, Now: p.now(), Doc: string(docID(doc)), Delete: true})
}

// reopens kills the app and opens it again.
func (p *phone) reopens() {
	p.r.does("%s is killed and opened again", p.name)
	p.must(Command{Op: "reopen", DB: p.name})
}

// signsIn puts another account on the same database.
func (p *phone) signsIn(account string) {
	p.r.does("%s signs in on the database of %s", account, p.name)
	token := "token-of-" + account + "-on-" + p.name
	line := *p.line // the same watch: it is the same database
	line.account = account
	p.line = &line
	p.r.w.mu.Lock()
	p.r.w.tokens[token] = p.line
	p.r.w.mu.Unlock()
	p.must(Command{Op: "signIn", DB: p.name, Token: token})
}

// sync is one round, under some weather.
func (p *phone) sync(sky ...weather) Reply {
	text := ""
	if len(sky) > 0 {
		text = " (" + string(sky[0]) + ")"
	}
	p.r.does("%s syncs%s", p.name, text)
	p.r.w.mu.Lock()
	p.r.w.now += 1000
	p.line.weather = sky
	p.line.watch.now = p.now()
	before := p.r.w.requests
	p.r.w.mu.Unlock()
	reply := p.must(Command{Op: "sync", DB: p.name, Now: p.now()})
	p.r.w.mu.Lock()
	requests := p.r.w.requests - before
	p.r.w.mu.Unlock()
	if requests > 1 {
		p.r.wrong("one request for one sync, so that each answer can be looked at", fmt.Sprintf("%d", requests))
	}
	return reply
}

// settles syncs until the client has nothing more to say, under fair skies.
func (p *phone) settles() {
	for range roundsMax {
		if p.sync().Done {
			return
		}
	}
	p.r.wrong(fmt.Sprintf("%s to have nothing more to say after %d rounds on a good network", p.name, roundsMax), "it goes on")
}

// view is what the person sees.
func (p *phone) view() *View {
	v := p.must(Command{Op: "view", DB: p.name}).View
	if v == nil {
		p.r.wrong("a view", "none")
	}
	return v
}

// agrees checks that the client shows what the server shows its account, and says so.
func (p *phone) agrees() *View {
	v := p.view()
	is, err := p.r.w.truth(p.r.ctx, p.line.account)
	p.r.must(err)
	if expected, shown := differ(v.Documents, is); expected != "" {
		p.r.wrong(p.name+" to show "+expected, shown)
	}
	if len(v.Outbox) > 0 {
		p.r.wrong("the outbox of "+p.name+" to be empty, for everything was answered", fmt.Sprintf("%d changes wait", len(v.Outbox)))
	}
	p.says(v, upToDate)
	p.lists(v, is)
	return v
}

// lists checks that every open held change is listed.
func (p *phone) lists(v *View, is map[string]Document) {
	var open []string
	for id, d := range is {
		if strings.HasPrefix(id, syncing.HeldType+"/") && string(d.Fields["status"]) == `"open"` {
			open = append(open, id)
		}
	}
	slices.Sort(open)
	listed := slices.Sorted(slices.Values(v.Held))
	if !slices.Equal(open, listed) {
		p.r.wrong(fmt.Sprintf("%s to list the open held changes %v", p.name, open), fmt.Sprint(listed))
	}
}

func (p *phone) says(v *View, state string) {
	if v.State != state {
		p.r.wrong(fmt.Sprintf("%s to say %q", p.name, state), fmt.Sprintf("%q", v.State))
	}
}

// notUpToDate checks that the client does not say more than is so.
func (p *phone) notUpToDate(why string) *View {
	v := p.view()
	if v.State == upToDate {
		p.r.wrong(fmt.Sprintf("%s not to say %q, for %s", p.name, upToDate, why), fmt.Sprintf("%q", v.State))
	}
	return v
}

// shows checks one field; value "" is none.
func (p *phone) shows(v *View, doc, field, value string) {
	got := string(v.Documents[string(docID(doc))].Fields[field])
	if got != value {
		p.r.wrong(fmt.Sprintf("%s to show %s of %s as %s", p.name, field, doc, orNothing(value)), orNothing(got))
	}
}

func orNothing(value string) string {
	if value == "" {
		return "nothing"
	}
	return short(value)
}

// waits checks how many changes have no outcome.
func (p *phone) waits(v *View, count int) {
	if len(v.Outbox) != count {
		p.r.wrong(fmt.Sprintf("%d changes in the outbox of %s", count, p.name), fmt.Sprint(len(v.Outbox)))
	}
}
