package bolt

import (
	"encoding/binary"

	syncing "satchel/sync"
)

// The files of a data folder.
const (
	dataName = "satchel.db"
	sumsName = "satchel.sums"
	lockName = "satchel.lock"
)

// formatVersion is the first thing that Open reads. A newer one is refused; older ones are read for ever.
const formatVersion = 1

// pageSize is bbolt's page, fixed so that a file moves between machines.
const pageSize = 4096

// The limits of what is kept.
const (
	keyBytesMax   = 1024
	indexNameMax  = 64
	valueBytesMax = 4<<20 + 4<<10 // 4 MiB and the envelope around it
)

// The rows of the bucket metaBucket.
var (
	metaBucket = []byte("meta")
	formatRow  = []byte("format") // one byte: formatVersion
	lifeRow    = []byte("life")   // 16 random bytes: this life of the store; a restore begins another
	baseRow    = []byte("base")   // added to bbolt's transaction number; keeps sequences growing when a file is rewritten
	takenRow   = []byte("taken")  // sequence that the latest backup begun holds
	safeRow    = []byte("safe")   // sequence that a backup which was read back holds
)

// sumsBucket holds the sums of the latest commits, until they are in satchel.sums: see sums.go.
var sumsBucket = []byte("sums")

// tableBucket names the bucket of a table: rows lie under record (16 bytes) and key.
func tableBucket(t syncing.Table) []byte { return []byte{'t', byte(t)} }

// indexPrefix begins the name of an index's bucket: entries lie under their key, as record (16 bytes) and value.
const indexPrefix = "i/"

func indexBucket(name string) []byte { return append([]byte(indexPrefix), name...) }

// tableOf reads a table bucket's name; false if the program has no such table.
func tableOf(bucket []byte) (syncing.Table, bool) {
	if len(bucket) != 2 || bucket[0] != 't' {
		return 0, false
	}
	return syncing.Table(bucket[1]), known(syncing.Table(bucket[1]))
}

func known(t syncing.Table) bool { return t >= syncing.Tables[0] && int(t) < tables }

// tables is one more than the highest table.
var tables = int(syncing.Tables[len(syncing.Tables)-1]) + 1

func uint64Of(b []byte) uint64 {
	if len(b) != 8 {
		return 0
	}
	return binary.BigEndian.Uint64(b)
}

func bytesOf(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }
