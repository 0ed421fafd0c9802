package load

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"satchel/cmd/satchel/client"
	"satchel/internal/fault"
	"satchel/internal/identity"
	"satchel/server"
	syncing "satchel/sync"
)

const (
	// enrolling is how many people are enrolled at once: codes are taken from a budget for those who guess, and what succeeds is given back.
	enrolling = 8
	bornAll   = "1961-05-24" // everybody's birth date
)

// sign is how a member of a care team signs in.
type sign struct{ name, password string }

// installed is an empty installation with one care team and a nurse.
type installed struct {
	sign
	team  identity.Team
	nurse syncing.AccountID
}

// install makes one.
func install(ctx context.Context, config server.Config) (installed, error) {
	made := installed{sign: sign{"nurse", "load-" + rand.Text()[:16]}}
	if err := server.Init(ctx, config, nil); err != nil {
		return made, err
	}
	s, err := server.Open(ctx, config)
	if err != nil {
		return made, err
	}
	seed := s.Identity().Seed()
	house, err := seed.Organisation(ctx, "cancer-centre", "Load centre (synthetic)")
	if err == nil {
		if made.team, err = seed.Team(ctx, house.ID, identity.TeamOncology, "Load team (synthetic)"); err == nil {
			staff := identity.Staff{Kind: identity.KindClinician, Name: "Nurse (synthetic)", SignInName: made.name, Password: made.password}
			made.nurse, err = seed.Staff(ctx, staff, made.team.ID)
		}
	}
	if closed := s.Close(); err == nil {
		err = closed
	}
	return made, err
}

// desk is where the nurse makes records and codes.
type desk struct {
	*client.Client
	base string
}

// sit signs the nurse in. A server whose rules somebody signed off is refused.
func sit(ctx context.Context, base string, who sign) (*desk, error) {
	d := &desk{client.New(base, client.Tokens{}), base}
	d.HTTP = &http.Client{Timeout: answerTime, Transport: &http.Transport{MaxIdleConnsPerHost: enrolling}}
	welcome, err := d.SignIn(ctx, who.name, who.password, "satchel load")
	if err == nil && !welcome.RulesDrafts {
		err = fault.New(fault.Refused, "load.sit", "The rules of this server are signed off, so people in care may be served by it. Load is put only on an installation whose rules are drafts; what it makes there stays.")
	}
	return d, err
}

// admit begins so many records and enrols the phones of each.
func (d *desk) admit(ctx context.Context, records int) ([]*home, error) {
	homes := make([]*home, records)
	var group sync.WaitGroup
	var first firstError
	next := make(chan int)
	for range min(enrolling, records) {
		group.Go(func() {
			for i := range next {
				h, err := d.home(ctx, i)
				first.keep(err)
				homes[i] = h
			}
		})
	}
	for i := range records {
		if first.get() != nil || ctx.Err() != nil {
			break
		}
		next <- i
	}
	close(next)
	group.Wait()
	if err := first.get(); err != nil {
		return nil, fault.Wrap(err, fault.Internal, "load.admit", "The people and their phones could not be made. "+fault.TextOf(err))
	}
	return homes, ctx.Err()
}

// home begins one record, with two phones of the person.
func (d *desk) home(ctx context.Context, i int) (*home, error) {
	var made struct {
		Record syncing.RecordID `json:"record"`
	}
	body := map[string]any{"person": map[string]jsontext.Value{
		"name": syncing.TextValue(fmt.Sprintf("Person %d (synthetic)", i)), "birthDate": syncing.TextValue(bornAll), "status": syncing.TextValue("active"),
	}}
	if err := d.Act(ctx, "/v1/records", client.NewRequestID(), body, &made); err != nil {
		return nil, err
	}
	h := &home{record: made.Record, acknowledged: map[syncing.DocID]string{}}
	for p := range h.phones {
		c, err := d.enrol(ctx, made.Record)
		if err != nil {
			return nil, err
		}
		if h.phones[p], err = newPhone(c, made.Record); err != nil {
			return nil, err
		}
	}
	return h, nil
}

// enrol signs a phone in with a code of its own.
func (d *desk) enrol(ctx context.Context, record syncing.RecordID) (*client.Client, error) {
	var made struct {
		Code string `json:"code"`
	}
	body := map[string]any{"kind": identity.KindPatient, "birthDate": bornAll}
	if err := d.Do(ctx, http.MethodPost, fmt.Sprintf("/v1/records/%s/codes", record.UUID), body, &made); err != nil {
		return nil, err
	}
	c := client.New(d.base, client.Tokens{})
	c.HTTP = d.HTTP
	_, err := c.Enrol(ctx, made.Code, bornAll, client.NewRequestID(), "satchel load")
	return c, err
}

// firstError is the first that several goroutines met.
type firstError struct {
	mu  sync.Mutex
	err error
}

func (f *firstError) keep(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err == nil {
		f.err = err
	}
}

func (f *firstError) get() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.err
}

// now is the wall clock as phones say it.
func now() int64 { return time.Now().UnixMilli() }
