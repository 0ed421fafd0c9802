// Package bolt is the Store on one bbolt file: a group committer in front of it, rows keyed by record first, and a sum of every
// page beside it, because bbolt itself does not notice a flipped bit.
//
// A data folder holds three files. satchel.db is bbolt's. satchel.sums holds a checksum of each page of it in use (sums.go says
// how the two stay together through a power cut). satchel.lock is held by the one process that has the folder open. Init makes
// them; Open refuses whatever it cannot vouch for, in a sentence that an operator can act on. The pages of a file of more than 2 GiB
// it leaves to the first Scrub (decision 0180).
//
// Values come here sealed; this room knows no keys. It is the only door to bbolt, and no function is handed a transaction that
// could start another one: a nested transaction can deadlock while the file grows.
package bolt
