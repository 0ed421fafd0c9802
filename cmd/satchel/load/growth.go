package load

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"text/tabwriter"
	"time"

	"filippo.io/age"

	"satchel/internal/fault"
	"satchel/server"
)

const (
	// PreparedMost is how many people an installation is filled with at most.
	PreparedMost = 2_000_000
	pages        = 50 // how often the first page of the queue is read
	readyTime    = 10 * time.Minute
)

// Growth is what an installation costs as it grows.
type Growth struct {
	Begun      time.Time `json:"begun"`
	Processors int       `json:"processors"`
	Go         string    `json:"go"`
	Store      string    `json:"store"`
	DiskBefore float64   `json:"fdatasyncsPerSecondBefore"`
	DiskAfter  float64   `json:"fdatasyncsPerSecondAfter"`
	Load       float64   `json:"machineLoadBefore"`
	Sizes      []Size    `json:"sizes"`
}

// Size is an installation with so many people. -1: not measured.
type Size struct {
	Records int           `json:"records"`               // beside those whose phones are measured
	Waiting int           `json:"waiting"`               // of them in the team's queue
	Bytes   int64         `json:"bytes"`                 // of the data folder
	Filled  time.Duration `json:"filledNanoseconds"`     // how long it took to make those that were not there yet
	Ready   time.Duration `json:"readyNanoseconds"`      // from the start of the process to the first yes of /readyz
	Rounds  []Cell        `json:"rounds"`                // at each number of connections
	Queue   time.Duration `json:"queuePageNanoseconds"`  // half of the first pages were answered so soon
	Turns   float64       `json:"idleCpuSecondsAMinute"` // what the server works while nobody asks anything
	Backup  time.Duration `json:"backupNanoseconds"`     // encrypted, and read back
	Verify  time.Duration `json:"verifyNanoseconds"`     // of the stopped installation
	Memory  int64         `json:"residentBytesAtTheEnd"` // of the server
}

// Grow fills one installation with more and more people, and measures at each of the sizes. tell is given a line as each thing is done, bar how far the
// filling is, between 0 and 1.
func Grow(ctx context.Context, o Options, sizes []int, tell func(string, ...any), bar func(doing string, done float64)) (g *Growth, err error) {
	if err := o.checkGrowth(sizes); err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "satchel-load-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	w := &world{options: o, folder: folder}
	defer func() {
		if w.child != nil {
			err = errors.Join(err, w.child.stop())
		}
	}()
	g = &Growth{Begun: time.Now().UTC().Truncate(time.Second), Processors: runtime.NumCPU(), Go: runtime.Version(), Store: o.storeName(), Load: machineLoad()}
	if g.DiskBefore, err = diskRate(folder, diskTime); err != nil {
		return nil, err
	}
	config := w.config()
	in, err := install(ctx, config)
	if err != nil {
		return nil, err
	}
	from := 0
	for _, n := range sizes {
		tell("filling up to %d people", n)
		begun := time.Now()
		if err := prepare(ctx, config, in, from, n, func(done float64) { bar("filling", done) }); err != nil {
			return nil, err
		}
		size, err := w.measure(ctx, config, in, n, tell)
		if err != nil {
			return nil, err
		}
		size.Filled = time.Since(begun)
		g.Sizes, from = append(g.Sizes, size), n
	}
	g.DiskAfter, err = diskRate(folder, diskTime)
	return g, err
}

func (o *Options) checkGrowth(sizes []int) error {
	const op = "load.Grow"
	switch {
	case slices.Min(sizes) < 1 || slices.Max(sizes) > PreparedMost || !slices.IsSorted(sizes):
		return fault.New(fault.Invalid, op, fmt.Sprintf("--prepare is one or more numbers of people, the smallest first, and at most %d, such as 1000,100000,1000000.", PreparedMost))
	case o.Server != "":
		return fault.New(fault.Invalid, op, "--prepare fills an installation of its own: leave --server away.")
	}
	o.Scenarios = []Scenario{Round}
	return o.Check()
}

// measure starts the server upon what is there, and measures it.
func (w *world) measure(ctx context.Context, config server.Config, in installed, n int, tell func(string, ...any)) (size Size, err error) {
	size = Size{Records: n, Waiting: (n + waitsEvery - 1) / waitsEvery, Backup: unknown, Verify: unknown}
	begun := time.Now()
	if err := w.serve(ctx, config); err != nil {
		return size, err
	}
	if err := ready(ctx, w.base); err != nil {
		return size, err
	}
	size.Ready = time.Since(begun)
	tell("ready after %s", size.Ready.Round(time.Millisecond))
	d, err := sit(ctx, w.base, in.sign)
	if err != nil {
		return size, err
	}
	if w.homes, err = d.admit(ctx, w.options.Records); err != nil {
		return size, err
	}
	if err := w.each(ctx, func(l *line, h *home) error { return settle(ctx, l, h) }); err != nil {
		return size, err
	}
	for _, clients := range w.options.Clients {
		tell("rounds with %d connections, %s", clients, w.options.Duration)
		cell, err := w.cell(ctx, Round, clients)
		if err != nil {
			return size, err
		}
		size.Rounds = append(size.Rounds, cell)
	}
	if size.Queue, err = d.page(ctx, in); err != nil {
		return size, err
	}
	if size.Turns, err = w.turns(ctx); err != nil {
		return size, err
	}
	size.Memory = resident(w.child.cmd.Process.Pid)
	if err := w.child.stop(); err != nil {
		return size, err
	}
	if config.Store == "" {
		err = w.keep(ctx, config, &size, tell)
	}
	return size, err
}

