package seal

import (
	"errors"

	"satchel/internal/fault"
)

// ErrErased lies under the fault (of code NotFound) with which an erased record answers.
var ErrErased = errors.New("the record was erased")

var errNoKey = errors.New("a row of a record that has no key")

func erased() error {
	return fault.Wrap(ErrErased, fault.NotFound, "seal", "This record was erased. It cannot be brought back.")
}

func corrupt(cause error) error {
	return fault.Wrap(cause, fault.Corrupt, "seal", "Stored data is damaged and was not shown. The people who run this server must look at it.")
}

func internal(op string, cause error) error {
	return fault.Wrap(cause, fault.Internal, op, "Something went wrong on our side. Please try again.")
}
