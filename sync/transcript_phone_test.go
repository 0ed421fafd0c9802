package syncing_test

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
	"satchel/sync/replica"
)

func (d *device) now() int64 { return d.s.now + d.skew }

// command carries out what one phone is told.
func (d *device) command(verb string, args []string) {
	s := d.s
	switch {
	case strings.Contains("set add remove delete", verb) && len(args) > 0:
		d.mutate(verb, args)
	case verb == "release" && len(args) == 1:
		d.mutate("set", []string{args[0], "status=released"})
	case verb == "discard" && len(args) == 2:
		d.mutate("set", []string{args[0], "status=discarded", "discardReason=" + args[1]})
	case verb == "sync":
		d.sync(args)
	case verb == "show" && len(args) == 1:
		d.show(s.doc(args[0]))
	case verb == "held" && len(args) == 0:
		d.held()
	case verb == "outbox" && len(args) == 0:
		d.outbox()
	case verb == "state" && len(args) == 0:
		fmt.Fprintf(&s.out, "%s: %s\n", d.name, d.db.State(s.record))
	case verb == "clock" && len(args) == 1:
		d.setClock(args[0])
	case verb == "signs" && len(args) == 3 && strings.Join(args[:2], " ") == "in as":
		d.account = args[2]
	default:
		s.wrong("no phone knows this command")
	}
}

// setClock puts the phone's clock to the first moment of a year, or right again.
func (d *device) setClock(text string) {
	if text == "right" {
		d.skew = 0
		return
	}
	year, err := time.Parse("2006", text)
	require.NoError(d.s.t, err, d.s.line)
	d.skew = year.UnixMilli() - d.s.now
}

// mutate writes one intent: `set DOC f=v ... add g=x,y remove g=z`, or `delete DOC`.
func (d *device) mutate(verb string, args []string) {
	c := replica.Change{Doc: d.s.doc(args[0]), Delete: verb == "delete"}
	for _, arg := range args[1:] {
		field, text, ok := strings.Cut(arg, "=")
		switch {
		case !ok && strings.Contains("set add remove", arg):
			verb = arg
		case !ok:
			d.s.wrong("not a field and its value: %s", arg)
		case verb == "set":
			if c.Set == nil {
				c.Set = map[string]jsontext.Value{}
			}
			c.Set[field] = value(text)
		case verb == "add":
			c.Add = elementsIn(c.Add, field, text)
		case verb == "remove":
			c.Remove = elementsIn(c.Remove, field, text)
		}
	}
	d.s.now += 1000
	_, err := d.db.Mutate(d.s.record, c, d.now())
	require.NoError(d.s.t, err, d.s.line)
}

func elementsIn(m map[string][]jsontext.Value, field, text string) map[string][]jsontext.Value {
	if m == nil {
		m = map[string][]jsontext.Value{}
	}
	for elem := range strings.SplitSeq(text, ",") {
		m[field] = append(m[field], value(elem))
	}
	return m
}

// sync is one round: a request, and its answer. With answer=lost or request=lost it ends on the way.
func (d *device) sync(args []string) {
	s := d.s
	s.now += 1000
	known := d.known()
	x, err := d.db.Request(d.now(), s.record)
	require.NoError(s.t, err)
	lost := ""
	for _, arg := range args {
		switch name, text, _ := strings.Cut(arg, "="); {
		case name == "limit":
			require.NoError(s.t, json.Unmarshal([]byte(text), &x.Request.Records[0].Limit), s.line)
		case text == "lost" && (name == "answer" || name == "request"):
			lost = name
		default:
			s.wrong("sync does not know %s", arg)
		}
	}
	d.printSent(x.Request, known)
	if lost == "request" {
		fmt.Fprintln(&s.out, "the request is lost")
		return
	}
	answer := d.carry(x.Request)
	d.printAnswer(x.Request.Replica, &answer.Records[0], known)
	if lost == "answer" {
		fmt.Fprintln(&s.out, "the answer is lost")
		return
	}
	before := d.db.ID()
	require.NoError(s.t, d.db.Apply(x, answer, d.now()))
	if d.db.ID() != before {
		fmt.Fprintf(&s.out, "%s is a copy, and is now %s\n", d.name, s.shorten(d.db.ID().String()))
	}
	if answer.Records[0].Digest != "" {
		fmt.Fprintf(&s.out, "digest %s\n", map[bool]string{true: "equal", false: "unequal"}[answer.Records[0].Digest == d.digest()])
	}
}

// known are the mutations whose outcome the phone has: that it asks for one of them again, to find out whether it was copied, is
// not told unless the answer differs.
func (d *device) known() map[replica.Name]syncing.Outcome {
	list := map[replica.Name]syncing.Outcome{}
	for _, e := range d.db.Outbox(d.s.record) {
		if e.Answered {
			list[replica.Name{Replica: e.Replica, N: e.N}] = *e.Outcome
		}
	}
	return list
}

// carry takes a request to the engine and its answer back, both as the bytes that travel.
func (d *device) carry(req *syncing.Request) *syncing.Response {
	t := d.s.t
	body, err := json.Marshal(req)
	require.NoError(t, err)
	arrived, err := syncing.DecodeRequest(body)
	require.NoError(t, err)
	who := syncing.Principal{Account: syncing.AccountID{UUID: syncing.DerivedUUID("account", d.account)}}
	resp, err := d.s.engine.Sync(t.Context(), who, arrived)
	require.NoError(t, err)
	body, err = json.Marshal(resp)
	require.NoError(t, err)
	answer := &syncing.Response{}
	require.NoError(t, json.Unmarshal(body, answer))
	require.Len(t, answer.Records, 1)
	return answer
}

// digest is the protocol's sum, written anew from the page.
func (d *device) digest() string {
	var sum uint64
	for id, doc := range d.db.Given(d.s.record) {
		hash := sha256.Sum256([]byte(fmt.Sprintf("%s@%d", id, doc.Rev)))
		sum += binary.BigEndian.Uint64(hash[:8])
	}
	return fmt.Sprintf("%016x", sum)
}
