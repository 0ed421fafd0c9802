package demo

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"satchel/cmd/satchel/client"
	"satchel/internal/identity"
	"satchel/server"
	syncing "satchel/sync"
)

// world is the synthetic practice and cancer centre.
type world struct {
	server *server.Server
	base   string
	teams  map[string]identity.Team // by role
	desks  map[string]*desk         // by sign-in name
	people []person
	now    time.Time
	company
}

// desk is a member of staff who has signed in.
type desk struct {
	member
	account  syncing.AccountID
	password string
	*client.Client
}

// person is a patient or a caregiver with an account.
type person struct {
	name, role string
	account    syncing.AccountID
	record     syncing.RecordID
}

// build makes everybody and everything, through the API as far as it has a way for it.
func build(ctx context.Context, s *server.Server, base string, now time.Time, who company) (*world, error) {
	w := &world{server: s, base: base, teams: map[string]identity.Team{}, desks: map[string]*desk{}, now: now, company: who}
	if err := w.makeTeams(ctx); err != nil {
		return nil, err
	}
	for _, m := range w.staff {
		if err := w.hire(ctx, m); err != nil {
			return nil, err
		}
	}
	for _, p := range w.patients {
		if err := w.admit(ctx, p); err != nil {
			return nil, fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return w, nil
}

func (w *world) makeTeams(ctx context.Context) error {
	seed := w.server.Identity().Seed()
	for _, t := range w.places {
		organisation, err := seed.Organisation(ctx, t.kind, t.organisation)
		if err != nil {
			return err
		}
		if w.teams[t.role], err = seed.Team(ctx, organisation.ID, t.team, t.name); err != nil {
			return err
		}
		if _, err := seed.Contact(ctx, w.teams[t.role].ID, t.line); err != nil {
			return err
		}
	}
	return nil
}

// kinds of accounts by role.
var kinds = map[string]identity.Kind{
	roleOncology: identity.KindClinician, rolePrimary: identity.KindClinician,
	roleNavigator: identity.KindNavigator, roleAdministrator: identity.KindAdministrator,
}

// hire makes an account with a password of chance, and signs it in through the API.
func (w *world) hire(ctx context.Context, m member) error {
	d := &desk{member: m, password: "demo-" + rand.Text()[:12], Client: client.New(w.base, client.Tokens{})}
	var teams []syncing.TeamID
	if team, works := w.teams[m.role]; works {
		teams = append(teams, team.ID)
	}
	var err error
	d.account, err = w.server.Identity().Seed().Staff(ctx, identity.Staff{Kind: kinds[m.role], Name: m.name, SignInName: m.signIn, Password: d.password, Job: m.job}, teams...)
	if err != nil {
		return err
	}
	if _, err := d.SignIn(ctx, m.signIn, d.password, "demo board"); err != nil {
		return err
	}
	w.desks[m.signIn] = d
	return nil
}

// admit begins a record: the oncology nurse makes it, the teams write the plan, and the person's phone is given a code.
func (w *world) admit(ctx context.Context, p patient) error {
	var made struct {
		Record syncing.RecordID `json:"record"`
	}
	body := map[string]any{
		"person": map[string]jsontext.Value{
			"name": syncing.TextValue(p.name), "birthDate": syncing.TextValue(p.born), "homeZone": syncing.TextValue(w.zone),
			"preferredLanguage": syncing.TextValue("en"), "status": syncing.TextValue("active"),
		},
		"teams": []syncing.TeamID{w.teams[roleOncology].ID, w.teams[rolePrimary].ID, w.teams[roleNavigator].ID},
	}
	if err := w.desks["olive"].Act(ctx, "/v1/records", client.NewRequestID(), body, &made); err != nil {
		return err
	}
	for _, doc := range w.papers(w, made.Record, p) {
		if err := w.desks[doc.by].write(ctx, made.Record, doc.doc, doc.set, doc.add); err != nil {
			return fmt.Errorf("%s: %w", doc.doc, err)
		}
	}
	account, err := w.enrol(ctx, made.Record, identity.KindPatient, p.born)
	if err != nil {
		return err
	}
	w.people = append(w.people, person{p.name, rolePatient, account.Tokens().Account, made.Record})
	if err := write(ctx, account, made.Record, newDoc("goal"), texts("text", p.goal, "lifecycleStatus", "active"), nil); err != nil {
		return err
	}
	if p.caregiver == nil {
		return nil
	}
	helper, err := w.enrol(ctx, made.Record, identity.KindCaregiver, p.caregiver.born)
	if err != nil {
		return err
	}
	if err := confirm(ctx, account, made.Record, helper.Tokens().Account); err != nil {
		return err
	}
	w.people = append(w.people, person{p.caregiver.name, roleCaregiver, helper.Tokens().Account, made.Record})
	return nil
}

// confirm is a person's word that a caregiver who used a code is who they say.
func confirm(ctx context.Context, person *client.Client, record syncing.RecordID, caregiver syncing.AccountID) error {
	return person.Do(ctx, http.MethodPost, fmt.Sprintf("/v1/records/%s/caregivers/%s/confirm", record.UUID, caregiver.UUID), map[string]any{}, nil)
}

// code asks the oncology nurse for an enrolment code.
func (w *world) code(ctx context.Context, record syncing.RecordID, kind identity.Kind, born string) (string, error) {
	var made struct {
		Code string `json:"code"`
	}
	err := w.desks["olive"].Do(ctx, http.MethodPost, fmt.Sprintf("/v1/records/%s/codes", record.UUID), map[string]any{"kind": kind, "birthDate": born}, &made)
	return made.Code, err
}

// enrol signs a device in with a code of its own.
func (w *world) enrol(ctx context.Context, record syncing.RecordID, kind identity.Kind, born string) (*client.Client, error) {
	code, err := w.code(ctx, record, kind, born)
	if err != nil {
		return nil, err
	}
	c := client.New(w.base, client.Tokens{})
	_, err = c.Enrol(ctx, code, born, client.NewRequestID(), "demo phone")
	return c, err
}

func (d *desk) write(ctx context.Context, record syncing.RecordID, doc syncing.DocID, set map[string]jsontext.Value, add map[string][]jsontext.Value) error {
	return write(ctx, d.Client, record, doc, set, add)
}

// write does the action `write`.
func write(ctx context.Context, c *client.Client, record syncing.RecordID, doc syncing.DocID, set map[string]jsontext.Value, add map[string][]jsontext.Value) error {
	body := map[string]any{"doc": doc, "set": set}
	if len(add) > 0 {
		body["add"] = add
	}
	return c.Act(ctx, fmt.Sprintf("/v1/records/%s/actions/write", record.UUID), client.NewRequestID(), body, nil)
}

// of finds a person by name.
func (w *world) of(name string) person {
	for _, p := range w.people {
		if p.name == name {
			return p
		}
	}
	return person{}
}
