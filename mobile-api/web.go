package mobileapi

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"path"

	"github.com/gofiber/fiber/v2"

	"satchel/internal/fault"
)

// webFile is one file of the web apps, as it is served.
type webFile struct {
	content []byte
	tag     string // of its content, quoted
	kind    string
	policy  string // what the browser lets it do
}

// webKinds are the kinds of files there are, by their ending.
var webKinds = map[string]string{".js": "text/javascript; charset=utf-8"}

// workerPolicy lets the service worker speak with this server and with nobody else.
const workerPolicy = "default-src 'none'; connect-src 'self'; frame-ancestors 'none'"

// readWeb reads a file once. Without files of the web apps there is none, and it is answered as what is not here.
func readWeb(files fs.FS, name, policy string) (f webFile, err error) {
	if files == nil {
		return f, nil
	}
	content, err := fs.ReadFile(files, name)
	if err != nil {
		return f, fault.Wrap(err, fault.Invalid, "mobileapi.readWeb", "A file of the web apps is missing.")
	}
	sum := sha256.Sum256(content)
	return webFile{content: content, tag: `"` + hex.EncodeToString(sum[:16]) + `"`, kind: webKinds[path.Ext(name)], policy: policy}, nil
}

// revalidated lets a browser keep an answer that holds nothing of anybody, and has it ask each time whether it is still so.
const revalidated = "no-cache"

// web serves a file of the web apps.
func (a *api) web(f webFile) handler {
	return func(c *fiber.Ctx, _ *request) error {
		if f.content == nil {
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
		if err := c.Send(f.content); err != nil {
			return err
		}
		return pack(c)
	}
}

// webPush is GET /v1/web-push: what a browser subscribes with. It is the public half of a key, so it needs no sign-in. Without a key the answer
// says that browsers are not rung: that is a state of the installation, and no failure of whoever asks.
func (a *api) webPush(c *fiber.Ctx, _ *request) error {
	return answer(c, fiber.StatusOK, struct {
		Rings                bool   `json:"rings"`
		ApplicationServerKey string `json:"applicationServerKey,omitzero"`
	}{a.ApplicationServerKey != "", a.ApplicationServerKey})
}
