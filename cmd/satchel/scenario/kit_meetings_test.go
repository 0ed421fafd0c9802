package scenario

import (
	"maps"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"satchel/internal/care"
	syncing "satchel/sync"
)

// action is one thing that was agreed at a meeting.
func action(team any, title, due string) set {
	all := set{"team": team, "title": title}
	if due != "" {
		all["dueBy"] = due
	}
	return all
}

// concludes writes what came of a meeting, to those who took part.
func (a *actor) concludes(f family, meeting syncing.DocID, recipients []jsontext.Value, fields set, actions ...set) error {
	a.h.t.Helper()
	all := set{"thread": uuid.NewString(), "topic": "What we agreed", "body": "Synthetic words.", "kind": "outcome", "about": meeting, "actionRequired": true}
	maps.Copy(all, fields)
	add := map[string]any{}
	if len(recipients) > 0 {
		add["recipient"] = recipients
	}
	if len(actions) > 0 {
		add["action"] = actions
	}
	return a.act(f.record, "write", map[string]any{"doc": newDoc("message"), "set": all, "add": add}, nil)
}

// links gives the link of a meeting.
func (a *actor) links(f family, meeting syncing.DocID, address, whom string) error {
	a.h.t.Helper()
	return a.write(f.record, care.VirtualServiceID(meeting), set{"appointment": meeting, "address": address, "for": whom})
}

// link is the link as the device has it; nil if it is not there.
func (a *actor) link(f family, meeting syncing.DocID) any {
	a.h.t.Helper()
	return value(a.sees(f.record, care.VirtualServiceID(meeting)), "address")
}

// agreed is what the phone lists of what is to be done, without a network.
func (s *handset) agreed(record syncing.RecordID) string {
	s.h.t.Helper()
	text, err := s.Agreed(record)
	s.h.done(err)
	return text
}
