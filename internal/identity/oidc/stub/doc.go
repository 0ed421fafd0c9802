// Package stub is an OpenID provider on this machine that says what a test wants it to say, also what no honest one says. No program uses it. That
// an honest one written by others is understood is shown with npm oidc-provider (cmd/satchel/scenario).
package stub
