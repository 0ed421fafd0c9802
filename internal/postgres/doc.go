// Package postgres is the Store on PostgreSQL 15 or newer, for installations that have outgrown one machine.
//
// A transaction touches one record. Its row in `records` is locked first, and everything that is read, merged and written happens under that lock, so that
// transactions of one record follow one another, on however many nodes, and those of different records run side by side and share the database's own
// commits. Statements name the partition of the record, which partition.go works out as PostgreSQL does. What an update writes is kept here until it is over, and goes to the database in one exchange with the commit; a view is one snapshot.
//
// Beside the rows lie, for all nodes, the wrapped secrets of records (Secrets) and the ledger of what was ended (Ledger), leases of work that
// one node at a time does (Lease, Under), and notices by which nodes tell each other what happened (Tell, Relay).
//
// Values come here sealed; this room knows no keys. It is the only door to pgx and goose. Tests start a real PostgreSQL (pgtest).
package postgres
