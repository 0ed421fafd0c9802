package postgres

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/bits"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"satchel/internal/fault"
	syncing "satchel/sync"
)

// partitions is into how many tables `records` and `rows` are divided, by the hash of the record.
const partitions = 16

// statements are those that touch one record, in the words of its partition: PostgreSQL plans and locks one table, where it would look at all of them for
// each statement that names their whole. # is the number of the partition.
type statements struct {
	sequence, lock, begin, stamp    string // of `records`
	loaded, get, ahead, from, after string // read `rows`
	put, remove                     string // write them
}

// statementsOf are those of each partition; # stands for its number.
var statementsOf = func() (all [partitions]statements) {
	for i := range all {
		in := func(text string) string { return strings.ReplaceAll(text, "#", strconv.Itoa(i)) }
		const page = "SELECT key, value FROM rows_# WHERE record = $1 AND tbl = $2 AND key %s $3 AND ($4::bytea IS NULL OR key < $4) ORDER BY key LIMIT $5"
		all[i] = statements{
			sequence: in("SELECT sequence FROM records_# WHERE record = $1"),
			lock:     in("SELECT sequence FROM records_# WHERE record = $1 FOR UPDATE"),
			begin:    in("INSERT INTO records_# (record, sequence) VALUES ($1, 0) ON CONFLICT (record) DO NOTHING"),
			stamp:    in("UPDATE records_# SET sequence = $2, written = now() WHERE record = $1"),
			loaded:   in("SELECT tbl, key, value FROM rows_# WHERE record = $1 AND tbl = ANY($2) ORDER BY tbl, key LIMIT $3"),
			get:      in("SELECT value FROM rows_# WHERE record = $1 AND tbl = $2 AND key = $3"),
			ahead:    in("SELECT key, value FROM rows_# WHERE record = $1 AND tbl = $2 AND key = ANY($3)"),
			from:     in(fmt.Sprintf(page, ">=")),
			after:    in(fmt.Sprintf(page, ">")),
			put: in(`INSERT INTO rows_# (record, tbl, key, value) SELECT $1, t, k, v FROM unnest($2::smallint[], $3::bytea[], $4::bytea[]) AS r(t, k, v)
				ON CONFLICT (record, tbl, key) DO UPDATE SET value = excluded.value`),
			remove: in("DELETE FROM rows_# USING unnest($2::smallint[], $3::bytea[]) AS r(t, k) WHERE record = $1 AND tbl = t AND key = k"),
		}
	}
	return all
}()

// wordsFor are the statements for a record.
func wordsFor(record syncing.RecordID) *statements { return &statementsOf[partition(record)] }

// partition is where PostgreSQL puts a record: `hash_combine64(0, uuid_hash_extended(record, HASH_PARTITION_SEED)) % 16`, of its partitioning/partbounds.c,
// utils/adt/uuid.c and common/hashfn.c, where the hash is that of Bob Jenkins' lookup3. A row in another partition is refused by PostgreSQL itself.
func partition(record syncing.RecordID) int {
	const seed, combine = 0x7A5B22367996DCFD, 0x49a0f4dd15e5a8e3
	return int((hash(record.UUID, seed) + combine) % partitions)
}

// hash is hash_bytes_extended of 16 bytes, on a machine that has the lowest byte first.
func hash(id [16]byte, seed uint64) uint64 {
	word := func(i int) uint32 { return binary.LittleEndian.Uint32(id[4*i:]) }
	start := uint32(0x9e3779b9) + 16 + 3923095
	a, b, c := mix(start+uint32(seed>>32), start+uint32(seed), start)
	a, b, c = mix(a+word(0), b+word(1), c+word(2))
	b, c = final(a+word(3), b, c)
	return uint64(b)<<32 | uint64(c)
}

func mix(a, b, c uint32) (uint32, uint32, uint32) {
	rot := bits.RotateLeft32
	a = (a - c) ^ rot(c, 4)
	c += b
	b = (b - a) ^ rot(a, 6)
	a += c
	c = (c - b) ^ rot(b, 8)
	b += a
	a = (a - c) ^ rot(c, 16)
	c += b
	b = (b - a) ^ rot(a, 19)
	a += c
	c = (c - b) ^ rot(b, 4)
	b += a
	return a, b, c
}

func final(a, b, c uint32) (uint32, uint32) {
	rot := bits.RotateLeft32
	c = (c ^ b) - rot(b, 14)
	a = (a ^ c) - rot(c, 11)
	b = (b ^ a) - rot(a, 25)
	c = (c ^ b) - rot(b, 16)
	a = (a ^ c) - rot(c, 4)
	b = (b ^ a) - rot(a, 14)
	c = (c ^ b) - rot(b, 24)
	return b, c
}

// hashesAlike asks the database where it would put some records. One on a machine of another kind answers otherwise.
func (s *Store) hashesAlike(ctx context.Context) error {
	const op, probes = "postgres.Open", 64
	batch := &pgx.Batch{}
	for i := range probes {
		id := syncing.DerivedUUID("partition", strconv.Itoa(i))
		batch.Queue("SELECT satisfies_hash_partition('rows'::regclass, $1, $2, $3::uuid)", partitions, partition(syncing.RecordID{UUID: id}), id[:]).QueryRow(func(row pgx.Row) error {
			var is bool
			if err := row.Scan(&is); err != nil || is {
				return err
			}
			return fault.New(fault.Unsupported, op, "This PostgreSQL divides its tables otherwise than one on amd64 or arm64 does. Use one there.")
		})
	}
	err := s.pool.SendBatch(ctx, batch).Close()
	if fault.Is(err, fault.Unsupported) {
		return err
	}
	return failed(op, err)
}
