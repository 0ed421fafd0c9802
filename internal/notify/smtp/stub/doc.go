// Package stub is a mail server for tests: go-smtp, which nobody here wrote, over TCP and with TLS, answers as a test's script says and keeps
// what it took. No program uses it.
package stub
