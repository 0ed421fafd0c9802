package demo

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
)

// printed plays the demo until it stays up, and gives what it printed of links: by role.
func printed(t *testing.T) map[string]string {
	t.Helper()
	folder := t.TempDir()
	ctx, stop := context.WithCancel(t.Context())
	out, in := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := Run(ctx, Options{Folder: folder, Out: in, Log: slog.New(slog.DiscardHandler)})
		_ = in.Close()
		ended <- err
	}()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-ended)
	})
	links := map[string]string{}
	link := regexp.MustCompile(`^  (http://(\w+)\.localhost:.*)$`)
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if m := link.FindStringSubmatch(lines.Text()); m != nil {
			links[m[2]] = m[1]
		}
		if strings.Contains(lines.Text(), "then: show, assess") {
			break // the last line
		}
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	return links
}

// exchanged asks for tokens with what stands behind the # of a link.
func exchanged(t *testing.T, link string) int {
	t.Helper()
	at, err := url.Parse(link)
	require.NoError(t, err)
	_, token, _ := strings.Cut(at.Fragment, ".")
	body, err := json.Marshal(map[string]string{"refreshToken": token, "requestId": "somebody who read the terminal"})
	require.NoError(t, err)
	got, err := http.Post("http://localhost:"+at.Port()+"/v1/token", "application/json", bytes.NewReader(body))
	require.NoError(t, err)
	require.NoError(t, got.Body.Close())
	return got.StatusCode
}

// Whoever opens a link that the demo printed is that person, in a working app with the story in it; what signed them in is in the address no
// more, and good for nobody a second time.
func TestEachLinkOfTheDemoSignsInToTheStory(t *testing.T) {
	t.Parallel()
	links := printed(t)
	require.Len(t, links, 5)
	at, err := url.Parse(links[rolePatient])
	require.NoError(t, err)
	play := chromium.Start(t, "links.mjs", "http://localhost:"+at.Port(), nil)
	var page struct{ Text, Address, Title string }
	for role, waits := range map[string]string{
		rolePatient: "Day unit: third treatment", roleCaregiver: "Day unit: third treatment",
		roleOncology: "Riverside Oncology", rolePrimary: "Millbrook Practice nurses", roleNavigator: "Bridge navigators",
	} {
		play.Asks(map[string]any{"role": role, "link": links[role], "waits": waits}, &page)
		require.NotContains(t, page.Address, "demo", role)
		require.Equal(t, "Satchel", page.Title)
	}
	play.Asks(map[string]any{"role": rolePatient, "link": links[rolePatient], "waits": "Day unit: third treatment"}, &page) // who is here stays so
	play.Asks(map[string]any{"role": roleOncology, "link": links[roleOncology], "elsewhere": true, "waits": "This link was opened before"}, &page)
	require.Equal(t, http.StatusUnauthorized, exchanged(t, links[rolePatient]), "once")
	require.Equal(t, []string{
		"the console: Failed to load resource: the server responded with a status of 401 (Unauthorized)",
	}, play.Ends(), "the link that was opened before, and nothing else")
}
