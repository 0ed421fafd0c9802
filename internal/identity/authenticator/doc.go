// Package authenticator is a phone or a security key in software that makes passkeys and uses them, for tests: it answers as a browser does, and
// wrongly where a test asks for it. No program uses it.
package authenticator
