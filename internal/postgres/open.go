package postgres

import (
	"context"
	"crypto/rand"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"net"
	"runtime"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"satchel/internal/fault"
)

//go:embed migrations/*.sql
var migrations embed.FS

const (
	// formatVersion is what this program reads and writes.
	formatVersion = 1
	// oldestServer is the first PostgreSQL that is served by, as it numbers itself.
	oldestServer = 150000
	// waitMost is how long a transaction waits for another one of its record, and a statement for its answer, ms.
	lockWaitMs, statementMs = 5_000, 30_000
	// besideConnections is how many a node has for secrets, which are asked for within transactions: short statements, of which those of 4096 records stay in memory.
	besideConnections = 4
	// awaitMost is how many calls wait for a connection at most. One more is answered Busy.
	awaitMost = 1024
)

// Options are the settings of an open store. The zero value serves.
type Options struct {
	// Connections is how many this node has at most, beside four for secrets; 0: eight a processor, at least sixteen. A hundred nodes must fit into the database's max_connections.
	Connections int
}

// Open opens the store of a database, and brings its tables to what this program knows. `url` is a PostgreSQL connection string: several hosts may stand in
// it, with target_session_attrs=read-write, so that whichever is the primary is used. The faults: Invalid (the string), Busy (the database cannot be
// reached, or is being changed by another node), Unsupported (PostgreSQL older than 15, or a store of a newer program), Internal.
func Open(ctx context.Context, url string, o Options) (*Store, error) {
	const op = "postgres.Open"
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fault.New(fault.Invalid, op, "This is no connection string of PostgreSQL, such as postgres://user@host1,host2/satchel?target_session_attrs=read-write.") // the cause could hold a password
	}
	config.MaxConns = int32(max(16, 8*runtime.GOMAXPROCS(0)))
	if o.Connections > 0 {
		config.MaxConns = int32(o.Connections)
	}
	config.ConnConfig.RuntimeParams["application_name"] = "satchel"
	config.ConnConfig.RuntimeParams["lock_timeout"] = strconv.Itoa(lockWaitMs)
	config.ConnConfig.RuntimeParams["statement_timeout"] = strconv.Itoa(statementMs)
	config.ConnConfig.RuntimeParams["idle_in_transaction_session_timeout"] = strconv.Itoa(statementMs)
	config.ConnConfig.ConnectTimeout = lockWaitMs * time.Millisecond
	config.ConnConfig.DialFunc = (&net.Dialer{KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 5 * time.Second, Interval: 2 * time.Second, Count: 3}}).DialContext // a machine that is gone says nothing
	config.ConnConfig.OnNotice = warned
	if err := prepare(ctx, config.ConnConfig.Copy()); err != nil {
		return nil, err
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, failed(op, err)
	}
	beside, err := pgxpool.NewWithConfig(ctx, besides(config))
	if err != nil {
		pool.Close()
		return nil, failed(op, err)
	}
	s := &Store{pool: pool, beside: beside, waiting: make(chan struct{}, awaitMost), notices: newNotices()}
	if _, err := rand.Read(s.node[:]); err != nil {
		s.closePools()
		return nil, fault.Wrap(err, fault.Internal, op, textOurs)
	}
	if err := s.admit(ctx); err != nil {
		s.closePools()
		return nil, err
	}
	return s, nil
}

// besides are the settings of the connections for what is asked while a transaction has one of the others: were it asked by those, and all of them waited for
// it, none would ever end.
func besides(config *pgxpool.Config) *pgxpool.Config {
	config = config.Copy()
	config.MaxConns = besideConnections
	return config
}

// prepare makes the tables, or those that a newer program has: one node at a time, while the others wait.
func prepare(ctx context.Context, config *pgx.ConnConfig) error {
	const op = "postgres.Open"
	for _, limit := range []string{"lock_timeout", "statement_timeout"} {
		delete(config.RuntimeParams, limit) // a migration may take longer than a round
	}
	db := stdlib.OpenDB(*config)
	defer func() { _ = db.Close() }()
	if err := recent(ctx, db); err != nil {
		return err
	}
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return fault.Wrap(err, fault.Internal, op, textOurs)
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return fault.Wrap(err, fault.Internal, op, textOurs)
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, db, files, goose.WithSessionLocker(locker))
	if err != nil {
		return fault.Wrap(err, fault.Internal, op, textOurs)
	}
	current, target, err := provider.GetVersions(ctx)
	if err != nil {
		return failed(op, err)
	}
	if current > target {
		return newer(fmt.Errorf("tables of version %d, known is %d", current, target))
	}
	if current < target {
		_, err = provider.Up(ctx)
	}
	return failed(op, err)
}

func recent(ctx context.Context, db *sql.DB) error {
	var version int
	if err := db.QueryRowContext(ctx, "SELECT current_setting('server_version_num')::int").Scan(&version); err != nil {
		return failed("postgres.Open", err)
	}
	if version < oldestServer {
		return fault.Wrap(fmt.Errorf("server_version_num %d", version), fault.Unsupported, "postgres.Open", "This PostgreSQL is older than version 15. Use a newer one.")
	}
	return nil
}

func newer(cause error) error {
	return fault.Wrap(cause, fault.Unsupported, "postgres.Open", "This store was written by a newer version of the program. It was left as it is; start the newer version.")
}

// admit reads what the store is, and refuses what this program does not know.
func (s *Store) admit(ctx context.Context) error {
	const op = "postgres.Open"
	rows, err := s.pool.Query(ctx, "SELECT name, value FROM store WHERE name IN ('format', 'life')")
	if err != nil {
		return failed(op, err)
	}
	facts, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (f struct {
		name  string
		value []byte
	}, err error,
	) {
		err = r.Scan(&f.name, &f.value)
		return f, err
	})
	if err != nil {
		return failed(op, err)
	}
	for _, f := range facts {
		switch f.name {
		case "format":
			if len(f.value) != 1 || f.value[0] != formatVersion {
				return newer(fmt.Errorf("format %v, known is %d", f.value, formatVersion))
			}
		case "life":
			copy(s.life[:], f.value)
		}
	}
	if len(facts) != 2 {
		return fault.Wrap(fmt.Errorf("%d of 2 rows say what this store is", len(facts)), fault.Corrupt, op, "This database is no store of ours, or part of it is gone.")
	}
	return s.hashesAlike(ctx)
}
