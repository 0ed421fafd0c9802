// Package base64url writes and reads what travels in a header, a query or a token: base64url without padding (RFC 4648 section 5).
//
// It reads one spelling of each content alone. The standard library's decoder skips line breaks, also when it is strict, so that two
// texts could mean one token, and a text of the right length could hold nothing.
package base64url
