package care

import (
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	syncing "satchel/sync"
)

const rerouteName = "reroute"

// RerouteType is the document type of offers to another team to take concerns over.
const RerouteType = rerouteName

// rerouteConcernsMax is how many concerns one offer names.
const rerouteConcernsMax = 50

// rerouteType is an offer to another team to take over concerns that wait for one's own (FHIR Task). Until the other team accepts,
// nothing changes: the team that offers stays responsible, and its clock runs (hazard H22).
func rerouteType() *syncing.Type {
	fixed := func(name string, kind syncing.Kind, doc string, more ...option) syncing.FieldSpec {
		return field(name, kind, syncing.CAS, staff, doc, more...)
	}
	return &syncing.Type{
		Name: rerouteName, Category: CategoryTriage, Creators: staff,
		Doc: "An offer to another team to take over concerns. Until it is accepted the team that made it stays responsible.",
		Fields: []syncing.FieldSpec{
			fixed("row", syncing.Reference, "the row in which they wait", required),
			fixed("from", syncing.Reference, "id of the team that offers", required),
			fixed("to", syncing.Reference, "id of the team that is asked", required),
			fixed("reason", syncing.Text, "why, in plain words", required, upTo(noteMax)),
			fixed("private", syncing.Bool, "they wait in the row of what is sensitive"),
			field("concerns", syncing.Reference, syncing.Set, staff, "what it is about; given when it is made", required),
			field("status", syncing.Code, syncing.FSM, staff, "FHIR task status; withdrawn by the team that offered, or because nothing is left of it", required,
				moves(first("requested"), from("requested", "accepted", "rejected", "withdrawn"), from("accepted"), from("rejected"), from("withdrawn"))),
			field("answer", syncing.Text, syncing.CAS, staff, "what the team that was asked says; why, if it cannot", upTo(noteMax)),
			field("offeredAt", syncing.Instant, syncing.LWW, nobody, "since when"),
		},
		Categorise: func(s syncing.Snapshot) string {
			if private, _ := s.Bool("private"); private {
				return CategorySensitive
			}
			return CategoryTriage
		},
		Allow:  allowReroute,
		Derive: deriveReroute,
		Index:  indexReroute,
	}
}

func allowReroute(c syncing.Change) *syncing.Refusal {
	switch {
	case bySystem(c):
		return nil
	case !c.Before.Exists():
		return allowReroutingTo(c)
	case wroteAny(c, "row", "from", "to", "reason", "private", "concerns"):
		return refuse(syncing.Invalid, "An offer stays as it was made. Withdraw it, and make another.")
	case c.Before.Text("status") != "requested" && c.Wrote("answer"):
		return refuse(syncing.Transition, "This was answered already.")
	}
	switch status := c.After.Text("status"); {
	case status == "withdrawn" && !actsForTeam(c, c.Before.Text("from")):
		return refuse(syncing.Forbidden, "Only the team that offered this can withdraw it.")
	case status != "withdrawn" && !actsForTeam(c, c.Before.Text("to")):
		return refuse(syncing.Forbidden, "Only the team that was asked can answer.")
	case status == "rejected" && c.After.Text("answer") == "":
		return refuse(syncing.Invalid, "Please say why your team cannot take this over.")
	}
	return nil
}

func allowReroutingTo(c syncing.Change) *syncing.Refusal {
	from, to := c.After.Text("from"), c.After.Text("to")
	private, _ := c.After.Bool("private")
	_, err := syncing.ParseUUID(to)
	switch {
	case !actsForTeam(c, from):
		return refuse(syncing.Forbidden, "Only members of the team whose queue this is can do that.")
	case err != nil || from == to:
		return refuse(syncing.Invalid, "Name another team of this person.")
	case c.After.Text("row") != string(TriageID(c.Record, from, private)):
		return refuse(syncing.Invalid, "This is not the row of your team, or what waits in it is for your team alone.")
	case c.After.Text("status") != "requested":
		return refuse(syncing.Transition, "The other team has to be asked first.")
	case c.After.Text("reason") == "":
		return refuse(syncing.Invalid, "Please say why the other team should take this over.")
	case len(c.After.Texts("concerns")) > rerouteConcernsMax:
		return refuse(syncing.TooLarge, "An offer names up to 50 concerns.")
	}
	return nil
}

