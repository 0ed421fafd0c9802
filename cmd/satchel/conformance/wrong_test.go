package conformance

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
)

// TestEachWrongClientIsCaught plants one fault each into the client that conforms.
func TestEachWrongClientIsCaught(t *testing.T) {
	t.Parallel()
	for name, wrong := range wrongClients() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			report, err := Run(t.Context(), Options{Client: wrong.make(t), Only: wrong.caught})
			require.NoError(t, err)
			require.NotEmpty(t, report.Findings, "nobody noticed")
			first := report.Findings[0].String()
			require.Contains(t, first, wrong.caught)
			require.Contains(t, first, wrong.says)
			t.Log(first)
		})
	}
}

// TestNoCheckIsForNothing: each check catches one of the wrong clients at least, else nobody knows whether it can fail.
func TestNoCheckIsForNothing(t *testing.T) {
	t.Parallel()
	caught := map[string]bool{}
	for _, wrong := range wrongClients() {
		caught[wrong.caught] = true
	}
	for _, c := range checks {
		require.True(t, caught[c.name], "no wrong client is caught by %q", c.name)
	}
}

type wrongClient struct {
	make   func(t *testing.T) Client
	caught string // by which check
	says   string // something of its sentence
}

func client(b bent) func(*testing.T) Client {
	return func(*testing.T) Client { return bend(b) }
}

func wrongClients() map[string]wrongClient {
	all := map[string]wrongClient{}
	for _, list := range []map[string]wrongClient{wrongShowing(), wrongSending(), wrongTaking(), wrongKeeping()} {
		for name, w := range list {
			all[name] = w
		}
	}
	return all
}

// wrongShowing are clients that keep what is right and show what is not.
func wrongShowing() map[string]wrongClient {
	last := func(_ *testing.T) Client {
		docs := map[string]map[string]Document{}
		return bend(bent{line: shown(func(db string, v *View) {
			if v.State == ended {
				v.Documents = docs[db]
			}
			docs[db] = v.Documents
		})})
	}
	return map[string]wrongClient{
		"shows a change only when it is answered": {client(bent{line: shown(func(_ string, v *View) {
			for _, doc := range v.Outbox {
				delete(v.Documents, doc)
			}
		})}), "a change is shown at once and arrives", "title of thing/1"},
		"says up to date whatever is so": {client(bent{line: shown(func(_ string, v *View) { v.State = upToDate })}), "honest state", `not to say "up to date"`},
		"says up to date while the server is busy": {client(bent{line: shown(func(_ string, v *View) {
			if v.State == isWaiting {
				v.State = upToDate
			}
		})}), "a busy record", "the server was busy"},
		"shows sent as soon as it was sent":  {showsSentEarly, "lost answers", "1 changes in the outbox"},
		"does not list what is held":         {client(bent{line: shown(func(_ string, v *View) { v.Held = nil })}), "held changes", "to list the open held changes"},
		"keeps documents of an ended access": {last, "ended access", "no document of the record"},
		"shows no types that it does not know": {client(bent{line: shown(func(_ string, v *View) {
			for id := range v.Documents {
				if strings.HasPrefix(id, "leaflet/") {
					delete(v.Documents, id)
				}
			}
		})}), "unknown fields and types", "leaflet/1"},
		"drops fields that it does not know": {client(bent{line: shown(func(_ string, v *View) {
			for _, d := range v.Documents {
				delete(d.Fields, "zone")
			}
		})}), "unknown fields and types", "zone"},
		"cannot show that it is too old": {client(bent{line: shown(func(_ string, v *View) {
			if v.State == needsNew {
				v.State = "reading"
			}
		})}), "a client too old to read", "upgrade"},
	}
}

func showsSentEarly(*testing.T) Client {
	sent := map[string]bool{}
	return bend(bent{line: func(c Command, ask func(Command) Reply) Reply {
		r := ask(c)
		switch {
		case c.Op == "sync":
			sent[c.DB] = true
		case c.Op == "mutate":
			sent[c.DB] = false
		case r.View != nil && sent[c.DB]:
			r.View.Outbox = nil
		}
		return r
	}})
}

