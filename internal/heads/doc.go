// Package heads keeps a log of what must never be rewritten, and signs how far it has come: a Merkle tree (RFC 6962) over lines, and
// heads of it as signed notes, in the form that transparency logs use for their checkpoints. Whoever kept one head, on another
// machine, can tell whether any line before it was changed, taken out, moved or added since. What the lines say is their writer's
// (server/heads.go).
//
// Appending and signing are two steps: lines are synced first, so that a signed head never speaks of what a power cut took. A last
// line that was torn was under no head, and is cut off. A log that rested at a signed head is gone on with from the edge of its tree, unread (decision 0181).
package heads
