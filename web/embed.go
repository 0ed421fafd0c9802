package web

import (
	"embed"
	"slices"
)

// Files are the files that are served: worker.js, and each other under /web/ by its own path. Ours come without the comments of their sources.
var Files = served{FS: sources}

// DemoFiles are those that the demo serves: the same, and pages that sign in whoever opens a link of it (demo/enter.js).
var DemoFiles = served{FS: withDemo, enters: true}

//go:embed worker.js app board session ui vendor words sdk/src sdk/vendor
var sources embed.FS

//go:embed worker.js app board session ui vendor words sdk/src sdk/vendor demo
var withDemo embed.FS

// served is what browsers are handed of the sources.
type served struct {
	embed.FS
	enters bool
}

// entering is what a page of the demo does when it has begun.
const entering = `
import { enter } from "../demo/enter.js";
import { session as entered } from "./store.js";
await enter(entered);
`

// ReadFile reads a file as it is served: the companion's page with the names of what it begins with, and where a page of the demo begins, what a link
// does behind it.
func (s served) ReadFile(name string) ([]byte, error) {
	content, err := s.FS.ReadFile(name)
	if err != nil {
		return nil, err
	}
	if s.enters && (name == "app/main.js" || name == "board/main.js") {
		content = slices.Concat(content, []byte(entering))
	}
	if name == "app/index.html" {
		return preloaded(s.FS, content)
	}
	return bare(name, content), nil
}