// deriveReroute tells each step in the concerns, and moves them when the other team accepts.
func deriveReroute(c syncing.Change, r syncing.Reader) ([]syncing.Patch, error) {
	before, after := c.Before.Text("status"), c.After.Text("status")
	if bySystem(c) || before == after {
		return nil, nil
	}
	from, to := c.After.Text("from"), c.After.Text("to")
	told := map[string]Step{
		"requested": {Team: from, To: to, What: stepOffered, Note: c.After.Text("reason")},
		"accepted":  {Team: to, To: from, What: stepAccepted, Note: c.After.Text("answer")},
		"rejected":  {Team: to, To: from, What: stepDeclined, Note: c.After.Text("answer")},
		"withdrawn": {Team: from, To: to, What: stepWithdrawn},
	}[after]
	told.At, told.By, told.Name = c.Effective, c.By.Account().String(), c.By.Name()
	v := &moving{c: c, r: r, from: from, to: to, told: told}
	if len(c.After.Texts("concerns")) > 1 {
		v.told.Note = "" // it may speak of several concerns, and not everybody sees all of them
	}
	own := newDraft(c.After.ID(), c.After)
	if after == "requested" {
		own.once("offeredAt", c.Effective)
	}
	v.drafts = append(v.drafts, own)
	var err error
	if after == "accepted" {
		err = v.move()
	} else {
		err = v.tell()
	}
	return patches(v.drafts...), err
}

// moving is what follows from an answer: the drafts of concerns, of both rows, and of other offers that nothing is left of.
type moving struct {
	c        syncing.Change
	r        syncing.Reader
	from, to string
	told     Step
	drafts   []*draft
}

// concerns reads what the offer is about, as far as it still waits for the team that offered.
func (v *moving) concerns() (list []syncing.Snapshot, err error) {
	for _, id := range v.c.After.Texts("concerns") {
		concern, err := v.r.Document(syncing.DocID(id))
		if err != nil {
			return nil, err
		}
		if concern.ID().Type() == concernName && concern.Exists() && slices.Contains(concern.Texts("routes"), v.from) &&
			concern.Text(routeStatusPrefix+v.from) != "closed" {
			list = append(list, concern)
		}
	}
	return list, nil
}

func (v *moving) tell() error {
	list, err := v.concerns()
	for _, concern := range list {
		d := newDraft(concern.ID(), concern)
		d.step(v.told)
		v.drafts = append(v.drafts, d)
	}
	return err
}

// move gives the concerns to the team that accepts: from now on it is the one that acts on them.
func (v *moving) move() error {
	list, err := v.concerns()
	if err != nil {
		return err
	}
	moved := map[string]syncing.Snapshot{}
	for _, concern := range list {
		moved[string(concern.ID())] = concern
		d := newDraft(concern.ID(), concern)
		d.step(v.told)
		d.add("routes", []string{v.to})
		d.removeValues("routes", syncing.TextValue(v.from))
		d.text(routeStatusPrefix+v.from, "closed")
		d.text(routeOutcomePrefix+v.from, outcomeRerouted)
		d.text(routeToPrefix+v.from, v.to)
		if status := concern.Text(routeStatusPrefix + v.to); status == "" || status == "closed" {
			d.text(routeStatusPrefix+v.to, "new")
			d.clear(routeToPrefix + v.to) // it comes back
		}
		v.drafts = append(v.drafts, d)
	}
	if err := v.moveRows(moved); err != nil {
		return err
	}
	others, err := withdrawOffers(v.r, v.c.After.ID(), v.c.After.Text("row"), func(id string) bool { return moved[id].Exists() })
	v.drafts = append(v.drafts, others...)
	return err
}

// moveRows takes the concerns out of the row of the one team and puts them into that of the other, with the promise that was
// made to the person: the clock does not begin anew.
func (v *moving) moveRows(moved map[string]syncing.Snapshot) error {
	row, err := v.r.Document(syncing.DocID(v.c.After.Text("row")))
	if err != nil {
		return err
	}
	private, _ := v.c.After.Bool("private")
	part := partOf(private, "")
	d := newDraft(row.ID(), row)
	left := 0
	for i, e := range waitingIn(row) {
		going := slices.DeleteFunc(slices.Clone(e.Concerns), func(id string) bool { return !moved[id].Exists() })
		if len(going) == 0 {
			left++
			continue
		}
		stays, err := v.stays(row.Elems("waiting")[i], e, going, d)
		if err != nil {
			return err
		}
		if stays {
			left++
		}
		goes := e
		goes.Concerns, goes.Elsewhere, goes.ReceivedAt = going, 0, v.c.Now
		goes.Level = 0
		for _, id := range going {
			goes.Level = max(goes.Level, levelThatStands(moved[id]))
		}
		other, err := rowDraftOf(v.c.Record, v.r, rowReport{team: v.to, part: part, waiting: goes})
		if err != nil {
			return err
		}
		v.drafts = append(v.drafts, other)
	}
	d.step(v.told)
	if left == 0 && row.Text("status") != "closed" {
		d.endRow(outcomeRerouted)
	}
	v.drafts = append(v.drafts, d)
	return nil
}