// ready waits until a server says that it is.
func ready(ctx context.Context, base string) error {
	ctx, cancel := context.WithTimeout(ctx, readyTime)
	defer cancel()
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/readyz", nil)
		if err != nil {
			return err
		}
		answer, err := http.DefaultClient.Do(request)
		if err == nil {
			_ = answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return nil
			}
		}
		if err := pause(ctx, time.Millisecond); err != nil {
			return err
		}
	}
}

// page reads the first page of the team's queue, as a nurse's board does, and gives the time that half of them took.
func (d *desk) page(ctx context.Context, in installed) (time.Duration, error) {
	var times []time.Duration
	for range pages {
		begun := time.Now()
		var got struct {
			Rows []struct{} `json:"rows"`
		}
		if err := d.Do(ctx, http.MethodGet, "/v1/teams/"+in.team.ID.String()+"/queue", nil, &got); err != nil {
			return 0, err
		}
		times = append(times, time.Since(begun))
	}
	slices.Sort(times)
	return times[len(times)/2], nil
}

// turns is how much the server works while nobody asks anything: what falls due is looked for again and again.
func (w *world) turns(ctx context.Context) (float64, error) {
	before, err := w.meters(ctx)
	if err != nil {
		return 0, err
	}
	watched := 2 * w.options.Duration
	if err := pause(ctx, watched); err != nil {
		return 0, err
	}
	after, err := w.meters(ctx)
	return (after.server - before.server).Seconds() * (time.Minute.Seconds() / watched.Seconds()), err
}

// keep measures what an operator does with the stopped installation.
func (w *world) keep(ctx context.Context, config server.Config, size *Size, tell func(string, ...any)) error {
	file, err := os.Stat(filepath.Join(config.Data, "satchel.db"))
	if err != nil {
		return err
	}
	size.Bytes = file.Size()
	key, err := age.GenerateX25519Identity()
	if err != nil {
		return err
	}
	to := filepath.Join(w.folder, "backup.age")
	defer os.Remove(to)
	for _, step := range []struct {
		into *time.Duration
		args []string
	}{{&size.Backup, []string{"backup", "-r", key.Recipient().String(), to}}, {&size.Verify, []string{"verify"}}} {
		tell("satchel %s", step.args[0])
		args := append(append([]string{}, w.options.Program[1:]...), step.args[0], "--data="+config.Data, "--keys="+config.Keys)
		begun := time.Now()
		cmd := exec.CommandContext(ctx, w.options.Program[0], append(args, step.args[1:]...)...)
		cmd.Env = w.environment(config)
		if out, err := cmd.CombinedOutput(); err != nil {
			return fault.Wrap(fmt.Errorf("%w: %s", err, out[max(0, len(out)-toldBytes):]), fault.Internal, "load.keep", "satchel "+step.args[0]+" did not end as it should.")
		}
		*step.into = time.Since(begun)
	}
	return nil
}

// Print writes the table.
func (g *Growth) Print(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "people, each of %d documents of about 2.5 KB together\tfile MB\tready ms\t", preparedDocs)
	for _, c := range g.Sizes[0].Rounds {
		fmt.Fprintf(w, "round p50 ms c=%d\tserver CPU s/1000\t", c.Clients)
	}
	fmt.Fprintln(w, "queue page ms\tidle CPU s/min\tbackup s\tverify s\tmemory MB\t")
	for _, s := range g.Sizes {
		fmt.Fprintf(w, "%d\t%.0f\t%s\t", s.Records, float64(s.Bytes)/1e6, ms(s.Ready))
		for _, c := range s.Rounds {
			fmt.Fprintf(w, "%s\t%s\t", ms(c.P50), figure(c.ServerCPU))
		}
		fmt.Fprintf(w, "%s\t%.2f\t%s\t%s\t%.0f\t\n", ms(s.Queue), s.Turns, seconds(s.Backup), seconds(s.Verify), float64(s.Memory)/1e6)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	first, last := g.Sizes[0], g.Sizes[len(g.Sizes)-1]
	fmt.Fprintf(out, "\nA round with %d people costs the server, beside one with %d:", last.Records, first.Records)
	for i, c := range last.Rounds {
		fmt.Fprintf(out, " %.2f x at c=%d", c.ServerCPU/first.Rounds[i].ServerCPU, c.Clients)
	}
	fmt.Fprint(out, ". The phones' own work for it, which is the same at each size and says how quick the machine was meanwhile:")
	for i, c := range last.Rounds {
		fmt.Fprintf(out, " %.2f x at c=%d", c.PhonesCPU/first.Rounds[i].PhonesCPU, c.Clients)
	}
	_, err := fmt.Fprintf(out, ".\nThe disk: %.0f appends of 2 KB with fdatasync a second before, %.0f after; %.1f programs wanted its %d processors before.\n",
		g.DiskBefore, g.DiskAfter, g.Load, g.Processors)
	return err
}

func seconds(d time.Duration) string {
	if d == unknown {
		return "-"
	}
	return fmt.Sprintf("%.1f", d.Seconds())
}
