package demo

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
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
	token := strings.Split(at.Fragment, ".")[1]
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
		play.Asks(map[string]any{"role": role, "link": links[role], "waits": waits, "width": widths[role], "height": 800, "pictures": pictures[role]}, &page)
		require.NotContains(t, page.Address, "demo", role)
		require.Equal(t, "Satchel", page.Title)
	}
	play.Asks(map[string]any{"role": rolePatient, "link": links[rolePatient], "waits": "Day unit: third treatment"}, &page) // who is here stays so
	play.Asks(map[string]any{"role": rolePatient, "link": links[rolePatient], "waits": "Day unit: third treatment", "screen": "#/needs"}, &page)
	require.Contains(t, page.Text, "Say how I am")
	require.NotContains(t, page.Text, "cannot judge", "a link pins the key of the rules, as every sign-in does")
	play.Asks(map[string]any{"role": roleOncology, "link": links[roleOncology], "elsewhere": true, "waits": "This link was opened before"}, &page)
	require.Equal(t, http.StatusUnauthorized, exchanged(t, links[rolePatient]), "once")
	require.Equal(t, []string{
		"the console: Failed to load resource: the server responded with a status of 401 (Unauthorized)",
	}, play.Ends(), "the link that was opened before, and nothing else")
	if *keep {
		keeps(t)
	}
}

// keep is how the pictures of the README are made anew: `make pictures`.
var keep = flag.Bool("pictures", false, "keep the pictures of the demo in docs/screens")

// picture is one of a screen, by its address.
type picture struct {
	Name   string `json:"name"`
	Screen string `json:"screen"`
}

// pictures are those of the README, by who is signed in; widths are how wide the browser is then.
var (
	pictures = map[string][]picture{
		rolePatient: {{"today", "#/"}, {"needs", "#/needs"}, {"labs", "#/labs"}, {"plan", "#/plan"}},
	}
	widths = map[string]int{rolePatient: 390, roleCaregiver: 390, roleOncology: 1280, rolePrimary: 1280, roleNavigator: 1280}
)

// keeps writes the pictures that the story took, with few colours and as small as they go.
func keeps(t *testing.T) {
	t.Helper()
	for _, list := range pictures {
		for _, p := range list {
			taken, err := os.ReadFile(filepath.Join("..", "..", "..", "bin", "screens", t.Name(), p.Name+".png"))
			require.NoError(t, err)
			whole, err := png.Decode(bytes.NewReader(taken))
			require.NoError(t, err)
			var small bytes.Buffer
			require.NoError(t, (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&small, fewColours(whole)))
			require.NoError(t, os.WriteFile(filepath.Join("..", "..", "..", "docs", "screens", p.Name+".png"), small.Bytes(), 0o644))
		}
	}
}

// fewColours draws a picture with its 256 most frequent colours: what pages are drawn with, and the edges of letters.
func fewColours(of image.Image) image.Image {
	seen := map[color.RGBA]int{}
	at := of.Bounds()
	for y := at.Min.Y; y < at.Max.Y; y++ {
		for x := at.Min.X; x < at.Max.X; x++ {
			seen[color.RGBAModel.Convert(of.At(x, y)).(color.RGBA)]++
		}
	}
	colours := slices.SortedFunc(maps.Keys(seen), func(a, b color.RGBA) int { return seen[b] - seen[a] })
	var few color.Palette
	for _, c := range colours[:min(256, len(colours))] {
		few = append(few, c)
	}
	drawn := image.NewPaletted(at, few)
	draw.Draw(drawn, at, of, at.Min, draw.Src)
	return drawn
}

// The README shows what there is: each picture of the list, small enough for somebody on a slow line, and no other.
func TestThePicturesOfTheReadmeAreThere(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile(filepath.Join("..", "..", "..", "README.md"))
	require.NoError(t, err)
	var names []string
	for _, list := range pictures {
		for _, p := range list {
			names = append(names, p.Name+".png")
		}
	}
	kept, err := os.ReadDir(filepath.Join("..", "..", "..", "docs", "screens"))
	require.NoError(t, err)
	for _, file := range kept {
		require.Contains(t, names, file.Name())
		require.Contains(t, string(readme), "docs/screens/"+file.Name())
		about, err := file.Info()
		require.NoError(t, err)
		require.Less(t, about.Size(), int64(80<<10), file.Name())
	}
	require.Len(t, kept, len(names))
}
