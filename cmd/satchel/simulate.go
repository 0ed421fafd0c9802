package main

import (
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"satchel/cmd/satchel/ward"
	"satchel/sync/sim"
	"satchel/sync/storetest/memory"
)

// simulateCommand plays seeds of the simulation: phones and a server in bad years. A failure is told as a story.
type simulateCommand struct {
	Seed    uint64        `default:"0" help:"The seed to play, or the first of several."`
	Seeds   uint64        `default:"1" help:"How many seeds to play, one after the other from the first on."`
	Steps   int           `default:"400" help:"How many things happen in one run."`
	Devices int           `default:"0" help:"How many phones there are; 0: as the seed says."`
	Story   bool          `help:"Tell the whole story also of a run in which nothing fails. For one seed."`
	Shrink  time.Duration `default:"1m" help:"How long to look for a shorter run that fails in the same way."`
	Ward    bool          `help:"Play a ward: with the real rules of care, consents, teams and tokens."`

	tamper sim.Tamper  // for the tests: what a failure looks like
	faults ward.Tamper // and in a ward
}

// workers is how many seeds are played at once.
const workers = 2

// collectAt is by how many percent the memory of runs may grow before it is collected.
const collectAt = 400

// storyMost is how many lines of a story are printed: its beginning and its end.
const storyMost = 120

// The limits of a command line: larger numbers are mistakes.
const (
	simulatedStepsMost   = 1_000_000
	simulatedDevicesMost = 100
)

func (c *simulateCommand) Run(t *terminal) error {
	switch {
	case c.Steps < 1 || c.Steps > simulatedStepsMost:
		return fmt.Errorf("--steps is between 1 and %d", simulatedStepsMost)
	case c.Devices < 0 || c.Devices > simulatedDevicesMost:
		return fmt.Errorf("--devices is between 0 and %d", simulatedDevicesMost)
	case c.Story && c.Seeds != 1:
		return errors.New("--story tells one seed; leave --seeds out")
	}
	// Runs make much that soon is garbage and keep little: collecting less often saves a third of the time.
	defer debug.SetGCPercent(debug.SetGCPercent(collectAt))
	begun := time.Now()
	sum, first := c.playAll(t)
	t.printf("simulated: %d steps, %d seeds, %d messages, %d failures, %s\n",
		sum.steps, sum.seeds, sum.messages, sum.failures, time.Since(begun).Round(time.Millisecond))
	if sum.seeds == 1 && first == nil {
		t.printf("seed %d: everything held. hash %s\n", c.Seed, sum.hash)
	}
	if first == nil {
		return nil
	}
	c.tell(t, first)
	return errSaid
}

// simulated adds up what was played.
type simulated struct {
	seeds    uint64
	steps    int
	messages int
	failures int
	hash     string
}

// playAll plays every seed, until told to stop. It gives the failure of the lowest seed.
func (c *simulateCommand) playAll(t *terminal) (sum simulated, first *sim.Failure) {
	var mu sync.Mutex
	var group sync.WaitGroup
	next := c.Seed
	for range min(workers, c.Seeds) {
		group.Go(func() {
			for {
				mu.Lock()
				seed := next
				next++
				mu.Unlock()
				if seed-c.Seed >= c.Seeds || t.ctx.Err() != nil {
					return
				}
				result, failure := c.play(t, seed)
				mu.Lock()
				sum.seeds, sum.steps, sum.messages, sum.hash = sum.seeds+1, sum.steps+result.Steps, sum.messages+result.Messages, result.Hash
				if failure != nil {
					sum.failures++
					fmt.Fprintf(t.err, "failed: %v\n", failure)
					if first == nil || failure.Seed < first.Seed {
						first = failure
					}
				}
				mu.Unlock()
			}
		})
	}
	group.Wait()
	return sum, first
}

func (c *simulateCommand) options(seed uint64) sim.Options {
	return sim.Options{Seed: seed, Steps: c.Steps, Devices: c.Devices, Disk: memoryDisk(), Tamper: c.tamper}
}

// run plays one seed of what was asked for.
func (c *simulateCommand) run(o sim.Options) (sim.Result, error) {
	if c.Ward {
		return ward.Run(ward.Options{Options: o, Faults: c.faults})
	}
	return sim.Run(o)
}

func (c *simulateCommand) play(t *terminal, seed uint64) (sim.Result, *sim.Failure) {
	o := c.options(seed)
	if c.Story {
		o.Tell = func(line string) { t.printf("%s\n", line) }
	}
	result, err := c.run(o)
	var failure *sim.Failure
	errors.As(err, &failure)
	return result, failure
}

// tell shrinks a failing run and tells what happens in the short one.
func (c *simulateCommand) tell(t *terminal, f *sim.Failure) {
	o, begun := c.options(f.Seed), time.Now()
	steps, failure := sim.Shrink(o, c.run, memoryDisk, func() bool { return time.Since(begun) < c.Shrink && t.ctx.Err() == nil })
	if failure == nil {
		fmt.Fprintf(t.err, "seed %d failed, and does not fail again: the simulation itself is at fault\n", f.Seed)
		return
	}
	t.printf("\nThe same rule breaks in %d of %d steps. This is what happens:\n\n", len(steps), c.Steps)
	var story []string
	o.Only, o.Disk, o.Tell = steps, memoryDisk(), func(line string) { story = append(story, line) }
	_, _ = c.run(o)
	if left := len(story) - storyMost; left > 0 {
		story = slices.Concat(story[:storyMost/2], []string{fmt.Sprintf("      … %d lines more …", left)}, story[len(story)-storyMost/2:])
	}
	for _, line := range story {
		t.printf("%s\n", line)
	}
	ward := ""
	if c.Ward {
		ward = " --ward"
	}
	t.printf("\nBroken in step %d: %s\n\nPlay it again: satchel simulate%s --seed %d --steps %d --devices %d\n",
		failure.Step, failure.Text, ward, f.Seed, c.Steps, c.Devices)
}

// memoryDisk is a disk that remembers earlier states.
func memoryDisk() sim.Disk {
	m := memory.New()
	return sim.Disk{
		Store: m, Sequence: m.Sequence, SetDurability: m.SetDurability,
		Keep: func() func() {
			s := m.Snapshot()
			return func() { m.Restore(s) }
		},
	}
}
