package web

import "embed"

// Files are the files that are served: worker.js, and each other under /web/ by its own path.
//
//go:embed worker.js app board session ui vendor words sdk/src sdk/vendor
var Files embed.FS
