package main

import (
	"errors"
	"os"
	"os/signal"
	"runtime/pprof"
	"syscall"

	"satchel/internal/fault"
)

// profiled writes where the processor's time went between the first SIGUSR1 and the second, so that `satchel load` sees its work and not the enrolling of those who
// do it. stop ends it and says what went wrong.
func profiled(file string) (stop func() error) {
	told, ended := make(chan os.Signal, 1), make(chan error, 1)
	signal.Notify(told, syscall.SIGUSR1)
	done := make(chan struct{})
	go func() { ended <- profile(file, told, done) }()
	return func() error {
		signal.Stop(told)
		close(done)
		return fault.Wrap(<-ended, fault.Full, "main.serve", "The profile could not be written to "+file+".")
	}
}

func profile(file string, told <-chan os.Signal, done <-chan struct{}) error {
	if !waited(told, done) {
		return nil
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return errors.Join(err, f.Close())
	}
	waited(told, done)
	pprof.StopCPUProfile()
	return f.Close()
}

// waited says whether it was told so, before all was over.
func waited(told <-chan os.Signal, done <-chan struct{}) bool {
	select {
	case <-told:
		return true
	case <-done:
		return false
	}
}
