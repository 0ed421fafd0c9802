// Command gen writes the table of document types into docs/types.md. `go generate` runs it in internal/care.
package main
