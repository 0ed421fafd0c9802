package scenario

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/client"
	"satchel/internal/identity"
	"satchel/internal/notify/smtp"
	"satchel/server"
	syncing "satchel/sync"
)

// column is one of those whom the matrix lets knock at every door.
type column struct {
	name  string
	token string // "": no sign-in at all
	actor *actor // nil for those who have no account of their own in this column
}

// accessWorld is one record with everybody around it, and three others that most of them may not see.
type accessWorld struct {
	*house
	family
	work    *counter
	columns []column
	records map[string]syncing.RecordID // by relation

	spare    identity.Team // of no record, until somebody shares one with it
	target   *actor        // a caregiver whose access others change
	contact  uuid.UUID
	blob     string
	visit    syncing.DocID // everybody with the schedule sees it
	private  syncing.DocID // an assessment with a sensitive answer
	row      queueRow
	task     workLine
	activity syncing.DocID
	ordered  syncing.DocID // an order that a place without an account does
	plan     syncing.DocID
	version  syncing.DocID
	concern  string
	reroutes []rerouteLine     // offers of oncology to the practice
	papers   map[string]string // a code and an invitation of another record
	keepers  map[string]*actor // who writes in the records beside, by relation
}

// The relations of an account to what it names.
const (
	relLinked   = "linked"
	relNarrow   = "narrow" // the teams see who the person is, and nothing else
	relUnlinked = "unlinked"
	relErased   = "erased"
	relMissing  = "missing"
)

// newAccessWorld makes everybody, lets an hour pass for those whose time must be over, and signs them all in anew.
func newAccessWorld(t testing.TB) *accessWorld {
	t.Helper()
	work := &counter{}
	h := newHouse(t, work.counts, func(c *server.Config) { // a mail server that is away
		c.Mail = smtp.Options{Host: "127.0.0.1", Port: 1, From: "satchel@hospital.example", Security: smtp.None}
	})
	w := &accessWorld{house: h, family: h.family(), work: work, contact: uuid.New()}
	h.done(h.server.Identity().Seed().Lead(h.ctx, h.oncology.ID, h.oscar.Tokens().Account))
	w.spare = h.team("community", "Valley Community Health", identity.TeamNursing, "Valley nurses")
	h.done(h.olive.put("/v1/records/"+w.record.UUID.String()+"/teams/"+h.nursing.ID.String(), map[string]any{}, nil))
	w.fill()
	w.others()
	w.gather()
	return w
}

// fill writes what there is to be read and acted upon.
func (w *accessWorld) fill() {
	h := w.house
	w.visit = h.notReady(w.record, "Clinic")
	w.private = w.ada.reports(w.record, set{"rel.unsafe": true, "phy.fever": 8, "phy.pain": 8, "phy.nausea": 8, "phy.mouth": 8}, nil)
	w.row = h.olive.rowOf(h.oncology, w.record)
	require.GreaterOrEqual(h.t, len(w.row.Concerns), 4)
	for i, c := range w.row.Concerns[:4] {
		w.concern = c
		if i < 3 {
			h.done(h.olive.act(w.record, "re-route", set{"triage": w.row.Doc, "to": h.primary.ID, "concerns": []string{c}, "reason": "Her practice knows this best"}, nil))
		}
	}
	w.reroutes = h.pia.reroutes(h.primary)
	require.Len(h.t, w.reroutes, 3)
	w.plan = h.plan(w.family, "active-treatment")
	w.activity = h.offer(h.olive, w.family, h.oncology, h.primary, nil)
	h.pia.accepts(w.family, w.activity)
	h.done(h.olive.publishes(w.family, w.plan, 1))
	versions := w.ada.list(w.record, "planVersion")
	require.NotEmpty(h.t, versions)
	w.version = versions[0].ID
	w.activity = h.offer(h.olive, w.family, h.oncology, h.primary, set{"topic": "bp", "title": "Blood pressure"})
	w.ordered = h.orders(w.family, h.primary, set{"performerTeam": nil, "performerSite": "Red Mesa Clinic"})

	content := []byte("a synthetic picture")
	sum := sha256.Sum256(content)
	w.blob = hex.EncodeToString(sum[:])
	got := w.knock(http.MethodPut, "/v1/records/"+w.record.UUID.String()+"/blobs/"+w.blob, w.ada.Tokens().AccessToken, content)
	require.Equal(h.t, 200, got.status, string(got.body))
	w.ada.change(w.record, changeOf(w.ada, newDoc("message"), set{"thread": newDoc("message").ID(), "body": "see the file"}, "attachments",
		map[string]any{"name": "scan.png", "sha256": w.blob, "size": len(content), "type": "image/png"}))
	h.done(w.ada.sync(w.record))
}

