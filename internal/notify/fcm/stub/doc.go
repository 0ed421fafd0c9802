// Package stub is a push service for tests: it speaks FCM's HTTP v1 over TCP as its reference describes it, answers as a test's script says,
// and keeps what it was sent. No program uses it.
package stub
