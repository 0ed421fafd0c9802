package scenario

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/client"
	"satchel/internal/care"
	syncing "satchel/sync"
)

// fieldSpec is a field of a document type, as the server says it to whoever asks.
type fieldSpec struct {
	Kind, Of        string
	Codes           []string
	Moves           map[string][]string
	Required, Write bool
}

type typeSpec struct {
	Create bool
	Fields map[string]fieldSpec
}

// takesText says whether somebody may write words into the field.
func (f fieldSpec) takesText() bool {
	return f.Write && (f.Kind == "text" || f.Kind == "set" && f.Of == "text")
}

// everything is a record with documents of every type that its people may write, and words in every field that takes a text.
type everything struct {
	*house
	family
	words  func() string
	docs   map[string]syncing.DocID // one of each type
	filled map[string]bool          // type.field that holds words
	open   map[string]error         // type.field that takes words and holds none, with what the server said last
	why    map[string]error         // why there is none of a type
}

// fillsEverything lets everybody write whatever they may. The schema says what there is, so that a field that somebody adds is filled, too.
func (h *house) fillsEverything(f family, words func() string) *everything {
	h.t.Helper()
	e := &everything{h, f, words, map[string]syncing.DocID{}, map[string]bool{}, map[string]error{}, map[string]error{}}
	e.begins()
	for range 2 { // some types are about others
		for _, by := range []*actor{h.olive, h.pia, h.nils, f.ada, f.carla} {
			var schema struct{ Types map[string]typeSpec }
			h.done(by.get("/v1/schema?record="+f.record.UUID.String(), &schema))
			for _, kind := range slices.Sorted(maps.Keys(schema.Types)) {
				e.fill(by, kind, schema.Types[kind])
			}
		}
		h.follow()
	}
	e.quarrels()
	return e
}

// quarrels lets the person and the caregiver write the same fields, before either hears of the other: one value has a sibling, one write is held.
func (e *everything) quarrels() {
	for _, a := range []*actor{e.ada, e.carla} {
		e.done(a.sync(e.record))
		a.note(e.record, e.docs["appointment"], set{"patientNote": e.words()})
		a.note(e.record, e.docs["appointment"], set{"companion": e.words()})
	}
	for _, a := range []*actor{e.ada, e.carla, e.ada} {
		e.done(a.sync(e.record))
	}
	require.NotEmpty(e.t, e.ada.db.Conflicts(e.record))
}

// begins makes what the server makes out of what people say: rows, concerns, something to do.
func (e *everything) begins() {
	h := e.house
	h.done(e.ada.put(caregiverPath(e.record, e.carla), set{"categories": allButSensitive}, nil))
	said := e.ada.reports(e.record, set{"phy.pain": 8, "emo.worry": 7, "day.travel": 6}, set{"note": e.words(), "itemNote.phy.pain": e.words()})
	e.docs["concern"] = care.ConcernID(said, "phy.pain")
	row := h.olive.queue(h.oncology)[0].Doc
	e.docs["triage"] = row
	h.done(h.olive.act(e.record, "re-route", set{"triage": row, "to": h.primary.ID, "concerns": []syncing.DocID{e.docs["concern"]}, "reason": e.words()}, nil))
	e.docs["reroute"] = h.olive.shift().list(e.record, "reroute")[0].ID
	e.docs["carePlan"], e.docs["labOrder"] = h.plan(e.family, "active-treatment"), h.orders(e.family, h.primary, nil)
	e.docs["person"], e.docs["clinicalContext"], e.docs["careTeam"] = care.PersonID(e.record), clinicalContext(e.record), careTeam(h.oncology)
	if tasks := h.olive.shift().list(e.record, "task"); len(tasks) > 0 {
		e.docs["task"] = tasks[0].ID
	}
}

func (e *everything) fill(by *actor, kind string, spec typeSpec) {
	doc, there := e.docs[kind]
	if !there && spec.Create {
		doc, there = e.create(by, kind, spec)
	}
	for name, field := range spec.Fields {
		if !field.takesText() || e.filled[kind+"."+name] {
			continue
		}
		var err error
		if there {
			err = e.put(by, doc, map[string]fieldSpec{name: field}, nil)
		}
		if there && err == nil {
			e.filled[kind+"."+name] = true
			delete(e.open, kind+"."+name)
		} else {
			e.open[kind+"."+name] = errors.Join(err, e.why[kind])
		}
	}
}

