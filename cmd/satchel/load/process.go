package load

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// ticks is what Linux counts processor time in for those who ask, a second.
const ticks = 100

// worked is the processor time of processes of this machine and all their children so far.
func worked(pids ...int) (time.Duration, error) {
	var sum time.Duration
	for _, pid := range pids {
		t, err := treeTime(pid)
		if err != nil {
			return 0, fmt.Errorf("the work of process %d cannot be read: %w", pid, err)
		}
		sum += t
	}
	return sum, nil
}

// treeTime adds up a process, what its ended children took, and the children that live.
func treeTime(pid int) (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	at := bytes.LastIndexByte(text, ')') // a program's name may hold anything
	fields := strings.Fields(string(text[at+1:]))
	const first = 11 // utime, stime, cutime, cstime, counted from the state behind the name
	if at < 0 || len(fields) < first+4 {
		return 0, fmt.Errorf("what Linux says of it is not understood")
	}
	var sum int64
	for _, field := range fields[first : first+4] {
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return 0, err
		}
		sum += n
	}
	all := time.Duration(sum) * time.Second / ticks
	for _, child := range children(pid) {
		if t, err := treeTime(child); err == nil { // one that ended meanwhile is in its parent's sum
			all += t
		}
	}
	return all, nil
}

func children(pid int) []int {
	var all []int
	threads, _ := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	for _, thread := range threads {
		text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/children", pid, thread.Name()))
		for field := range strings.FieldsSeq(string(text)) {
			if child, err := strconv.Atoi(field); err == nil {
				all = append(all, child)
			}
		}
	}
	return all
}

// ownWork is what this process took so far.
func ownWork() time.Duration {
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		return 0
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

// machineLoad is how many programs wanted a processor in the last minute.
func machineLoad() float64 {
	text, _ := os.ReadFile("/proc/loadavg")
	first, _, _ := strings.Cut(string(text), " ")
	load, _ := strconv.ParseFloat(first, 64)
	return load
}

// resident is how much memory a process holds; 0: it is not known.
func resident(pid int) int64 {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	fields := strings.Fields(string(text))
	if len(fields) < 2 {
		return 0
	}
	n, _ := strconv.ParseInt(fields[1], 10, 64)
	return n * int64(os.Getpagesize())
}
