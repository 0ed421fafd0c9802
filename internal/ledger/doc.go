// Package ledger keeps the second place of what must not come back with an old backup: an append-only file beside the keys. A
// revocation is answered only when it lies here as well; a restore reads the ledger before it opens. What its lines say is their
// writer's (server/ledger.go).
//
// The file is text, one entry a line, so that an operator can read it with any tool. Each line ends with a sum over itself and
// the line before, so a line that was changed, moved or taken out from between is found. A last line that a power cut tore was
// never acknowledged and is let go; nothing else is.
package ledger
