package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"satchel/internal/fault"
)

const (
	busyRetry = time.Second
	fullRetry = 30 * time.Second
)

// What operators and patients read.
const (
	textBusy   = "The server is busy. Nothing was taken in; please send it again in a moment."
	textClosed = "The server is stopping. Nothing was taken in; please send it again in a moment."
	textEnded  = "The request ended before anything was done."
	textAway   = "The database cannot be reached at this moment. Please send it again in a moment."
	textLease  = "Another server does this work by now. Nothing was taken in."
	textFull   = "The server's disk is full. Nothing was taken in; what you can read is still here."
	textOurs   = "Something went wrong on our side. Please try again."
	textTable  = "The store was asked for a table that does not exist."
	textTaken  = "This is already taken."
	textLarge  = "This is larger than the store keeps."
	textKey    = "A key is longer than the store keeps."
	textIndex  = "An index entry has a key, and an index a name of at most 64 bytes."
)

// Classes and codes of PostgreSQL that mean "not now": it is stopping, starting or has become a standby, two transactions waited for each other, or one
// waited too long (PostgreSQL 15, appendix A).
var passing = []string{
	"08", "40", "57", // classes: connection, rollback, intervention of an operator
	"25006", "53300", "55P03", // read-only, too many connections, lock not available
}

const (
	diskFull = "53100"
	taken    = "SC001" // ours: see migrations
)

// failed turns what pgx says into a fault. What may have been committed although nobody was told so is Busy too: it is sent again, and (replica, n) makes
// that harmless.
func failed(op string, err error) error {
	var ours *fault.Error
	var theirs *pgconn.PgError
	switch {
	case err == nil || errors.As(err, &ours):
		return err
	case errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
		return &fault.Error{Code: fault.Busy, Op: op, Text: textEnded, RetryAfter: busyRetry, Cause: err}
	case !errors.As(err, &theirs):
		return &fault.Error{Code: fault.Busy, Op: op, Text: textAway, RetryAfter: busyRetry, Cause: err}
	case theirs.Code == taken:
		return fault.New(fault.Conflict, op, textTaken)
	case theirs.Code == diskFull:
		return &fault.Error{Code: fault.Full, Op: op, Text: textFull, RetryAfter: fullRetry, Cause: told(theirs)}
	case slices.ContainsFunc(passing, func(code string) bool { return strings.HasPrefix(theirs.Code, code) }):
		return &fault.Error{Code: fault.Busy, Op: op, Text: textBusy, RetryAfter: busyRetry, Cause: told(theirs)}
	}
	return fault.Wrap(told(theirs), fault.Internal, op, textOurs)
}

// told is what an operator may read of an error: PostgreSQL puts keys and values into its details.
func told(err *pgconn.PgError) error { return fmt.Errorf("PostgreSQL: %s (%s)", err.Message, err.Code) }

func busy(op, text string) error { return fault.Later(fault.Busy, op, text, busyRetry) }

func invalid(text string) error { return fault.New(fault.Invalid, "postgres.Tx", text) }
