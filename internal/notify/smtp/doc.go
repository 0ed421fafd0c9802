// Package smtp hands letters of notify to the operator's mail server. It is the only folder that links the mail library.
//
// A connection is encrypted, by STARTTLS or from its first byte, and the server's certificate checked; without that it goes to this machine
// alone. What a server says to the contrary is told apart by who it is about: the address, the letter, or the server itself (answer.go).
// Retries are not this room's. No fault of it holds an address or a server's words.
package smtp
