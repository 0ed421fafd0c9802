package ward

import (
	"context"
	"fmt"

	"satchel/internal/fault"
	"satchel/internal/identity"
	syncing "satchel/sync"
)

// auditor reads everything of every record, so that the oracle knows what is there; no service gives such a scope.
var auditor = syncing.AccountID{UUID: syncing.DerivedUUID("auditor")}

// access is identity, but for the auditor and for planted faults.
type access struct {
	*identity.Service
	w *world
}

func (a access) Scope(tx syncing.ReadTx, who syncing.Principal) (syncing.Scope, error) {
	if who.Account == auditor {
		return syncing.NewScope(syncing.Grant{Account: auditor, Categories: everyCategory(), Owner: true, Active: true, Known: true}), nil
	}
	from := a.Service
	if a.w.behind != nil && len(who.Teams) == 0 {
		from = a.w.behind
	}
	scope, err := from.Scope(tx, who)
	if tamper := a.w.opts.Faults.Scope; tamper != nil && err == nil {
		scope = tamper(tx.Record(), who, scope)
	}
	return scope, err
}

// ledger is the second place: what ended, outside of the store and of its backups.
type ledger world

func (l *ledger) Append(_ context.Context, r identity.Revocation) error {
	l.ended = append(l.ended, r)
	return nil
}

// session is what a device holds of its sign-in.
type session struct {
	tokens identity.Tokens
	asked  int
}

// speak says as whom a phone speaks now: by its token, by a fresh one, or signed in anew. ok is false for an account that may not.
func (w *world) speak(ph *phone) (who syncing.Principal, ok bool) {
	for range 3 {
		if ph.session.tokens.Access == "" {
			tokens, err := w.identity.Seed().SignIn(w.ctx, ph.owner.account, identity.DeviceFacts{Kind: "android", Name: ph.name})
			if err != nil {
				return syncing.Principal{}, false
			}
			w.note("signed in")
			ph.session.tokens = tokens
		}
		said, err := w.identity.Authenticate(w.ctx, ph.session.tokens.Access)
		if err == nil {
			w.oracle.spoke(ph.owner.account, said.Account, said.Device, said.Expires, w.serverNow())
			return said.Principal, true
		}
		if fault.CodeOf(err) != fault.Unauthenticated {
			w.broken("d: a token is answered with %v", err)
		}
		if !w.refresh(ph) {
			ph.session.tokens.Access = ""
		}
	}
	return syncing.Principal{}, false
}

// refresh asks for new tokens; at times the answer is lost, and the phone asks again.
func (w *world) refresh(ph *phone) bool {
	ph.session.asked++
	ask := identity.Refreshing{Token: ph.session.tokens.Refresh, RequestID: fmt.Sprintf("refresh %s %d %d %s", ph.name, w.step, ph.session.asked, ph.db.ID())}
	tokens, err := w.identity.Refresh(w.ctx, ask)
	if err == nil && w.chance(20) {
		tokens, err = w.identity.Refresh(w.ctx, ask)
	}
	if err != nil {
		return false
	}
	w.note("refreshed")
	ph.session.tokens = tokens
	return true
}
