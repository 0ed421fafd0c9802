// Package seal encrypts what stores keep: every value under its record's key, bound to the place where it lies.
//
// The keys lie in a folder outside the data folder, so that who takes the data, or a backup of it, has nothing to read:
//
//	wrapping.keyset   the wrapping keys, a Tink keyset; readable by its owner alone
//	records.keys      one slot a record: a random secret, wrapped; a zeroed slot is an erased record
//	blind.key         a secret, wrapped, for keys of indexes that would otherwise say who somebody is
//	lock              held by the one process that makes, erases or rotates
//
// Where several nodes serve one database, the secrets of records lie in a place that they share (Secrets) instead of records.keys, and every node has a copy of
// the rest.
//
// A record's row in TableKeys holds only the number of its slot. So erasing a record is overwriting its slot, and reaches every
// backup of the data that was ever taken; and rotating the wrapping key touches the key folder alone.
package seal