// wrongSending are clients that say something else than they should.
func wrongSending() map[string]wrongClient {
	return map[string]wrongClient{
		"never sends again": {neverResends, "a server that is away", "nothing more to say"},
		"writes a new time into what it sends again": {client(bent{request: func(_ string, req *syncing.Request) {
			rewrite(req, func(_ *syncing.RecordRequest, m object) bool {
				m["at"] = req.Now
				return true
			})
		}}), "a clock that is wrong", "other words"},
		"sends in the wrong order": {client(bent{request: func(_ string, req *syncing.Request) {
			slices.Reverse(req.Records[0].Mutations)
		}}), "a long outbox", "in order, without gaps"},
		"corrects its clock by itself": {client(bent{request: func(_ string, req *syncing.Request) { req.Now = 1_800_000_000_000 }}), "a clock that is wrong", "`now`"},
		"asks for no limit":            {client(bent{request: func(_ string, req *syncing.Request) { req.Records[0].Limit = 0 }}), "pages", "told to ask for"},
		"takes the cursor of a page for a base": {client(bent{request: func(_ string, req *syncing.Request) {
			rewrite(req, func(part *syncing.RecordRequest, m object) bool {
				m["base"] = part.Cursor
				return true
			})
		}}), "pages", "no cursor of a complete pull"},
		"takes the base of now for that of a form": {client(bent{line: func(c Command, ask func(Command) Reply) Reply {
			c.Base = nil
			return ask(c)
		}}), "the base of a form", `as "20 mg"; shown: "15 mg"`},
		"does not say what its mutations were": {client(bent{request: func(_ string, req *syncing.Request) {
			rewrite(req, func(_ *syncing.RecordRequest, m object) bool {
				delete(m, "was")
				return true
			})
		}}), "a restored server", "note"},
		"does not say whom it continues":        {client(bent{request: func(_ string, req *syncing.Request) { req.Records[0].Continues = nil }}), "a copied phone", "draft"},
		"knows no skip for words that are gone": {noSkip, "words that are gone", "nothing more to say"},
		"knows no skip for what is too large":   {noSkip, "too large for a request", "nothing more to say"},
		"pulls from the start every time":       {client(bent{request: func(_ string, req *syncing.Request) { req.Records[0].Cursor = "" }}), "a digest that never agrees", "one pull from the start"},
		"makes two requests at once":            {twoRounds, "a change is shown at once and arrives", "one request for one sync"},
		"gives a copy's words up":               {givesUp, "a copied phone", ""},
	}
}

func neverResends(*testing.T) Client {
	sent := map[syncing.Continued]bool{}
	return bend(bent{request: func(_ string, req *syncing.Request) {
		part := &req.Records[0]
		part.Mutations = slices.DeleteFunc(part.Mutations, func(m syncing.RawMutation) bool {
			name := syncing.Continued{Replica: req.Replica, N: m.N}
			defer func() { sent[name] = true }()
			return sent[name]
		})
	}})
}

func noSkip(*testing.T) Client {
	return bend(bent{request: func(_ string, req *syncing.Request) {
		stop := false
		rewrite(req, func(_ *syncing.RecordRequest, m object) bool {
			_, skip := m["skip"]
			stop = stop || skip
			return !stop
		})
	}})
}

// givesUp throws away what is refused as a fork.
func givesUp(t *testing.T) Client {
	var b *bent
	forked := map[string]bool{}
	b = bend(bent{
		answer: func(db string, _ *syncing.Request, answer *syncing.Response) error {
			e := answer.Records[0].Error
			forked[db] = e != nil && e.Code == syncing.Fork
			return nil
		},
		line: func(c Command, ask func(Command) Reply) Reply {
			r := ask(c)
			if c.Op == "sync" && forked[c.DB] {
				b.edit(t, c.DB, func(_ object, records []object) { forget(records) })
			}
			return r
		},
	})
	return b
}

