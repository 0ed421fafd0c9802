package mobileapi

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"path"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/gofiber/fiber/v2"

	"satchel/internal/fault"
)

// webFile is one file of the web apps, as it is served.
type webFile struct {
	content []byte
	tag     string // of its content, quoted
	kind    string
	policy  string // what the browser lets it do

	// brotli is the content compressed as far as it goes, which a process does once, when a browser asks for it first.
	brotli func() []byte
}

// webKinds are the kinds of files there are, by their ending. What is of none of them is a licence.
var webKinds = map[string]string{
	".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".html": "text/html; charset=utf-8", ".json": "application/json", ".md": "text/markdown; charset=utf-8",
	".webmanifest": "application/manifest+json", ".svg": "image/svg+xml", ".png": "image/png", "": "text/plain; charset=utf-8",
}

const (
	// workerPolicy lets the service worker speak with this server and with nobody else.
	workerPolicy = "default-src 'none'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'"

	// pagePolicy lets a page run our files, and nothing that stands in the page itself; texts become scripts or elements nowhere. The one
	// policy for trusted types names the service worker (web/app/install.js).
	pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; manifest-src 'self'; worker-src 'self'; " +
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types satchel-worker"

	// filePolicy is for a file that is opened by itself; in a page, that of the page counts.
	filePolicy = "default-src 'none'; frame-ancestors 'none'"
)

// The pages.
const (
	companion = "app/index.html"
	board     = "board/index.html"
)

// readWeb reads the files of the web apps once. Without files there are none, and each is answered as what is not here. Its fault is
// Invalid, for files that lack the service worker or one of the pages.
func readWeb(files fs.FS, kept []string) (map[string]webFile, error) {
	web := map[string]webFile{}
	if files == nil {
		return web, nil
	}
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(files, name)
		web[name] = newWebFile(name, content)
		return err
	})
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "mobileapi.readWeb", "The files of the web apps cannot be read.")
	}
	for _, name := range append([]string{"worker.js", companion, board}, kept...) {
		if web[name].content == nil {
			return nil, fault.New(fault.Invalid, "mobileapi.readWeb", "The web apps lack a page, the service worker, or a file that they name.")
		}
	}
	return web, keepWeb(web, kept)
}

func newWebFile(name string, content []byte) webFile {
	sum := sha256.Sum256(content)
	f := webFile{content: content, tag: `"` + hex.EncodeToString(sum[:16]) + `"`, kind: webKinds[path.Ext(name)], policy: filePolicy, brotli: func() []byte { return squeezed(sum, content) }}
	switch {
	case name == "worker.js":
		f.policy = workerPolicy
	case path.Ext(name) == ".html":
		f.policy = pagePolicy
	case f.kind == "":
		f.kind = webKinds[""]
	}
	return f
}

// webFile serves the file of the web apps that stands behind /web/ in the path.
func (a *api) webFile(c *fiber.Ctx, r *request) error {
	name := strings.TrimPrefix(c.Path(), "/web/")
	if path.Ext(name) == ".html" {
		return notHere("mobileapi.webFile") // a page has one address
	}
	return a.web(name)(c, r)
}

// revalidated lets a browser keep an answer that holds nothing of anybody, and has it ask each time whether it is still so.
const revalidated = "no-cache"

// web serves a file of the web apps by its name in them.
func (a *api) web(name string) handler {
	return func(c *fiber.Ctx, _ *request) error {
		f, ok := a.files[name]
		if !ok {
			return notHere("mobileapi.web")
		}
		c.Set(fiber.HeaderCacheControl, revalidated)
		c.Set(fiber.HeaderContentSecurityPolicy, f.policy)
		c.Set(fiber.HeaderETag, f.tag)
		if tagged(c.Get(fiber.HeaderIfNoneMatch), f.tag) {
			c.Status(fiber.StatusNotModified)
			return nil
		}
		c.Set(fiber.HeaderContentType, f.kind)
		if len(f.content) > packAbove && accepts(c.Get(fiber.HeaderAcceptEncoding), "br") {
			c.Vary(fiber.HeaderAcceptEncoding)
			c.Set(fiber.HeaderContentEncoding, "br")
			return c.Send(f.brotli())
		}
		if err := c.Send(f.content); err != nil {
			return err
		}
		return pack(c)
	}
}

// squeezes are the files that were asked for, compressed, by the sums of their contents: as many as the program has.
var squeezes sync.Map

func squeezed(sum [sha256.Size]byte, content []byte) []byte {
	once, _ := squeezes.LoadOrStore(sum, sync.OnceValue(func() []byte { return squeeze(content) }))
	return once.(func() []byte)()
}

// squeeze compresses for a phone with bad reception: a sixth less than what is compressed anew for each answer.
func squeeze(content []byte) []byte {
	var b bytes.Buffer
	z := brotli.NewWriterLevel(&b, brotli.BestCompression)
	_, _ = z.Write(content) // into memory: it cannot fail
	_ = z.Close()
	return b.Bytes()
}

// webPush is GET /v1/web-push: what a browser subscribes with. It is the public half of a key, so it needs no sign-in. Without a key the answer
// says that browsers are not rung: that is a state of the installation, and no failure of whoever asks.
func (a *api) webPush(c *fiber.Ctx, _ *request) error {
	return answer(c, fiber.StatusOK, struct {
		Rings                bool   `json:"rings"`
		ApplicationServerKey string `json:"applicationServerKey,omitzero"`
	}{a.ApplicationServerKey != "", a.ApplicationServerKey})
}
