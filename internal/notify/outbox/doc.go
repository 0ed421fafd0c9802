// Package outbox holds what rings on a device until a push service has taken it: one row for each event and device. An event is a document
// that somebody is to be called for; its type gives it an entry in an index, which is there until the event was taken up, and goes in the
// transaction that writes the rows. So a process that dies at any point has taken an event up or has not, and a row that was sent and not
// yet taken out is sent once more, under the same id, by which a device shows it once.
//
//   - row.go: rows and their place in the store's index: by channel, then by when they are to be tried next.
//   - take.go: events become rows.
//   - drain.go: rows go out, in batches, each channel on its own; each row is asked again whether it still rings, and whether it may now. What may not is put off, and what a
//     record put off for one device to one time is one row, and one ring.
//   - line.go: what is known of a channel: the budget of a minute, and how long it is left alone.
//
// Keys hold no token, account or device. Time and chance are handed in. Nothing here knows what a document says.
package outbox
