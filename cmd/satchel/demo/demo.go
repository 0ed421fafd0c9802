package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"satchel/internal/fault"
	"satchel/internal/identity"
	"satchel/server"
)

const (
	// firstPort is where the demo is served if nothing else is; the next ones are tried up to lastPort, then any.
	firstPort, lastPort = 8080, 8099
	// refreshLasts is how long the refresh tokens of demo.json are good.
	refreshLasts = 24 * time.Hour
)

// Options say how the demo is played.
type Options struct {
	Folder string // kept; "": a new one that is removed at the end
	Once   bool   // play and end
	Out    io.Writer
	Log    *slog.Logger
}

// Run plays the demo. It returns nil if every check of the story held. Without Once it then stays up until ctx ends.
func Run(ctx context.Context, o Options) (err error) {
	folder := o.Folder
	if folder == "" {
		if folder, err = os.MkdirTemp("", "satchel-demo-"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	}
	cast, played, err := readCast(folder)
	if err != nil {
		return fault.Wrap(err, fault.Corrupt, "demo.Run", "There is a demo.json in this folder that cannot be read. Name another folder.")
	}
	if played && o.Once {
		return fault.New(fault.Conflict, "demo.Run", "The story was played in this folder already. Name an empty folder, or none.")
	}
	config := server.Config{Data: filepath.Join(folder, "data"), Keys: filepath.Join(folder, "keys"), PhoneLifetime: refreshLasts, Log: o.Log, Metrics: "127.0.0.1:0", Drafts: true, Links: true}
	if !played {
		if err := server.Init(ctx, config, nil); err != nil {
			return err
		}
	}
	return serve(ctx, o, config, folder, cast, played)
}

// serve runs the server while the story is played, and longer if it is to stay up.
func serve(ctx context.Context, o Options, config server.Config, folder string, cast Cast, played bool) error {
	s, err := listen(ctx, config)
	if err != nil {
		return err
	}
	running, stop := context.WithCancel(ctx)
	defer stop()
	stopped := make(chan error, 1)
	go func() { stopped <- s.Run(running) }()
	fmt.Fprintf(o.Out, "Satchel is served on %s. Everybody in this story is invented.\n", s.Base())
	if !played {
		err = play(ctx, o, s, folder, &cast)
	}
	if err == nil {
		err = present(ctx, o, s, folder, cast)
	}
	if o.Once || err != nil {
		stop()
	}
	return errors.Join(err, <-stopped)
}

// listen opens the server on the first address that it can take. Another program may take one between a look and the
// taking, so nothing is looked at before.
func listen(ctx context.Context, config server.Config) (*server.Server, error) {
	for port := firstPort; ; port++ {
		config.Address = net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
		if port > lastPort {
			config.Address = "127.0.0.1:0"
		}
		s, err := server.Open(ctx, config)
		if err != nil {
			return nil, err
		}
		err = s.Listen()
		if err == nil {
			return s, nil
		}
		if err = errors.Join(err, s.Close()); port > lastPort {
			return nil, err
		}
	}
}

// play makes the world and plays the story in it.
func play(ctx context.Context, o Options, s *server.Server, folder string, cast *Cast) error {
	began := time.Now()
	w, err := build(ctx, s, s.Base(), began, here)
	if err != nil {
		return err
	}
	t := &teller{out: o.Out}
	t.tell("A practice and a cancer centre, %d records, made in %.1f s.", len(patients), time.Since(began).Seconds())
	phones, err := os.MkdirTemp(folder, "phones-")
	if err != nil {
		return err
	}
	if err := (&story{teller: t, world: w, home: phones}).play(ctx); err != nil {
		return err
	}
	if err := t.elsewhere(ctx, o.Log); err != nil {
		return err
	}
	cast.People = w.players()
	fmt.Fprintf(o.Out, "\n%d checks, %d did not hold; %.1f s.\n", t.checked, t.failed, time.Since(began).Seconds())
	if t.failed > 0 {
		return fault.New(fault.Internal, "demo.play", "The story did not come out as it should: see the lines that begin with NOT.")
	}
	return nil
}

// elsewhere tells the story whose weeks pass in seconds, on a server that is gone afterwards.
func (t *teller) elsewhere(ctx context.Context, log *slog.Logger) (err error) {
	folder, err := os.MkdirTemp("", "satchel-demo-labs-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	return t.labs(ctx, folder, log)
}

// present signs everybody in, writes demo.json, and says how to go on.
func present(ctx context.Context, o Options, s *server.Server, folder string, cast Cast) error {
	cast.Base = s.Base()
	if err := signIn(ctx, s, cast.People); err != nil {
		return err
	}
	if err := cast.write(folder); err != nil || o.Once {
		return err
	}
	fmt.Fprint(o.Out, "\nIt stays up until you stop it with Ctrl-C.\n")
	if err := links(ctx, o.Out, s, cast); err != nil {
		return err
	}
	fmt.Fprintf(o.Out, "\nEverybody's tokens are in %s. To look around from a terminal:\n", filepath.Join(folder, castName))
	shown := map[string]bool{}
	for _, p := range cast.People {
		if shown[p.Role] {
			continue
		}
		shown[p.Role] = true
		path := "/v1/records"
		if p.Team != "" {
			path = "/v1/teams/" + p.Team + "/queue"
		} else if p.Role == roleAdministrator {
			path = "/v1/teams?all=true"
		}
		fmt.Fprintf(o.Out, "\n# %s: %s\ncurl -s %s%s -H 'Authorization: Bearer %s'\n", p.Role, p.Name, cast.Base, path, p.AccessToken)
		if p.SignInName != "" {
			fmt.Fprintf(o.Out, "# or sign in anew: curl -s %s/v1/sign-in -H 'Content-Type: application/json' -d '{\"name\":%q,\"password\":%q,\"device\":{\"kind\":\"script\",\"name\":\"curl\"}}'\n", cast.Base, p.SignInName, p.Password)
		}
	}
	fmt.Fprintf(o.Out, "\nThe contract: %s/docs. Metrics: %s\n", cast.Base, s.Metrics())
	return invite(ctx, o, s, cast)
}

// invite gives a code with which the reader can be a person of the demo, on a phone in the terminal.
func invite(ctx context.Context, o Options, s *server.Server, cast Cast) error {
	var nurse, guest Player
	for _, p := range cast.People {
		if p.Role == roleOncology {
			nurse = p
		}
		if p.Role == rolePatient {
			guest = p
		}
	}
	who, _, err := s.Identity().Principal(ctx, nurse.Account)
	if err != nil {
		return err
	}
	born := patients[len(patients)-1].born // the last patient of the cast
	code, err := s.Identity().CreateCode(ctx, who, guest.Records[0], identity.CodeRequest{Kind: identity.KindPatient, BirthDate: born})
	if fault.Is(err, fault.Refused) { // this folder has been invited to often, and nobody came
		return nil
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(o.Out, "A phone of your own, as %s, also with this demo stopped:\n", guest.Name)
	fmt.Fprintf(o.Out, "  satchel phone --home %s enrol %s %s --base %s\n", filepath.Join(os.TempDir(), "satchel-phone"), code.Text, born, cast.Base)
	fmt.Fprintf(o.Out, "  satchel phone --home %s sync        then: show, assess, edit, why\n", filepath.Join(os.TempDir(), "satchel-phone"))
	return nil
}
