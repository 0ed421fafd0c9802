package web

import "embed"

// Files are the files that are served, each under its own name.
//
//go:embed worker.js
var Files embed.FS
