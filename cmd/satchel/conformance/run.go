package conformance

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	syncing "satchel/sync"
	"satchel/sync/storetest"
)

// roundsMax is how many rounds a client may need until it has nothing more to say.
const roundsMax = 60

// Options say what to hold a client against.
type Options struct {
	Client Client
	Seeds  int               // how many stories of chance are told
	From   uint64            // the first seed
	Only   string            // only the checks whose name begins so; "": all
	Tell   func(line string) // gets each step; nil keeps silent
	Store  func() Store      // gives an empty one for each story; nil: in memory
}

// Finding is one thing that the client gets wrong.
type Finding struct {
	Check    string
	Number   int    // of the step within the check
	Step     string // what was done
	Expected string
	Shown    string
}

func (f Finding) String() string {
	return fmt.Sprintf("%s, step %d (%s): expected %s; shown: %s.", f.Check, f.Number, f.Step, f.Expected, f.Shown)
}

// Report is what a run came to.
type Report struct {
	Client   string
	Findings []Finding
	Checks   int
	Vectors  int
	Seeds    int
	Steps    int
	Requests int
}

// Line is one line of figures.
func (r *Report) Line() string {
	return fmt.Sprintf("%s: %d checks, %d vectors, %d seeds, %d steps, %d requests, %d findings",
		r.Client, r.Checks, r.Vectors, r.Seeds, r.Steps, r.Requests, len(r.Findings))
}

// run is one check under way, in a world of its own.
type run struct {
	ctx    context.Context
	opts   *Options
	report *Report
	w      *world
	check  string
	number int
	step   string
	phones []*phone
}

// errStopped ends a check at its first finding: what follows from a mistake is no news.
var errStopped = errors.New("stopped")

// gone says that the client answers no more.
type gone struct{ err error }

// Run holds a client against everything. The error is that the client could not be driven to the end.
func Run(ctx context.Context, opts Options) (report *Report, err error) {
	report = &Report{}
	defer func() {
		switch p := recover().(type) {
		case nil:
		case gone:
			err = p.err
		default:
			panic(p)
		}
	}()
	r := &run{ctx: ctx, opts: &opts, report: report, check: "greeting"}
	hello := r.ask(Command{Op: "hello"})
	report.Client = hello.Client
	r.vectors(hello.Vectors)
	for _, c := range slices.Concat(checks, transcripts()) {
		if err := opts.one(ctx, report, c.name, c.story); err != nil {
			return report, err
		}
	}
	for seed := range uint64(opts.Seeds) {
		name := fmt.Sprintf("chance, seed %d", opts.From+seed)
		err := opts.one(ctx, report, name, func(r *run) { r.chance(opts.From + seed) })
		if err != nil {
			return report, err
		}
		report.Seeds++
	}
	return report, nil
}

// one tells one story in a fresh world.
func (o *Options) one(ctx context.Context, report *Report, name string, story func(*run)) error {
	if !strings.HasPrefix(name, o.Only) {
		return nil
	}
	var store Store = storetest.NewMemory()
	if o.Store != nil {
		store = o.Store()
	}
	w, err := newWorld(ctx, store)
	if err != nil {
		return err
	}
	defer w.close()
	r := &run{ctx: ctx, opts: o, report: report, w: w, check: name}
	if r.tell(story) && !strings.HasPrefix(name, "chance") {
		report.Checks++
	}
	report.Steps += r.number
	report.Requests += w.requests
	return nil
}

// tell reports whether the story came to its end.
func (r *run) tell(story func(*run)) (whole bool) {
	defer func() {
		if p := recover(); p != nil && p != any(errStopped) {
			panic(p)
		}
		for _, p := range r.phones { // so that a client keeps no databases of earlier stories
			r.ask(Command{Op: "close", DB: p.name})
		}
	}()
	story(r)
	return true
}

// does names the step in hand.
func (r *run) does(format string, args ...any) {
	r.number++
	r.step = fmt.Sprintf(format, args...)
	if r.opts.Tell != nil {
		r.opts.Tell(fmt.Sprintf("%s %d: %s", r.check, r.number, r.step))
	}
}

// wrong ends the check with a finding.
func (r *run) wrong(expected, shown string) {
	expected, shown = inShort.Replace(expected), inShort.Replace(shown)
	r.report.Findings = append(r.report.Findings, Finding{r.check, r.number, r.step, expected, shown})
	panic(errStopped)
}

// inShort puts the kit's own names in the place of ids, as the steps name them.
var inShort = func() *strings.Replacer {
	pairs := []string{string(docID("thing/first")), "thing/first"}
	for _, kind := range []string{"thing", "memo", "private", "leaflet"} {
		for i := range 10 {
			name := fmt.Sprintf("%s/%d", kind, i)
			pairs = append(pairs, string(docID(name)), name)
		}
	}
	return strings.NewReplacer(pairs...)
}()

// must is for what the kit itself does.
func (r *run) must(err error) {
	if err != nil {
		panic(gone{fmt.Errorf("the kit itself failed in %q, step %d (%s): %w", r.check, r.number, r.step, err)})
	}
}

// ask gives the client a line.
func (r *run) ask(c Command) Reply {
	reply, err := r.opts.Client.Answer(r.ctx, c)
	if err != nil {
		panic(gone{fmt.Errorf("in %q, step %d (%s): %w", r.check, r.number, r.step, err)})
	}
	return reply
}

// once checks that a value was written into a field once, and not more often, as the server's history has it.
func (r *run) once(doc, field, value string) {
	if n := r.times(doc, field, value); n != 1 {
		r.wrong(fmt.Sprintf("%s of %s to be written as %s once, by the server's history", field, doc, value), fmt.Sprintf("%d times", n))
	}
}

func (r *run) times(doc, field, value string) int {
	r.w.mu.Lock()
	defer r.w.mu.Unlock()
	list, err := r.w.engine.History(r.ctx, r.w.principal("ann"), r.w.record, docID(doc))
	if err != nil {
		return 0 // the document is not there
	}
	count := 0
	for _, e := range list {
		if e.Field == field && e.Result != "removed" && (string(e.Value) == value || string(e.Element) == value) {
			count++
		}
	}
	return count
}

// heldFor counts the open held changes with a reason that the owner of the record sees.
func (r *run) heldFor(reason syncing.Reason) int {
	seen, err := r.w.truth(r.ctx, "ann")
	r.must(err)
	count := 0
	for id, d := range seen {
		if strings.HasPrefix(id, syncing.HeldType+"/") && string(d.Fields["reason"]) == `"`+string(reason)+`"` {
			count++
		}
	}
	return count
}
