package fault

import (
	"errors"
	"fmt"
	"time"
)

// Code says what kind of thing went wrong, in words that every room shares. Only mobile-api turns a
// code into an HTTP status.
type Code string

const (
	// Invalid: the caller sent something that cannot be understood. Sending it again will not help.
	Invalid Code = "invalid"
	// Unauthenticated: nobody we know is speaking. Sign in again; what is unsent stays on the phone.
	Unauthenticated Code = "unauthenticated"
	// Forbidden: we know who speaks, and it is not theirs to do. Used where saying so gives nothing away.
	Forbidden Code = "forbidden"
	// Unproved: theirs to do, once they have shown anew that it is them.
	Unproved Code = "proof-needed"
	// NotFound: not here, or not visible to this account; the two are never told apart.
	NotFound Code = "not-found"
	// Conflict: it would have been right a moment ago. Read again, then decide.
	Conflict Code = "conflict"
	// Duplicate: what is ordered may be there already. With a reason it is taken.
	Duplicate Code = "duplicate-order"
	// Refused: understood, allowed in general, and not acceptable as it is (a rule of care stands in the way).
	Refused Code = "refused"
	// TooLarge: over a named limit. Send less.
	TooLarge Code = "too-large"
	// Unsupported: a content type or encoding that we do not read.
	Unsupported Code = "unsupported"
	// TooMany: a rate or a failure budget is used up. Wait for RetryAfter.
	TooMany Code = "too-many"
	// Busy: a queue is full or a record is slow. Nothing was taken in; the same request may be sent again.
	Busy Code = "busy"
	// Full: the disk is full. Nothing was taken in.
	Full Code = "full"
	// Corrupt: stored bytes do not open under their key and place. Never answered with other bytes.
	Corrupt Code = "corrupt"
	// Internal: ours to mend.
	Internal Code = "internal"
)

// Error is the one error of the house: a code for the caller, an op for us, a sentence that a patient may
// read, and a cause which only operators see.
type Error struct {
	Code       Code
	Op         string        // where, as "package.Function"
	Text       string        // a whole sentence, fit for a patient, free of patient data
	RetryAfter time.Duration // for TooMany, Busy and Full: when to try again; 0 otherwise
	Cause      error         // may be nil; never shown to a caller
}

// Error is for operators. It holds code, op and cause, and the sentence, which by contract holds no patient data.
func (e *Error) Error() string {
	if e.Cause == nil {
		return fmt.Sprintf("%s: %s: %s", e.Op, e.Code, e.Text)
	}
	return fmt.Sprintf("%s: %s: %s: %v", e.Op, e.Code, e.Text, e.Cause)
}

// Unwrap gives the cause to errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Cause }

// New makes an error that has no deeper cause.
func New(code Code, op, text string) error {
	return &Error{Code: code, Op: op, Text: text}
}

// Wrap adds what this room knows to an error from below. A nil cause gives nil, so a call can be returned as it is.
func Wrap(cause error, code Code, op, text string) error {
	if cause == nil {
		return nil
	}
	return &Error{Code: code, Op: op, Text: text, Cause: cause}
}

// Later is New for the codes that ask the caller to wait.
func Later(code Code, op, text string, after time.Duration) error {
	return &Error{Code: code, Op: op, Text: text, RetryAfter: after}
}

// CodeOf is the code of the outermost Error in the chain; Internal if there is none, "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}

// Is reports whether err carries the code.
func Is(err error, code Code) bool { return CodeOf(err) == code }

// TextOf is the sentence of the outermost Error, fit for a patient. Anything else gives a fixed sentence, so that a
// library's error text never reaches a caller.
func TextOf(err error) string {
	var e *Error
	if errors.As(err, &e) && e.Text != "" {
		return e.Text
	}
	return "Something went wrong on our side. Nothing you wrote is lost; please try again."
}

// RetryAfterOf is how long the caller should wait; 0 if the error does not say.
func RetryAfterOf(err error) time.Duration {
	var e *Error
	if errors.As(err, &e) {
		return e.RetryAfter
	}
	return 0
}
