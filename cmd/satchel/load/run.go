package load

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"satchel/server"
)

// world is a server, and the people whose phones speak to it.
type world struct {
	options Options
	folder  string
	child   *child // nil: the server is somebody else's
	base    string
	metrics string
	homes   []*home
}

// Run measures what is asked. tell is given a line as each thing is done.
func Run(ctx context.Context, o Options, tell func(format string, args ...any)) (report *Report, err error) {
	if err := o.Check(); err != nil {
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
	report = &Report{
		Begun: time.Now().UTC().Truncate(time.Second), Processors: runtime.NumCPU(), Go: runtime.Version(), Load: machineLoad(),
		Server: o.Server, Store: o.storeName(), Records: o.Records, Packed: o.Packed,
	}
	if err := w.open(ctx, tell); err != nil {
		return nil, err
	}
	if report.DiskBefore, err = diskRate(folder, diskTime); err != nil {
		return nil, err
	}
	for _, s := range o.ordered() {
		for _, c := range o.Clients {
			tell("%s with %d connections, %s", s, c, o.Duration)
			cell, err := w.cell(ctx, s, c)
			if err != nil {
				return nil, err
			}
			report.Cells = append(report.Cells, cell)
		}
	}
	if report.DiskAfter, err = diskRate(folder, diskTime); err != nil {
		return nil, err
	}
	return report, w.close(ctx, report, tell)
}

// open starts the server, if it is our own, and makes the people.
func (w *world) open(ctx context.Context, tell func(string, ...any)) error {
	who := sign{w.options.Staff, w.options.Password}
	w.base, w.metrics = w.options.Server, w.options.Metrics
	if w.options.Server == "" {
		var err error
		if who, err = w.start(ctx); err != nil {
			return err
		}
	}
	d, err := sit(ctx, w.base, who)
	if err != nil {
		return err
	}
	tell("enrolling %d people with two phones each", w.options.Records)
	if w.homes, err = d.admit(ctx, w.options.Records); err != nil {
		return err
	}
	return w.each(ctx, func(l *line, h *home) error { return settle(ctx, l, h) })
}

// start makes an installation and serves it in a process of its own, as `satchel serve` does it, with all defaults.
func (w *world) start(ctx context.Context) (sign, error) {
	config := w.config()
	made, err := install(ctx, config)
	if err != nil {
		return made.sign, err
	}
	return made.sign, w.serve(ctx, config)
}

// config is where a server of our own has its installation.
func (w *world) config() server.Config {
	c := server.Config{Data: filepath.Join(w.folder, "data"), Keys: filepath.Join(w.folder, "keys"), Drafts: true, Log: slog.New(slog.DiscardHandler)}
	if w.options.Store != Bolt {
		c.Data, c.Store = "", w.options.Store
	}
	return c
}

// serve starts the process.
func (w *world) serve(ctx context.Context, config server.Config) error {
	args := append(w.options.Program[:len(w.options.Program):len(w.options.Program)],
		"serve", "--keys="+config.Keys, "--address=127.0.0.1:0", "--metrics=127.0.0.1:0", "--drain=0s")
	if config.Store == "" {
		args = append(args, "--data="+config.Data)
	}
	if w.options.Profile != "" {
		args = append(args, profileFlag+w.options.Profile)
	}
	w.child = &child{folder: w.folder, args: args, env: w.environment(config)}
	err := w.child.begin(ctx)
	w.base, w.metrics = w.child.base, w.child.metrics
	return err
}

// environment is that of the processes that work on an installation of our own.
func (w *world) environment(config server.Config) []string {
	env := slices.DeleteFunc(os.Environ(), func(setting string) bool { return strings.HasPrefix(setting, "SATCHEL_") }) // those of another installation
	if config.Store != "" {
		env = append(env, "SATCHEL_STORE="+config.Store) // it may hold a password, and anybody may see arguments
	}
	return env
}

// close looks for what was acknowledged.
func (w *world) close(ctx context.Context, report *Report, tell func(string, ...any)) error {
	for _, h := range w.homes {
		for _, p := range h.phones {
			report.Acknowledged += p.count
		}
	}
	if w.child != nil {
		if err := w.child.again(ctx); err != nil {
			return err
		}
		w.base, report.Restarted = w.child.base, true
		for _, h := range w.homes {
			for _, p := range h.phones {
				p.client.Base = w.base
			}
		}
	}
	tell("looking for %d acknowledged mutations", report.Acknowledged)
	var err error
	report.Found, err = w.found(ctx)
	return err
}

// storeName says what the server stands on, without what a connection string may hold.
func (o *Options) storeName() string {
	switch {
	case o.Server != "":
		return ""
	case o.Store == Bolt:
		return Bolt
	}
	return "PostgreSQL"
}