// wrongTaking are clients that do not take in what they are told.
func wrongTaking() map[string]wrongClient {
	return map[string]wrongClient{
		"drops siblings": {client(bent{answer: part(func(p *syncing.RecordResponse) {
			for i := range p.Changes {
				p.Changes[i].Siblings = nil
			}
		})}), "siblings", "beside the values"},
		"drops siblings in a transcript": {client(bent{answer: part(func(p *syncing.RecordResponse) {
			for i := range p.Changes {
				p.Changes[i].Siblings = nil
			}
		})}), "transcript mv", "to show in the end"},
		"drops what is deleted elsewhere": {client(bent{answer: part(func(p *syncing.RecordResponse) {
			p.Changes = slices.DeleteFunc(p.Changes, func(c syncing.DocChange) bool { return c.Deleted })
		})}), "deleted documents", ""},
		"applies pages one by one": {pageByPage, "pages", "no document"},
		"believes its own digest":  {ownDigest, "digest", "the digests differ"},
		"knows no fork":            {client(bent{answer: refuses(syncing.Fork)}), "a copied phone", "nothing more to say"},
		"knows no gap":             {client(bent{answer: refuses(syncing.Gap)}), "a lost tail", "nothing more to say"},
		"does not notice that somebody else has its name": {knowsNoTwin, "a phone put back", "nothing more to say"},
		"does not notice another epoch":                   {sameEpoch, "a restored server", ""},
		"ignores a reset":                                 {client(bent{answer: part(func(p *syncing.RecordResponse) { p.Reset = false })}), "narrowed consent", "private/1"},
	}
}

// pageByPage shows what a page brings at once.
func pageByPage(*testing.T) Client {
	pages := map[string]map[string]Document{}
	return bend(bent{
		answer: func(db string, _ *syncing.Request, answer *syncing.Response) error {
			p := &answer.Records[0]
			if pages[db] == nil || !p.More {
				pages[db] = map[string]Document{}
			}
			for i := range p.Changes {
				if p.More {
					pages[db][string(p.Changes[i].Doc)] = documentOf(&p.Changes[i])
				}
			}
			return nil
		},
		line: shown(func(db string, v *View) {
			for id, d := range pages[db] {
				v.Documents[id] = d
			}
		}),
	})
}

// knowsNoTwin neither looks at `last` nor knows a fork.
func knowsNoTwin(*testing.T) Client {
	return bend(bent{answer: func(_ string, req *syncing.Request, answer *syncing.Response) error {
		p, known := &answer.Records[0], req.Records[0].Acked
		if p.Error != nil && p.Error.Code == syncing.Fork {
			return errWrong
		}
		for _, m := range req.Records[0].Mutations {
			known = max(known, m.N)
		}
		p.Last = min(p.Last, known)
		return nil
	}})
}

// twoRounds makes a second request where one was asked for.
func twoRounds(*testing.T) Client {
	return bend(bent{line: func(c Command, ask func(Command) Reply) Reply {
		if c.Op == "sync" {
			ask(c)
		}
		return ask(c)
	}})
}

func ownDigest(*testing.T) Client {
	revs := map[string]map[string]uint64{}
	return bend(bent{answer: func(db string, _ *syncing.Request, answer *syncing.Response) error {
		p := &answer.Records[0]
		if revs[db] == nil || p.Reset {
			revs[db] = map[string]uint64{}
		}
		for _, c := range p.Changes {
			revs[db][string(c.Doc)] = uint64(c.Rev)
			if c.Deleted {
				delete(revs[db], string(c.Doc))
			}
		}
		if p.Digest != "" {
			p.Digest = digestOf(revs[db])
		}
		return nil
	}})
}

func sameEpoch(*testing.T) Client {
	epoch, last := "", map[syncing.ReplicaID]uint64{}
	return bend(bent{answer: func(_ string, req *syncing.Request, answer *syncing.Response) error {
		p := &answer.Records[0]
		if epoch == "" {
			epoch = p.Epoch
		}
		last[req.Replica] = max(last[req.Replica], p.Last)
		p.Epoch, p.Last = epoch, last[req.Replica]
		return nil
	}})
}

