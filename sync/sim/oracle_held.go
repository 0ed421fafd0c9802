package sim

import (
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	syncing "satchel/sync"
)

func quoted(s string) string { return string(syncing.TextValue(s)) }

func number[N int64 | uint64](n N) string { return strconv.FormatInt(int64(n), 10) }

const heldAudience = "held:"

// sees says whether a grant shows an audience: a category, or for a held document its author and a category.
func sees(g grant, audience string) bool {
	if !g.Active {
		return false
	}
	rest, held := strings.CutPrefix(audience, heldAudience)
	author, category, _ := strings.Cut(rest, ":")
	if !held {
		category = audience
	}
	ordinary := slices.Contains(g.Categories, category) || category == syncing.OwnerAudience && g.Owner
	return !held && ordinary || held && (author == g.Account.String() || ordinary && settler(g))
}

// settler: the person whose record it is, and the teams.
func settler(g grant) bool { return g.Owner || len(g.Teams) > 0 }

func heldID(at name) syncing.DocID {
	return syncing.NewDocID(syncing.HeldType, syncing.DerivedUUID(syncing.HeldType, at.replica.String(), number(at.n)))
}

// everything is the base of who writes upon what stands.
func (s *scribe) everything() cover { return cover{full: s.r.rev, wide: true} }

// hold keeps a mutation that was not applied.
func (s *scribe) hold(a *attempt, raw jsontext.Value, reason syncing.Reason) *told {
	s.r.held++
	s.entry(a)
	t := &told{
		content: a.m.content, doc: a.m.doc, skipped: a.m.skip != "",
		outcome: syncing.Outcome{N: a.m.n, Status: syncing.Held, Reason: reason},
	}
	if a.m.doc.Type() == syncing.HeldType {
		return t
	}
	t.kept = &keptMutation{m: a.m, by: a.o.by, origin: *a.o, continues: a.continues}
	if reason == syncing.Missing {
		s.r.waiting = append(s.r.waiting, a.o.name)
	}
	s.list(a, raw, reason)
	return t
}

// list makes the document of a held mutation, or opens it again.
func (s *scribe) list(a *attempt, raw jsontext.Value, reason syncing.Reason) {
	id, category := heldID(a.o.name), syncing.OwnerAudience
	if target := s.r.docs[a.m.doc]; target != nil && !strings.HasPrefix(target.audience(), heldAudience) {
		category = target.audience()
	}
	d := s.r.docs[id]
	if d == nil {
		d = &doc{
			id: id, author: a.o.by, places: map[place][]act{},
			audiences: []audienceAt{{name: heldAudience + a.o.by.String() + ":" + category}},
		}
	} else {
		d = d.clone()
	}
	canonical := raw.Clone()
	if err := canonical.Canonicalize(); err != nil {
		panic(err)
	}
	s.writeHeld(a, d, map[string]string{
		"status": quoted("open"), "reason": quoted(string(reason)), "detail": quoted("?"), "doc": quoted(a.m.named),
		"replica": quoted(a.o.name.replica.String()), "n": number(a.o.name.n), "by": quoted(a.o.by.String()), "at": number(a.m.at),
		"mutation": string(canonical),
	}, syncing.AccountID{})
}

// writeHeld writes fields of a held document upon what stands, as one mutation with a rev.
func (s *scribe) writeHeld(a *attempt, d *doc, fields map[string]string, by syncing.AccountID) syncing.Rev {
	o := *a.o
	o.by, o.rev = by, 0
	t, base := s.oracle.schema.Type(syncing.HeldType), s.everything()
	if o.name.n > 0 { // what its author wrote before and hands in later is not the later word
		base.own = append([]name{{o.name.replica, o.name.n - 1}}, a.continues...)
	}
	for field, value := range fields {
		rule, at := t.Field(field).Rule, place{field: field}
		standing := d.standing(rule, at)
		if rule == syncing.CAS && by != (syncing.AccountID{}) && d.covered(rule, at, &o) {
			continue
		}
		if rule == syncing.FSM && len(standing) > 0 {
			if standing[0].value == value {
				continue
			}
			standing[0].gone = true
		}
		d.happen(rule, at, act{o: &o, value: value, write: true, base: base})
	}
	s.commit(&attempt{m: &words{n: a.m.n, doc: d.id}, o: &o, system: true, base: s.everything()}, d)
	return o.rev
}

// mark settles a held document by system, as the own of the mutation that did it.
func (s *scribe) mark(at name, status string, because *origin) {
	if d := s.r.docs[heldID(at)]; d != nil {
		s.writeHeld(&attempt{m: &words{}, o: because}, d.clone(), map[string]string{"status": quoted(status)}, syncing.AccountID{})
	}
}

// settle is a client's write to a held document.
func (s *scribe) settle(a *attempt) syncing.Reason {
	held := s.r.docs[a.m.doc]
	if held == nil || !sees(a.by, held.audience()) || a.m.delete || len(a.m.adds)+len(a.m.drops) > 0 ||
		held.author != a.o.by && !settler(a.by) {
		return syncing.Forbidden
	}
	said := map[string]string{}
	for _, set := range a.m.sets {
		if said[set.field] = set.value; set.field != "status" && set.field != "discardReason" {
			return syncing.Forbidden
		}
	}
	t := s.oracle.schema.Type(syncing.HeldType)
	now, to := text(held.value(t, "status")), text(said["status"])
	switch {
	case a.m.wrong || to == "":
		return syncing.Invalid
	case to == now:
		a.o.rev = s.writeHeld(a, held.clone(), said, a.o.by)
		return ""
	case now != "open" || to == "open" || to == "applied":
		return syncing.Transition
	case to != "released" && to != "discarded", to == "discarded" && text(said["discardReason"]) == "":
		return syncing.Invalid
	}
	n, _ := strconv.ParseUint(held.value(t, "n"), 10, 64)
	replica, err := syncing.ParseUUID(text(held.value(t, "replica")))
	if err != nil {
		panic(err)
	}
	at := name{syncing.ReplicaID{UUID: replica}, n}
	if to == "released" {
		if reason := s.release(a, s.r.names[at].kept); reason != "" {
			return reason
		}
	}
	s.oracle.covered[to]++
	s.r.waiting = slices.DeleteFunc(s.r.waiting, func(n name) bool { return n == at })
	a.o.rev = s.writeHeld(a, s.r.docs[a.m.doc].clone(), said, a.o.by)
	return ""
}

// release writes the held patch with the base, replica, n and rights of the person who releases it.
func (s *scribe) release(a *attempt, kept *keptMutation) syncing.Reason {
	if kept.m.skip != "" {
		return kept.m.skip
	}
	m, o := *kept.m, *a.o
	m.n, m.names, m.revs = a.m.n, nil, nil
	return s.apply(&attempt{m: &m, by: a.by, base: a.base, o: &o, continues: a.continues})
}
