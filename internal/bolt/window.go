package bolt

import (
	"fmt"
	"math/bits"
	"os"

	"golang.org/x/sys/unix"
)

// windowBytesMin is the least that a window maps.
const windowBytesMin = 64 << 20

// window is the writer's own read-only view of the data file, through which it sums the pages that a commit wrote. It is
// grown between commits, when nobody looks.
type window struct {
	file  *os.File
	bytes []byte
}

func (w *window) open(file *os.File) error {
	w.file = file
	return w.reach(windowBytesMin)
}

// reach maps at least n bytes. Bytes beyond the end of the file must not be touched.
func (w *window) reach(n uint64) error {
	if n <= uint64(len(w.bytes)) {
		return nil
	}
	w.close()
	var err error
	w.bytes, err = unix.Mmap(int(w.file.Fd()), 0, 1<<bits.Len64(n-1), unix.PROT_READ, unix.MAP_SHARED)
	return err
}

// read is the window's pages. The file must be as long as its newest meta says, which a commit has seen to.
func (w *window) read(id, count uint64) ([]byte, error) {
	if err := w.reach((id + count) * pageSize); err != nil {
		return nil, fmt.Errorf("mapping the data file: %w", err)
	}
	return w.bytes[id*pageSize : (id+count)*pageSize], nil
}

func (w *window) close() {
	if w.bytes != nil {
		_ = unix.Munmap(w.bytes)
		w.bytes = nil
	}
}

// fdatasync makes what was written to a file durable.
func fdatasync(f *os.File) error { return unix.Fdatasync(int(f.Fd())) }