// others makes the three records beside it.
func (w *accessWorld) others() {
	h := w.house
	distant := h.team("practice", "Distant Practice", identity.TeamPrimary, "Distant nurses")
	fern := h.hire(identity.KindClinician, "fern", distant)
	w.records = map[string]syncing.RecordID{relLinked: w.record, relNarrow: h.admit("Bea Example"), relErased: h.admit("Cleo Example")}
	var made struct {
		Record syncing.RecordID `json:"record"`
	}
	h.done(fern.post("/v1/records", map[string]any{"person": map[string]any{"name": "Dan Example", "birthDate": birthday}, "teams": []any{distant.ID}}, &made))
	w.records[relUnlinked] = made.Record
	w.records[relMissing] = syncing.RecordID{UUID: syncing.UUID(uuid.New())}
	bea := h.enrol(w.records[relNarrow], identity.KindPatient, "bea")
	w.keepers = map[string]*actor{relNarrow: bea, relUnlinked: fern}
	bea.reports(w.records[relNarrow], set{"phy.fever": 8}, nil)
	for _, team := range []identity.Team{h.oncology, h.primary, h.navigation} {
		h.done(bea.put("/v1/records/"+w.records[relNarrow].UUID.String()+"/teams/"+team.ID.String(), map[string]any{"categories": []string{"person"}}, nil))
	}
	w.papers = map[string]string{}
	for _, kind := range []string{"codes", "invitations"} {
		var paper struct {
			ID string `json:"id"`
		}
		h.done(bea.post("/v1/records/"+w.records[relNarrow].UUID.String()+"/"+kind, w.bodies("")["POST /v1/records/{record}/"+kind], &paper))
		w.papers[kind] = paper.ID
	}
	h.done(h.server.Erase(h.ctx, w.records[relErased]))
}

