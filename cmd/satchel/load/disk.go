package load

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"satchel/internal/fault"
)

const (
	// diskTime is how long the disk is measured, before and after.
	diskTime = time.Second
	// diskBlock is what is appended each time: about what a commit writes to a log.
	diskBlock = 2048
	// slowDisk is the rate below which commits wait for the disk more than for anything else, a second.
	slowDisk = 1500
	// noisyDisk is by what factor two measurements of a calm disk differ at most.
	noisyDisk = 1.5
)

// diskRate is how often a second this disk takes 2 KB for good, asked by one thread.
func diskRate(folder string, lasts time.Duration) (rate float64, err error) {
	f, err := os.CreateTemp(folder, "disk-")
	if err != nil {
		return 0, fault.Wrap(err, fault.Full, "load.diskRate", "The disk cannot be measured in "+folder+".")
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(f.Name())) }()
	block := make([]byte, diskBlock)
	begun, n := time.Now(), 0
	for ; time.Since(begun) < lasts; n++ {
		if _, err := f.Write(block); err != nil {
			return 0, err
		}
		if err := unix.Fdatasync(int(f.Fd())); err != nil {
			return 0, err
		}
	}
	return float64(n) / time.Since(begun).Seconds(), nil
}
