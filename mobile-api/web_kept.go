package mobileapi

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"satchel/internal/fault"
)

// What the companion needs with no network: the list of it, which the service worker imports, and all of it in one answer, which the worker fetches. One
// answer of 160 files is a third smaller than they are one by one, and one question for a phone with bad reception.
const (
	webList    = "files.js"
	webArchive = "kept.json"
)

// keptFile is a file in the one answer: what it would be answered with by itself.
type keptFile struct {
	Text    string            `json:"text"`
	Headers map[string]string `json:"headers"`
}

// keepWeb adds the list and the one answer to the files. Its fault is Invalid, for a file that is no text.
func keepWeb(web map[string]webFile, kept []string) error {
	version, paths, all := versionOf(web, kept), []string{}, map[string]keptFile{}
	for _, name := range kept {
		f, at := web[name], "/web/"+name
		if name == companion {
			at = "/app"
		}
		if !utf8.Valid(f.content) {
			return fault.New(fault.Invalid, "mobileapi.keepWeb", "The companion needs a file that is no text; what it keeps is texts (mobile-api/web_kept.go).")
		}
		paths = append(paths, at)
		all[at] = keptFile{string(f.content), map[string]string{fiber.HeaderContentType: f.kind, fiber.HeaderContentSecurityPolicy: f.policy}}
	}
	list, _ := json.Marshal(struct { // texts: neither can fail
		Version string   `json:"version"`
		Paths   []string `json:"paths"`
	}{version, paths})
	archive, _ := json.Marshal(struct {
		Version string              `json:"version"`
		Files   map[string]keptFile `json:"files"`
	}{version, all})
	web[webList] = newWebFile(webList, slices.Concat([]byte("self.FILES = "), list, []byte(";\n")))
	web[webArchive] = newWebFile(webArchive, archive)
	return nil
}

// versionOf gives all of what is kept one name: a service worker fetches everything again when anything is another (web/worker.js).
func versionOf(web map[string]webFile, kept []string) string {
	all := sha256.New()
	for _, name := range kept {
		all.Write([]byte(name + web[name].tag))
	}
	return hex.EncodeToString(all.Sum(nil)[:16])
}
