package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"time"

	"satchel/cmd/satchel/client"
	"satchel/internal/base64url"
	"satchel/internal/identity"
	"satchel/server"
)

// linkLasts is how long a link waits to be opened.
const linkLasts = time.Hour

// links prints a link a role. What signs in stands behind the #, which no server is told; it is good once, for an hour, and on this machine
// alone. Each role has a name of its own on this machine, so that one browser can be all of them at once.
func links(ctx context.Context, out io.Writer, s *server.Server, cast Cast) error {
	base, err := url.Parse(cast.Base)
	if err != nil {
		return err
	}
	rules, err := rulesKey(ctx, cast)
	if err != nil {
		return err
	}
	fmt.Fprint(out, "Open these in a browser; each signs in once, within an hour:\n")
	shown := map[string]bool{}
	for _, p := range cast.People {
		path := map[string]string{rolePatient: "/app", roleCaregiver: "/app", roleOncology: "/board", rolePrimary: "/board", roleNavigator: "/board"}[p.Role]
		if path == "" || shown[p.Role] {
			continue
		}
		shown[p.Role] = true
		tokens, err := s.Identity().Seed().SignInWithin(ctx, p.Account, identity.DeviceFacts{Kind: "web", Name: "Link of the demo"}, linkLasts)
		if err != nil {
			return fmt.Errorf("%s: %w", p.Name, err)
		}
		link := url.URL{Scheme: base.Scheme, Host: p.Role + ".localhost:" + base.Port(), Path: path, Fragment: "demo=" + p.Account.UUID.String() + "." + tokens.Refresh + "." + rules}
		fmt.Fprintf(out, "\n  %s: %s\n  %s\n", p.Role, p.Name, link.String())
	}
	fmt.Fprint(out, "\nWhere a browser does not know such a name (Safari), write localhost in its place, and open one at a time.\n")
	return nil
}

// rulesKey is what a sign-in pins, and no renewal of a token says: the key by which rules are signed, without which a page judges nothing.
func rulesKey(ctx context.Context, cast Cast) (string, error) {
	for _, p := range cast.People {
		if p.Role == roleOncology {
			got, err := client.New(cast.Base, client.Tokens{}).SignIn(ctx, p.SignInName, p.Password, "links of the demo")
			return base64url.Encode(got.RulesKey), err
		}
	}
	return "", errors.New("nobody of oncology is in this demo")
}
