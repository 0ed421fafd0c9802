package demo

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"satchel/internal/identity"
	"satchel/server"
	syncing "satchel/sync"
	"satchel/sync/replica"
)

// labs is the story of the tests that nobody loses: of one person's blood counts, twice a week, far from the cancer centre (LABS 5.5,
// worked example). Its weeks are played in seconds, on a server of its own whose clock is moved; everybody speaks to it over HTTP.
type labs struct {
	*teller
	*world
	clock  *movedClock
	home   string                      // where the phones' folders lie
	boards map[string]*replica.Replica // what the boards of the staff hold, by sign-in name
	record syncing.RecordID
	nora   *handset // the person
	dana   *handset // her daughter
	order  syncing.DocID
	note   syncing.DocID // the expected finding
	first  syncing.DocID // the result that was expected
}

// movedClock is the time of the server and of the phones. It passes when the story says so, and by a millisecond at each look, so that
// no two things happen at once.
type movedClock struct {
	mu  sync.Mutex
	now time.Time
}

// Now is what the clock says.
func (c *movedClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(time.Millisecond)
	return c.now
}

func (c *movedClock) set(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = now
}

// Labs plays the story in a folder that is removed by whoever made it, and tells it to out. It gives the number of its checks and of
// those that did not hold. An error means that it could not go on.
func Labs(ctx context.Context, folder string, out io.Writer, log *slog.Logger) (checked, failed int, err error) {
	t := &teller{out: out}
	err = t.labs(ctx, folder, log)
	return t.checked, t.failed, err
}

func (t *teller) labs(ctx context.Context, folder string, log *slog.Logger) error {
	clock := &movedClock{now: at(time.April, 27, 9, 0)}
	config := server.Config{
		Data: filepath.Join(folder, "data"), Keys: filepath.Join(folder, "keys"), Address: "127.0.0.1:0", Now: clock.Now, Log: log, Drafts: true,
		FollowEvery: 24 * time.Hour, // what follows from time is done when the story lets it pass
	}
	if err := server.Init(ctx, config, nil); err != nil {
		return err
	}
	s, err := server.Open(ctx, config)
	if err != nil {
		return err
	}
	if err := s.Listen(); err != nil {
		return errors.Join(err, s.Close())
	}
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- s.Run(running) }()
	w, err := build(ctx, s, s.Base(), clock.Now(), farAway)
	if err == nil {
		l := &labs{teller: t, world: w, clock: clock, home: folder, boards: map[string]*replica.Replica{}, record: w.people[0].record}
		err = l.play(ctx)
	}
	stop()
	return errors.Join(err, <-ended)
}

// play plays it.
func (l *labs) play(ctx context.Context) error {
	for _, step := range []func(context.Context) error{
		l.begins, l.nobodyAccepts, l.accepted, l.noteIsSigned, l.missed, l.counted, l.inEmergency, l.discharged, l.excluded, l.expired,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return errors.Join(l.nora.Close(), l.dana.Close())
}

// until lets time pass and does what follows from it. Whoever works then has signed in that day, at a board that holds nothing yet.
func (l *labs) until(ctx context.Context, now time.Time) error {
	l.clock.set(now)
	for _, d := range l.desks {
		if _, err := d.SignIn(ctx, d.signIn, d.password, "demo board"); err != nil {
			return err
		}
	}
	clear(l.boards)
	return l.server.Follow(ctx)
}

// at is a time in 2026 on the clock of the clinic.
func at(month time.Month, day, hour, minute int) time.Time {
	return time.Date(2026, month, day, hour, minute, 0, 0, clinicTime)
}

// begins lets Nora and Dana sign in.
func (l *labs) begins(ctx context.Context) (err error) {
	l.chapter("Tests that nobody loses: Nora has lymphoma, and lives two and a half hours from the cancer centre")
	nora := l.patients[0]
	if l.nora, err = l.handset(ctx, filepath.Join(l.home, "nora"), enrolment{nora.name, nora.born, identity.KindPatient, l.record, nil, l.clock.Now}); err != nil {
		return err
	}
	l.dana, err = l.handset(ctx, filepath.Join(l.home, "dana"), enrolment{nora.caregiver.name, nora.caregiver.born, identity.KindCaregiver, l.record, l.nora, l.clock.Now})
	l.tell("Her blood is to be counted twice a week at the clinic near her. Neither computer knows of the other.")
	return err
}

func (l *labs) sync(ctx context.Context) error {
	return errors.Join(l.nora.Sync(ctx), l.dana.Sync(ctx))
}
