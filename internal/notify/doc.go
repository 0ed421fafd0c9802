// Package notify holds what a push may say, and the sender that only counts. Every push is one of a closed list of payloads that
// name nobody and nothing: whoever reads one on its way, or on a lock screen, learns that an app has something to fetch.
//
// Senders have one method, Send; who needs it declares the interface. The folder fcm reaches phones, webpush browsers; what rings waits in
// the folder outbox until a sender has taken it. Staff may be written to once a day how much waits (letter.go): the folder smtp hands that over.
package notify