// stays replaces a report by what is left of it for the team that offered; false if nothing is.
func (v *moving) stays(elem jsontext.Value, e waiting, going []string, row *draft) (bool, error) {
	row.removeValues("waiting", elem)
	e.Concerns = without(e.Concerns, going)
	if len(e.Concerns) == 0 {
		return false, nil
	}
	e.Level = 0
	for _, id := range e.Concerns {
		concern, err := v.r.Document(syncing.DocID(id))
		if err != nil {
			return false, err
		}
		if slices.Contains(concern.Texts("routes"), v.from) {
			e.Level = max(e.Level, levelThatStands(concern))
		}
	}
	value, err := e.value()
	row.addValues("waiting", value)
	return true, err
}

// withdrawOffers takes back the open offers of a row of which something has gone another way.
func withdrawOffers(r syncing.Reader, but syncing.DocID, row string, gone func(concern string) bool) ([]*draft, error) {
	offers, err := r.Documents(rerouteName)
	if err != nil {
		return nil, err
	}
	var drafts []*draft
	for _, offer := range offers {
		if offer.ID() == but || offer.Text("status") != "requested" || offer.Text("row") != row || !slices.ContainsFunc(offer.Texts("concerns"), gone) {
			continue
		}
		d := newDraft(offer.ID(), offer)
		d.text("status", "withdrawn")
		drafts = append(drafts, d)
	}
	return drafts, nil
}

// followed are the teams that act now, where another has taken the place of one: what the person adds to a report goes to those
// who have it.
func followed(teams []string, concern syncing.Snapshot) []string {
	var list []string
	for _, team := range teams {
		for range len(teams) + len(concern.Fields(routeToPrefix)) {
			next := concern.Text(routeToPrefix + team)
			if next == "" {
				break
			}
			team = next
		}
		list = append(list, team)
	}
	return union(list, nil)
}

// RerouteIndex holds the open offers of every team: what it has offered, and what it is asked.
const RerouteIndex = "reroute"

// RerouteRange gives the bounds of a team's open offers in RerouteIndex: from <= key < to.
func RerouteRange(team syncing.TeamID) (from, to []byte) { return QueueRange(team) }

func indexReroute(record syncing.RecordID, s syncing.Snapshot) []syncing.IndexKey {
	if s.Text("status") != "requested" {
		return nil
	}
	at, _ := s.Int("offeredAt")
	var keys []syncing.IndexKey
	for _, side := range []string{"from", "to"} {
		if team, err := syncing.ParseUUID(s.Text(side)); err == nil {
			key := slices.Concat(team[:], keyOfTime(at), record.UUID[:], []byte(s.ID()))
			keys = append(keys, syncing.IndexKey{Index: RerouteIndex, Key: key, Value: []byte(s.ID())})
		}
	}
	return keys
}

// ReroutePatch offers concerns of a row to another team.
func ReroutePatch(offer syncing.DocID, row syncing.Snapshot, to syncing.TeamID, concerns []string, reason string) syncing.Patch {
	d := newDraft(offer, syncing.Snapshot{})
	d.text("row", string(row.ID()))
	d.text("from", row.Text("team"))
	d.text("to", to.String())
	d.text("reason", reason)
	d.text("status", "requested")
	if private, _ := row.Bool("private"); private {
		d.truth("private", true)
	}
	d.add("concerns", concerns)
	return d.patch
}

// RerouteAnswer answers an offer: "accepted", "rejected" or "withdrawn".
func RerouteAnswer(offer syncing.DocID, status, answer string) syncing.Patch {
	d := newDraft(offer, syncing.Snapshot{})
	d.text("status", status)
	if answer != "" {
		d.text("answer", answer)
	}
	return d.patch
}