// create makes a document of what it must have, with words in all that takes some, or as many as the server takes.
func (e *everything) create(by *actor, kind string, spec typeSpec) (doc syncing.DocID, made bool) {
	doc = newDoc(kind)
	if kind == "virtualService" {
		doc = care.VirtualServiceID(e.docs["appointment"])
	}
	must, may := map[string]fieldSpec{}, map[string]fieldSpec{}
	for name, field := range spec.Fields {
		if field.Write && field.Required {
			must[name] = field
		}
		if field.Write && field.Required || field.takesText() {
			may[name] = field
		}
	}
	for _, fields := range []map[string]fieldSpec{may, must} {
		err := e.put(by, doc, fields, e.needs(by, kind))
		if err == nil {
			e.docs[kind] = doc
			for name, field := range fields {
				e.filled[kind+"."+name] = field.takesText()
				delete(e.open, kind+"."+name)
			}
			return doc, true
		}
		e.why[kind] = fmt.Errorf("%s: %w", by.name, err)
	}
	return doc, false
}

// put writes values of the fields' kinds, and what else is to be so.
func (e *everything) put(by *actor, doc syncing.DocID, fields map[string]fieldSpec, more set) error {
	sets, adds := set{}, set{}
	for name, field := range fields {
		switch name {
		case "routeNote.*":
			name = "routeNote." + by.team().ID.String()
		default:
			name = strings.Replace(name, "*", "phy.pain", 1)
		}
		if field.Kind == "set" {
			adds[name] = []any{e.value(by, fieldSpec{Kind: field.Of, Codes: field.Codes})}
		} else {
			sets[name] = e.value(by, field)
		}
	}
	maps.Copy(sets, more)
	body := set{"doc": doc, "set": sets}
	if len(adds) > 0 {
		body["add"] = adds
	}
	return by.Act(e.ctx, "/v1/records/"+e.record.UUID.String()+"/actions/write", client.NewRequestID(), body, nil)
}

// needs is what a type demands beyond values of the right kind.
func (e *everything) needs(by *actor, kind string) set {
	switch kind {
	case "activity":
		return set{"accountableTeam": e.value(by, fieldSpec{Kind: "reference"}), "status": "accepted"}
	case "caseNote":
		return set{"regimen": string(e.docs["regimen"])}
	case "correction":
		return set{"about": string(e.docs["labOrder"])}
	case "expectedFinding":
		return set{"code": "cbc.wbc", "unit": "10*9/L", "low": "10", "high": "60"}
	case "result":
		return set{"code": "ct", "source": "clinician-entry"}
	case "resultAck":
		return set{"result": string(e.docs["result"])}
	case "reroute":
		return set{"row": string(e.docs["triage"]), "to": e.primary.ID.String()}
	case "reminderReply":
		return set{"focus": string(e.docs["labOrder"]), "what": "done", "reminder": newDoc("x").ID()}
	case "recurrenceReport":
		return set{"protocol": string(e.docs["followUpProtocol"])}
	case "phaseTransition":
		return set{"plan": string(e.docs["carePlan"]), "to": "follow-up", "toTeam": e.primary.ID.String()}
	case "virtualService":
		return set{"appointment": string(e.docs["appointment"]), "address": "https://meet.example.org/1", "for": "oncology"}
	}
	return nil
}

func (e *everything) value(by *actor, f fieldSpec) any {
	switch f.Kind {
	case "text":
		return e.words()
	case "code":
		switch {
		case len(f.Moves[""]) > 0:
			return f.Moves[""][0]
		case by == e.carla && slices.Contains(f.Codes, "caregiver"):
			return "caregiver"
		case len(f.Codes) > 0:
			return f.Codes[0]
		}
		return "Europe/London"
	case "bool":
		return true
	case "decimal":
		return "3.1"
	case "date":
		return e.clock.Now().Format(time.DateOnly)
	case "civilTime":
		return e.clock.Now().Add(48 * time.Hour).Format("2006-01-02T15:04")
	case "instant":
		return e.clock.Now().UnixMilli()
	case "reference":
		return map[*actor]string{e.olive: e.oncology.ID.String(), e.pia: e.primary.ID.String(), e.nils: e.navigation.ID.String()}[by]
	}
	return 3
}