// gather brings the columns together. Nobody is here twice.
func (w *accessWorld) gather() {
	h := w.house
	record := w.record
	cara := h.enrol(record, identity.KindCaregiver, "cara")
	everything := []string{
		"person", "team", "schedule", "plan", "results", "assessments", "concerns.physical", "concerns.practical", "concerns.emotional",
		"messages", "medication", "triage",
	}
	h.done(w.ada.put(caregiverPath(record, cara), map[string]any{"categories": everything}, nil))
	pending := h.invited(h.olive, record, "penny", nil)
	w.target = h.enrol(record, identity.KindCaregiver, "tess")
	gone := h.enrol(record, identity.KindCaregiver, "greg")
	h.done(w.ada.remove(caregiverPath(record, gone)))
	over := h.invited(w.ada, record, "oona", set{"expires": h.clock.Now().Add(30 * time.Minute).UnixMilli()})
	h.done(w.ada.confirms(record, over))

	lara := h.hire(identity.KindClinician, "lara", h.oncology)
	h.done(h.server.Identity().EndMember(h.ctx, syncing.Principal{Account: h.amos.Tokens().Account}, h.oncology.ID, lara.Tokens().Account))
	outside := h.redeem(h.olive.invites(record, identity.TeamSpecialist, "Dr Weber"), weber)
	h.done(outside.write(record, careTeam(outside.team()), set{"status": "active"}))
	gus, gwen := h.hire(identity.KindClinician, "gus", h.elsewhere), h.hire(identity.KindClinician, "gwen", h.elsewhere)
	_, err := gwen.breaksGlass(client.NewRequestID(), set{"record": record})
	h.done(err)
	office, err := h.server.Identity().Seed().Staff(h.ctx, identity.Staff{
		Kind: identity.KindAdministrator, Name: "Synthetic ozzie", SignInName: "ozzie", Password: passphrase, Organisation: h.oncology.Organisation,
	})
	h.done(err)
	ozzie := h.device("ozzie")
	_, err = ozzie.SignIn(h.ctx, "ozzie", passphrase, "desk")
	h.done(err)
	require.Equal(h.t, office, ozzie.Tokens().Account)

	stale := h.olive.Tokens().AccessToken
	h.later(61 * time.Minute)
	_, err = gus.breaksGlass(client.NewRequestID(), set{"record": record})
	h.done(err)
	w.task = h.olive.work(h.oncology, "review")[0]
	lost := w.signedIn(h.olive)
	answer := w.knock(http.MethodPost, "/v1/sign-out", lost, nil)
	require.Equal(h.t, 204, answer.status)

	w.columns = []column{{name: "anonymous"}, {name: "expired-token", token: stale}, {name: "revoked-device", token: lost}}
	for _, c := range []column{
		{name: "patient", actor: w.ada},
		{name: "caregiver", actor: cara},
		{name: "caregiver-limited", actor: w.carla},
		{name: "caregiver-pending", actor: pending},
		{name: "caregiver-expired", actor: over},
		{name: "caregiver-revoked", actor: gone},
		{name: "oncology", actor: h.olive},
		{name: "oncology-lead", actor: h.oscar},
		{name: "primary", actor: h.pia},
		{name: "other-team", actor: h.otto},
		{name: "left-the-team", actor: lara},
		{name: "navigator", actor: h.nils},
		{name: "nursing", actor: h.dora},
		{name: "external", actor: outside},
		{name: "emergency", actor: gus},
		{name: "emergency-over", actor: gwen},
		{name: "administrator", actor: h.amos},
		{name: "organisation-administrator", actor: ozzie},
	} {
		c.token = w.signedIn(c.actor)
		w.columns = append(w.columns, c)
	}
}

// signedIn is the access token of a new device of the actor's account.
func (w *accessWorld) signedIn(a *actor) string {
	w.t.Helper()
	tokens, err := w.server.Identity().Seed().SignIn(w.ctx, a.Tokens().Account, identity.DeviceFacts{Kind: "web", Name: "desk"})
	w.done(err)
	return tokens.Access
}

// knocked is an answer as it came.
type knocked struct {
	status int
	header http.Header
	body   []byte
	work   string // what the store was asked for, and what was hashed
}

// knock sends one request by hand: no client of ours mends, repeats or signs in again. Body: nil, bytes as they are, or as JSON.
func (w *accessWorld) knock(method, path, token string, body any, headers ...string) knocked {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, 30*time.Second)
	defer cancel()
	var content io.Reader
	kind := "application/json"
	switch b := body.(type) {
	case nil:
		kind = ""
	case []byte:
		content, kind = bytes.NewReader(b), "application/octet-stream"
	default:
		text, err := json.Marshal(b)
		w.done(err)
		content = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, method, w.base+path, content)
	w.done(err)
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	req.Header.Set("Idempotency-Key", uuid.NewString())
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	w.work.taken()
	answer, err := http.DefaultClient.Do(req)
	w.done(err)
	defer answer.Body.Close()
	k := knocked{status: answer.StatusCode, header: answer.Header}
	k.header.Del("Date")
	if answer.Header.Get("Content-Type") == "text/event-stream" {
		return k // it does not end by itself
	}
	k.body, err = io.ReadAll(answer.Body)
	w.done(err)
	k.work = w.work.taken()
	return k
}

// contactOf is the id of a contact that a team's page names.
func (w *accessWorld) contactOf(team identity.Team) string {
	w.t.Helper()
	page, err := w.server.Identity().Page(besideRequests(w.ctx), team.ID)
	w.done(err)
	require.NotEmpty(w.t, page.Contacts)
	return page.Contacts[0].ID.String()
}
