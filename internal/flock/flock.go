package flock

import (
	"os"
	"syscall"
	"time"
)

// Moment is long enough for a process that is just being started by this one: until it has begun, it holds copies of this
// one's open files, and with them their locks.
const Moment = 300 * time.Millisecond

// look is how often a file that is taken is looked at again.
const look = 10 * time.Millisecond

// Take locks the file for this process until it is closed. While another has it, Take waits, for so long at most; then the
// error is EWOULDBLOCK.
func Take(f *os.File, patience time.Duration) error {
	over := time.NewTimer(patience)
	defer over.Stop()
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err != syscall.EWOULDBLOCK {
			return err
		}
		select {
		case <-over.C:
			return err
		case <-time.After(look):
		}
	}
}
