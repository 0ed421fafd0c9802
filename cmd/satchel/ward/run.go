package ward

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"math/rand/v2"
	"runtime/debug"
	"slices"

	"satchel/internal/care"
	"satchel/internal/identity"
	"satchel/internal/reminder"
	syncing "satchel/sync"
	"satchel/sync/replica"
	"satchel/sync/sim"
)

// Tamper plants faults, for the tests that ask whether the oracle notices them. Each may be nil.
type Tamper struct {
	Store    func(syncing.Store) syncing.Store
	Schema   func(*syncing.Schema)                                                           // as the engine has it
	Scope    func(syncing.RecordID, syncing.Principal, syncing.Scope) syncing.Scope          // as the engine gets it
	Behind   func(now int64) int64                                                           // the clock by which the grants of patients and caregivers are read
	Request  func(*syncing.Request)                                                          // as the engine gets it
	Response func(account syncing.AccountID, req *syncing.Request, answer *syncing.Response) // as the engine gave it
}

// Options say what to run. The Tamper of sim.Options counts nothing here.
type Options struct {
	sim.Options
	Faults Tamper
}

// errBroken says that a rule was broken.
type errBroken struct{ rule, text string }

// world is one run.
type world struct {
	opts     Options
	ctx      context.Context
	rnd      *rand.Rand
	machine  *sim.Machine
	identity *identity.Service
	behind   *identity.Service // reads grants by another clock, for a planted fault
	engine   *syncing.Engine
	schema   *syncing.Schema
	clock    *reminder.Clock
	oracle   *oracle
	hash     hash.Hash
	result   sim.Result
	step     int
	now      int64 // true time, ms
	drift    int64 // of the server's clock
	ids      uint64
	words    int
	epoch    string
	epochs   []string
	min      int // the oldest schema that the server lets read
	admin    syncing.AccountID
	people   []*person
	teams    []*team
	records  []syncing.RecordID // those in use, and one that nobody ever began
	phones   []*phone
	cables   []*message
	backups  []*backup
	safe     *backup
	changed  map[syncing.RecordID]bool // since it was last looked at
	ended    []identity.Revocation     // the second place
	quiet    bool
	leaps    bool // the server's clock may be wrong by ten years
}

// backup is a state of the server to which it may be put back.
type backup struct {
	name     string
	goBack   func()
	life     *life
	sequence uint64
	chain    []*backup
}

// Run plays one seed. The error is a *sim.Failure. A program that panics, anywhere below, has broken a rule too.
func Run(o Options) (result sim.Result, err error) {
	w := newWorld(o)
	defer func() {
		switch broken := recover().(type) {
		case nil:
		case errBroken:
			result, err = w.result, &sim.Failure{Seed: o.Seed, Step: w.step, Rule: broken.rule, Text: broken.text}
		default:
			result, err = w.result, &sim.Failure{Seed: o.Seed, Step: w.step, Rule: "panic", Text: fmt.Sprintf("panic: %v\n%s", broken, debug.Stack())}
		}
	}()
	w.begin()
	steps := o.Only
	if steps == nil {
		for step := range o.Steps {
			steps = append(steps, step+1)
		}
	}
	for _, step := range steps {
		w.tick(step)
	}
	w.draw(o.Steps + 1)
	w.settle()
	w.result.Hash = hex.EncodeToString(w.hash.Sum(nil))
	w.result.Covered = w.oracle.covered
	return w.result, nil
}

func newWorld(o Options) *world {
	w := &world{
		opts: o, ctx: context.Background(), hash: sha256.New(), now: 1_795_302_000_000, leaps: o.Seed%8 == 3,
		changed: map[syncing.RecordID]bool{}, schema: care.Schema(place()), clock: clockOf(),
	}
	w.draw(0)
	store := o.Disk.Store
	if o.Faults.Store != nil {
		store = o.Faults.Store(store)
	}
	if o.Faults.Schema != nil {
		o.Faults.Schema(w.schema)
	}
	w.machine = &sim.Machine{Store: store}
	w.oracle = &oracle{fault: w.broken, covered: map[string]int{}, life: newLife(), revoked: map[syncing.UUID]bool{}}
	w.epoch = w.newEpoch()
	w.restart()
	return w
}

// draw begins a step with draws, ids and words of its own, whatever was drawn before.
func (w *world) draw(step int) {
	w.step, w.ids, w.words = step, 0, 0
	w.rnd = sim.Chance(w.opts.Seed, step)
}

// broken ends the run.
func (w *world) broken(format string, args ...any) {
	panic(errBroken{format, fmt.Sprintf(format, args...)})
}

// must ends the run if what has to work does not.
func (w *world) must(what string, err error) {
	if err != nil {
		w.broken("d: "+what+": %v", err)
	}
}

func (w *world) tell(format string, args ...any) {
	if w.opts.Tell != nil {
		w.opts.Tell(fmt.Sprintf("%4d  ", w.step) + fmt.Sprintf(format, args...))
	}
}

func (w *world) note(what string) { w.oracle.covered[what]++ }

func (w *world) id() syncing.UUID {
	w.ids++
	return syncing.DerivedUUID("ward", fmt.Sprint(w.opts.Seed), fmt.Sprint(w.step), fmt.Sprint(w.ids))
}

func (w *world) newEpoch() string {
	id := w.id()
	return hex.EncodeToString(id[:8])
}

// serverNow is the server's wall clock.
func (w *world) serverNow() int64 { return w.now + w.drift }

func (w *world) chance(percent int) bool { return w.rnd.IntN(100) < percent }

func pick[T any](w *world, list ...T) T { return list[w.rnd.IntN(len(list))] }

// restart makes a new process over the same store, as after a crash.
func (w *world) restart() {
	w.identity = w.newIdentity(w.serverNow)
	if behind := w.opts.Faults.Behind; behind != nil {
		w.behind = w.newIdentity(func() int64 { return behind(w.serverNow()) })
	}
	w.engine = syncing.New(w.machine, w.schema, access{w.identity, w}, syncing.Options{
		Epoch: w.epoch, Epochs: slices.Clone(w.epochs), Now: w.serverNow, SchemaMin: w.min, Sequential: true, Quiet: care.Quiet,
		Committed: func(record syncing.RecordID) { w.changed[record] = true },
		ResetLoop: func(cause string) {
			if w.quiet {
				w.broken("e: the server counts a loop of resets for %s", cause)
			}
		},
		RuleRefused: func(kind string, reason syncing.Reason) {
			w.broken("d: what a rule derived could not be written: %s, %s", kind, reason)
		},
	})
}

// phone is one device with one database.
type phone struct {
	name    string
	owner   *person
	db      *replica.Replica
	drift   int64 // of its clock, ms
	schema  int
	session session
	gone    bool
	kept    []map[string][]byte // older copies of its database
	bases   map[syncing.RecordID]string
}
