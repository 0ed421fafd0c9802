// Package mobileapi is HTTP and nothing else: it decodes a request, asks the engine or identity, and encodes the answer. One file
// a resource; only this room knows a status.
//
// New gives the Fiber app; who runs it (a listener, a signal) is server's business. Wire Live.Changed to the engine's
// Options.Committed and Live.Given to the store, and call Live.Close before the app is shut down, for an open stream keeps its connection.
//
// The path of a request: guard.go (recover, headers, log) -> route.go (a deadline, who speaks) -> a handler -> encode.go, or
// problem.go for every fault. What a body may be stands in unpack.go and decode.go. Nothing that Fiber lends leaves a handler.
//
// The contract is openapi.yaml at the top of the project. The tests walk it against the routes in both directions, and hold
// every request and answer of this room's tests against it.
package mobileapi