// wrongKeeping are clients that lose or change what they keep.
func wrongKeeping() map[string]wrongClient {
	return map[string]wrongClient{
		"forgets its outbox at a reset":              {forgetsAtReset, "a reset leaves the outbox", "part of the outbox"},
		"forgets its outbox when the server is away": {forgetsWhenAway, "a server that is away", "outbox"},
		"loses its outbox when it is killed":         {forgetsWhenKilled, "an app that is killed", "title of thing/1"},
		"renumbers what it sends again":              {renumbers, "doubled and delayed requests", "once"},
		"hands in under another account":             {handsInForOthers, "another account", ""},
	}
}

// forget empties outboxes.
func forget(records []object) {
	for _, r := range records {
		r["entries"] = []any{}
	}
}

func forgetsAtReset(t *testing.T) Client {
	var b *bent
	resets := map[string]int{}
	b = bend(bent{
		answer: func(db string, _ *syncing.Request, answer *syncing.Response) error {
			if answer.Records[0].Reset {
				resets[db]++
			}
			return nil
		},
		line: func(c Command, ask func(Command) Reply) Reply {
			before := resets[c.DB]
			r := ask(c)
			if c.Op == "sync" && resets[c.DB] > before && before > 0 {
				b.edit(t, c.DB, func(_ object, records []object) { forget(records) })
			}
			return r
		},
	})
	return b
}

func forgetsWhenAway(t *testing.T) Client {
	var b *bent
	b = bend(bent{line: func(c Command, ask func(Command) Reply) Reply {
		r := ask(c)
		if strings.Contains(r.Failed, "503") {
			b.edit(t, c.DB, func(_ object, records []object) { forget(records) })
		}
		return r
	}})
	return b
}

func forgetsWhenKilled(t *testing.T) Client {
	var b *bent
	b = bend(bent{line: func(c Command, ask func(Command) Reply) Reply {
		if c.Op == "reopen" {
			b.edit(t, c.DB, func(_ object, records []object) { forget(records) })
		}
		return ask(c)
	}})
	return b
}

// renumbers gives what got no answer a new number, as if it had never been sent.
func renumbers(t *testing.T) Client {
	var b *bent
	b = bend(bent{line: func(c Command, ask func(Command) Reply) Reply {
		r := ask(c)
		if c.Op == "sync" && r.Failed != "" {
			b.edit(t, c.DB, func(_ object, records []object) {
				for _, record := range records {
					renumber(record)
				}
			})
		}
		return r
	}})
	return b
}

func renumber(record object) {
	lines := record["lines"].([]any)
	line := lines[len(lines)-1].(object)
	for _, e := range entries(record) {
		if e["answered"] == nil {
			line["highest"] = line["highest"].(float64) + 1
			e["n"] = line["highest"]
		}
	}
}

// handsInForOthers takes a new name for a database that belongs to somebody else, and hands in what lies in it.
func handsInForOthers(t *testing.T) Client {
	var b *bent
	foreign := map[string]bool{}
	b = bend(bent{
		answer: func(db string, _ *syncing.Request, answer *syncing.Response) error {
			e := answer.Records[0].Error
			_, on, _ := strings.Cut(db, "-on-")
			foreign[on] = e != nil && e.Code == syncing.OtherAccount
			return nil
		},
		line: func(c Command, ask func(Command) Reply) Reply {
			r := ask(c)
			if c.Op == "sync" && foreign[c.DB] {
				b.edit(t, c.DB, func(database object, records []object) {
					fresh := syncing.DerivedUUID("fresh", c.DB).String()
					text, _ := json.Marshal(records)
					renamed := strings.ReplaceAll(string(text), database["replica"].(string), fresh)
					database["replica"] = fresh
					var list []object
					require.NoError(t, json.Unmarshal([]byte(renamed), &list))
					for i := range records {
						records[i]["entries"], records[i]["lines"], records[i]["stopped"] = list[i]["entries"], list[i]["lines"], ""
					}
				})
			}
			return r
		},
	})
	return b
}
