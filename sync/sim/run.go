package sim

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"math/rand/v2"
	"runtime/debug"

	syncing "satchel/sync"
	"satchel/sync/replica"
)

// Disk is the store on which a run takes place, and what can be done to disks.
type Disk struct {
	Store syncing.Store
	// Keep takes a copy of the present state, and gives the way back to it.
	Keep func() (goBack func())
	// SetDurability sets what the store says of its backups.
	SetDurability func(taken, safe uint64)
	// Sequence is that of the latest commit.
	Sequence func() uint64
}

// Options say what to run.
type Options struct {
	Seed  uint64
	Steps int
	Disk  Disk
	// Devices is how many phones there are; 0: as the seed says.
	Devices int
	// Only plays these steps alone, in their order; nil plays all. What a step draws does not depend on those before it, so
	// that a failure can be told in few steps.
	Only []int
	// Tell gets the story of the run, a short line a step; nil keeps it silent.
	Tell func(line string)
	// Tamper plants faults, for the tests that ask whether the oracle notices them.
	Tamper Tamper
}

// Tamper changes what passes between the replicas, the engine and the oracle. Each may be nil.
type Tamper struct {
	Store    func(syncing.Store) syncing.Store
	Request  func(*syncing.Request)  // as the engine gets it; the oracle sees the true one
	Response func(*syncing.Response) // as the engine gave it, before the oracle and the replica see it
	Grant    func(grant) grant       // as the engine sees it
	Answer   func(*syncing.Response) // as the replica gets it; the oracle sees the true one
}

// Result is what a run came to.
type Result struct {
	Hash     string // of everything that was answered; the same for the same seed
	Steps    int
	Messages int            // requests that the server answered
	Covered  map[string]int // how often what happened
}

// errBroken says that a rule was broken.
type errBroken struct {
	rule string // what all breaches of it have in common
	text string
}

func (e errBroken) Error() string { return e.text }

// Failure says which rule a run broke, and when.
type Failure struct {
	Seed uint64
	Step int
	Rule string // the same for all breaches of one rule
	Text string
}

func (f *Failure) Error() string { return fmt.Sprintf("seed %d, step %d: %s", f.Seed, f.Step, f.Text) }

// world is one run.
type world struct {
	opts    Options
	rnd     *rand.Rand
	engine  *syncing.Engine
	oracle  *oracle
	store   syncing.Store
	machine *Machine // on which the store runs
	hash    hash.Hash
	result  Result
	step    int
	played  int   // steps
	now     int64 // true time, ms
	drift   int64 // of the server's clock
	values  int
	audits  int
	ids     uint64
	people  []*person
	auditor *person
	phones  []*phone
	cables  []*message
	backups []*backup
	chain   []*backup          // those of the present life
	safe    *backup            // the newest that was read back: what phones were told is safe lies in it
	records []syncing.RecordID // the two in use, and one of which nobody ever has anything
	past    []syncing.RecordID // those of earlier eras: phones still hold them, and still hand in for them
	targets map[syncing.RecordID][]syncing.DocID
	family  map[syncing.ReplicaID]string // which database a name belongs to
	copied  map[string]bool              // databases of which there was more than one, or which went back in time
	lost    map[string]bool              // words that only a backup older than safe could lose, and did
	leaps   bool                         // the server's clock may be wrong by ten years
	ancient bool                         // backups may be older than what phones were told is safe
	crowd   bool                         // many phones, which write to one field
	quiet   bool                         // no more faults
}

// Run plays one seed. The error is a *Failure. A program that panics, anywhere below, has broken a rule too.
func Run(o Options) (result Result, err error) {
	w := newWorld(o)
	defer func() {
		w.result.Steps = w.played
		switch broken := recover().(type) {
		case nil:
		case errBroken:
			result, err = w.result, &Failure{o.Seed, w.step, broken.rule, broken.text}
		default:
			result, err = w.result, &Failure{o.Seed, w.step, "panic", fmt.Sprintf("panic: %v\n%s", broken, debug.Stack())}
		}
	}()
	w.begin()
	if o.Only == nil {
		for step := range o.Steps {
			w.tick(step + 1)
		}
	}
	for _, step := range o.Only {
		w.tick(step)
	}
	w.draw(o.Steps + 1)
	w.settleAll()
	w.result.Steps = w.played
	w.result.Hash = hex.EncodeToString(w.hash.Sum(nil))
	w.result.Covered = w.oracle.covered
	return w.result, nil
}

