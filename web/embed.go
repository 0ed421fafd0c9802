package web

import (
	"embed"
	"slices"
)

// Files are the files that are served: worker.js, and each other under /web/ by its own path.
//
//go:embed worker.js app board session ui vendor words sdk/src sdk/vendor
var Files embed.FS

// DemoFiles are those that the demo serves: the same, and pages that sign in whoever opens a link of it (demo/enter.js).
var DemoFiles = demoFiles{files}

//go:embed worker.js app board session ui vendor words sdk/src sdk/vendor demo
var files embed.FS

type demoFiles struct{ embed.FS }

// entering is what a page of the demo does when it has begun.
const entering = `
import { enter } from "../demo/enter.js";
import { session as entered } from "./store.js";
await enter(entered);
`

// ReadFile reads a file; where a page begins, with what a link does behind it.
func (f demoFiles) ReadFile(name string) ([]byte, error) {
	content, err := f.FS.ReadFile(name)
	if err == nil && (name == "app/main.js" || name == "board/main.js") {
		content = slices.Concat(content, []byte(entering))
	}
	return content, err
}
