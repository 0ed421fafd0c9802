package load

import (
	"context"
	"errors"
	"slices"
	"sync"
	"syscall"
	"time"

	"satchel/internal/fault"
)

// Cell is one scenario measured with so many connections.
type Cell struct {
	Scenario Scenario      `json:"scenario"`
	Clients  int           `json:"clients"`
	Ops      int           `json:"ops"`
	Seconds  float64       `json:"seconds"`
	Rate     float64       `json:"perSecond"`
	P50      time.Duration `json:"p50Nanoseconds"`
	P99      time.Duration `json:"p99Nanoseconds"`
	Refused  int           `json:"refused"` // answers that said to come later
	// ServerCPU, BesideCPU and PhonesCPU are seconds of processor time for 1000 operations: of a server of our own, of the processes that were named, of
	// this process. -1: not known.
	ServerCPU float64 `json:"serverCpuSecondsPer1000"`
	BesideCPU float64 `json:"besideCpuSecondsPer1000"`
	PhonesCPU float64 `json:"phonesCpuSecondsPer1000"`
	// Commits is how many commits of the store one operation took; -1: not known.
	Commits float64 `json:"commits"`
	// Plain and Packed are the bytes of request and answer of one operation, bodies alone; Wire is all that went over the connection, unpacked unless asked otherwise.
	Plain  float64 `json:"bodyBytes"`
	Packed float64 `json:"bodyBytesPacked"`
	Wire   float64 `json:"wireBytes"`
}

// unknown stands where nothing could be measured.
const unknown = -1

// sampleOps is how many operations are looked at for their size.
const sampleOps = 20

// cell measures one scenario.
func (w *world) cell(ctx context.Context, s Scenario, clients int) (Cell, error) {
	c := Cell{Scenario: s, Clients: clients}
	lines, err := w.lines(clients)
	if err != nil {
		return c, err
	}
	defer closeAll(lines)
	if s == Initial || s == Idle {
		if err := w.each(ctx, func(l *line, h *home) error { return repeats(ctx, l, h) }); err != nil {
			return c, err
		}
	}
	for i, l := range lines { // connects, and warms the server up for this work
		if _, err := works[s](ctx, l, w.homes[i]); err != nil {
			return c, err
		}
	}
	if err := w.sizes(ctx, &c, lines[0]); err != nil {
		return c, err
	}
	before, err := w.meters(ctx)
	if err != nil {
		return c, err
	}
	if err := w.profile(); err != nil { // begins
		return c, err
	}
	times, refused, took, err := w.hammer(ctx, s, lines)
	if err := errors.Join(err, w.profile()); err != nil { // ends
		return c, err
	}
	after, err := w.meters(ctx)
	if err != nil {
		return c, err
	}
	c.fill(times, refused, took)
	c.ServerCPU, c.BesideCPU, c.PhonesCPU, c.Commits = unknown, unknown, 1000*(after.phones-before.phones).Seconds()/float64(c.Ops), unknown
	if w.child != nil {
		c.ServerCPU = 1000 * (after.server - before.server).Seconds() / float64(c.Ops)
	}
	if len(w.options.PIDs) > 0 {
		c.BesideCPU = 1000 * (after.beside - before.beside).Seconds() / float64(c.Ops)
	}
	if w.metrics != "" {
		c.Commits = (after.commits - before.commits) / float64(c.Ops)
	}
	return c, nil
}

// profile tells a server of our own to begin, or to end, writing where its time goes, if that is asked for.
func (w *world) profile() error {
	if w.options.Profile == "" {
		return nil
	}
	return w.child.cmd.Process.Signal(syscall.SIGUSR1)
}

// meters is how far everything had come.
type meters struct {
	server, beside, phones time.Duration
	commits                float64
}

func (w *world) meters(ctx context.Context) (m meters, err error) {
	var failed [3]error
	if w.metrics != "" {
		m.commits, failed[0] = commits(ctx, w.metrics)
	}
	if w.child != nil {
		m.server, failed[1] = worked(w.child.cmd.Process.Pid)
	}
	m.beside, failed[2] = worked(w.options.PIDs...)
	m.phones = ownWork()
	return m, errors.Join(failed[:]...)
}

// hammer lets every connection work until the time is over. Each has records of its own, and takes them in turn.
func (w *world) hammer(ctx context.Context, s Scenario, lines []*line) (times [][]time.Duration, refused int, took time.Duration, err error) {
	var group sync.WaitGroup
	var first firstError
	times = make([][]time.Duration, len(lines))
	waits := make([]int, len(lines))
	begun := time.Now()
	for i, l := range lines {
		group.Go(func() {
			for at := i; time.Since(begun) < w.options.Duration && first.get() == nil; at += len(lines) {
				if at >= len(w.homes) {
					at = i
				}
				r, err := works[s](ctx, l, w.homes[at])
				if err != nil {
					first.keep(err)
					return
				}
				times[i] = append(times[i], r.took)
				waits[i] += r.refused
			}
		})
	}
	group.Wait()
	for _, n := range waits {
		refused += n
	}
	return times, refused, time.Since(begun), errors.Join(first.get(), ctx.Err())
}

func (c *Cell) fill(times [][]time.Duration, refused int, took time.Duration) {
	all := slices.Concat(times...)
	slices.Sort(all)
	c.Ops, c.Seconds, c.Rate, c.Refused = len(all), took.Seconds(), float64(len(all))/took.Seconds(), refused
	if len(all) > 0 {
		c.P50, c.P99 = all[len(all)/2], all[len(all)*99/100]
	}
}

// sizes looks at some operations, one after the other: as they are, and packed.
func (w *world) sizes(ctx context.Context, c *Cell, l *line) error {
	packed := l.packed
	defer func() { l.packed = packed }()
	for _, l.packed = range []bool{false, true} {
		l.bodies = 0
		wire := l.wire.Load()
		for range sampleOps {
			if _, err := works[c.Scenario](ctx, l, w.homes[0]); err != nil {
				return err
			}
		}
		if l.packed {
			c.Packed = float64(l.bodies) / sampleOps
		} else {
			c.Plain = float64(l.bodies) / sampleOps
		}
		if l.packed == packed {
			c.Wire = float64(l.wire.Load()-wire) / sampleOps
		}
	}
	return nil
}

func (w *world) lines(n int) ([]*line, error) {
	lines := make([]*line, n)
	for i := range lines {
		var err error
		if lines[i], err = newLine(w.base, w.options.Packed); err != nil {
			return nil, fault.Wrap(err, fault.Invalid, "load.lines", "The server's URL cannot be understood.")
		}
	}
	return lines, nil
}

func closeAll(lines []*line) {
	for _, l := range lines {
		l.close()
	}
}

// each does something for every home, some at once.
func (w *world) each(ctx context.Context, do func(l *line, h *home) error) error {
	lines, err := w.lines(min(enrolling, len(w.homes)))
	if err != nil {
		return err
	}
	defer closeAll(lines)
	var group sync.WaitGroup
	var first firstError
	for i, l := range lines {
		group.Go(func() {
			for at := i; at < len(w.homes) && first.get() == nil && ctx.Err() == nil; at += len(lines) {
				first.keep(do(l, w.homes[at]))
			}
		})
	}
	group.Wait()
	return errors.Join(first.get(), ctx.Err())
}
