package bolt

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
	"time"

	bolterrors "go.etcd.io/bbolt/errors"

	"satchel/internal/fault"
)

const (
	busyRetry = time.Second
	fullRetry = 30 * time.Second
)

// What operators and patients read. A patient is never told which page of which file; the cause says it to operators.
const (
	textBusy    = "The server is busy. Nothing was taken in; please send it again in a moment."
	textClosed  = "The server is stopping. Nothing was taken in; please send it again in a moment."
	textEnded   = "The request ended before anything was done."
	textFull    = "The server's disk is full. Nothing was taken in; what you can read is still here."
	textCorrupt = "Stored data is damaged and was not shown. The people who run this server must look at it."
	textOurs    = "Something went wrong on our side. Please try again."
)

func busy(op, text string) error { return fault.Later(fault.Busy, op, text, busyRetry) }

func full(op string, cause error) error {
	return &fault.Error{Code: fault.Full, Op: op, Text: textFull, RetryAfter: fullRetry, Cause: cause}
}

func corrupt(op, format string, args ...any) error {
	return fault.Wrap(fmt.Errorf(format, args...), fault.Corrupt, op, textCorrupt)
}

// outOfSpace says whether a commit failed because there was no room, which bbolt survives: the transaction was rolled back
// before the page that makes it count was written. An error of fsync is never that, whatever its number says.
func outOfSpace(err error) bool {
	if errors.Is(err, bolterrors.ErrMaxSizeReached) {
		return true
	}
	noRoom := errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG)
	var write *fs.PathError
	if errors.As(err, &write) && noRoom {
		return true
	}
	// bbolt flattens the error of growing the file to text.
	text := err.Error()
	return strings.HasPrefix(text, "file resize error: ") &&
		(strings.HasSuffix(text, syscall.ENOSPC.Error()) || strings.HasSuffix(text, syscall.EFBIG.Error()))
}

// beginFailed turns the errors of beginning a transaction into faults.
func beginFailed(op string, err error) error {
	if errors.Is(err, bolterrors.ErrDatabaseNotOpen) {
		return busy(op, textClosed)
	}
	return fault.Wrap(err, fault.Internal, op, textOurs)
}

// caught turns a panic of bbolt, or a page that cannot be read, into a fault. It must be deferred directly, around nothing but
// bbolt: a caller's panic is the caller's.
func caught(op string, err *error) {
	if p := recover(); p != nil {
		*err = corrupt(op, "bbolt: %v", p)
	}
}