func newWorld(o Options) *world {
	w := &world{
		opts: o, hash: sha256.New(), now: 1_795_302_000_000,
		family: map[syncing.ReplicaID]string{}, copied: map[string]bool{}, lost: map[string]bool{}, targets: map[syncing.RecordID][]syncing.DocID{},
		store: o.Disk.Store, ancient: o.Seed%8 == 7, crowd: o.Seed%16 == 5, leaps: o.Seed%8 == 3,
	}
	w.draw(0)
	if o.Tamper.Store != nil {
		w.store = o.Tamper.Store(w.store)
	}
	w.machine = &Machine{Store: w.store}
	w.store = w.machine
	w.oracle = &oracle{
		schema: schema(), books: map[string]*book{}, torn: map[string]bool{}, mourned: map[mournedName]bool{}, fault: w.broken, covered: map[string]int{}, life: newLife(w.epoch()),
		single: func(r syncing.ReplicaID) string {
			if f := w.family[r]; !w.copied[f] {
				return f
			}
			return ""
		},
	}
	w.restart()
	return w
}

// draw begins a step with draws, ids and words of its own, whatever was drawn before.
func (w *world) draw(step int) {
	w.step, w.ids, w.values = step, 0, 0
	w.rnd = Chance(w.opts.Seed, step)
}

// broken ends the run.
func (w *world) broken(format string, args ...any) {
	panic(errBroken{format, fmt.Sprintf(format, args...)})
}

func (w *world) tell(format string, args ...any) {
	if w.opts.Tell != nil {
		w.opts.Tell(fmt.Sprintf("%4d  ", w.step) + fmt.Sprintf(format, args...))
	}
}

func (w *world) note(what string) { w.oracle.covered[what]++ }

// id gives the next of a step's ids, which look like any others.
func (w *world) id() syncing.UUID {
	w.ids++
	return syncing.DerivedUUID("sim", fmt.Sprint(w.opts.Seed), fmt.Sprint(w.step), fmt.Sprint(w.ids))
}

func (w *world) epoch() string {
	id := w.id()
	return hex.EncodeToString(id[:8])
}

// clock is the server's wall clock.
func (w *world) clock() int64 { return w.now + w.drift }

// restart makes a new engine over the same store, as after a crash.
func (w *world) restart() {
	w.engine = syncing.New(w.store, w.oracle.schema, (*access)(w), syncing.Options{
		Epoch: w.oracle.life.epoch, Epochs: w.oracle.life.earlier, Now: w.clock, Sequential: true, SchemaMin: w.oracle.schemaMin,
		ResetLoop: w.resetLoop,
	})
}

// resetLoop: while faults go on, scopes and epochs may change again and again; when all is quiet nothing is reset thrice.
func (w *world) resetLoop(cause string) {
	if w.quiet {
		w.broken("L: the server counts a loop of resets for %s", cause)
	}
}

// access answers the engine from the oracle's grants.
type access world

func (a *access) Scope(tx syncing.ReadTx, who syncing.Principal) (syncing.Scope, error) {
	g := a.oracle.life.grants[grantKey{tx.Record(), who.Account}]
	g.Account = who.Account
	if a.opts.Tamper.Grant != nil {
		g = a.opts.Tamper.Grant(g)
	}
	return syncing.NewScope(g), nil
}

func (a *access) TeamScopes(syncing.ReadTx) ([]syncing.Scope, error) { return nil, nil }

func (a *access) Principal(_ context.Context, account syncing.AccountID) (syncing.Principal, bool, error) {
	return syncing.Principal{Account: account}, true, nil
}

func (a *access) AccountRecord(account syncing.AccountID) syncing.RecordID {
	return syncing.RecordID{UUID: syncing.DerivedUUID("account", account.String())}
}

// person has an account.
type person struct {
	account syncing.AccountID
	name    string
	role    syncing.Role
}

// phone is one device with one database.
type phone struct {
	name    string
	owner   *person
	db      *replica.Replica
	drift   int64 // of its clock, ms
	schema  int
	family  string
	gone    bool
	written map[string]syncing.RecordID   // the words that its person wrote here, or that came with the copy
	kept    []keptPhone                   // older copies of it
	bases   map[syncing.RecordID][]string // of forms that were opened earlier
}

type keptPhone struct {
	parts   map[string][]byte
	written map[string]syncing.RecordID
}

// message is a request or an answer on its way.
type message struct {
	from     *phone
	db       *replica.Replica            // as it was when it sent: a restored phone knows nothing of it
	written  map[string]syncing.RecordID // what the phone knew as its own then; nil: nobody asks
	as       *person
	exchange *replica.Exchange
	answer   *syncing.Response // nil: a request
	views    map[syncing.RecordID]view
}

// backup is a state of the server to which it may be put back.
type backup struct {
	name     string
	goBack   func()
	life     *life
	sequence uint64
	chain    []*backup // the backups that lie before it in its own life
}
