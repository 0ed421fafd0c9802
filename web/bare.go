package web

import (
	"bytes"
	"path"
	"strings"
)

// bare takes the comments out of a script or style of ours that stand on lines of their own, for they are a quarter of what a phone would fetch. Each
// line stays the line that it is in the source. It knows nothing of the language: no text of ours may have a line that begins as a comment does, which
// a test asks of every file.
func bare(name string, content []byte) []byte {
	if end := path.Ext(name); end != ".js" && end != ".css" || strings.Contains(name, "vendor/") {
		return content
	}
	var out []byte
	inside := false
	for line := range bytes.Lines(content) {
		text := bytes.TrimSpace(line)
		switch {
		case inside || bytes.HasPrefix(text, []byte("/*")):
			_, after, ends := bytes.Cut(text, []byte("*/"))
			inside = !ends
			out = append(append(out, bytes.TrimSpace(after)...), '\n')
		case bytes.HasPrefix(text, []byte("//")):
			out = append(out, '\n')
		default:
			out = append(out, line...)
		}
	}
	return out
}
