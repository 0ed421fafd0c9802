package outbox

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"satchel/internal/fault"
	"satchel/internal/notify"
	syncing "satchel/sync"
)

const (
	// batchMax is how many rows go out at once.
	batchMax = 500
	// takeMax is how many events are read at once.
	takeMax = 256
	// rowsMax is how many rows wait at most; past it events wait to be taken up.
	rowsMax = 200_000
	// perMinuteMax is how many rows a channel is handed in a minute.
	perMinuteMax = 6_000
	// lifetime is how long something rings late: after it the app shows it, and no device is lit for it.
	lifetime = 24 * time.Hour
	// againMin and againMax bound how long a row waits that was not taken; lineAgainMax how long a channel does that took nothing, unless
	// its service asks for more, up to waitMax.
	againMin, againMax, lineAgainMax, waitMax = 5 * time.Second, 5 * time.Minute, time.Minute, time.Hour
	// settlers is how many records are written to at once: they share commits.
	settlers = 32
)

// Sender hands pushes to a service. It answers in bounded time.
type Sender interface {
	// Send sends each push. The report is good also when there is a fault.
	Send(ctx context.Context, pushes []notify.Push) (notify.Report, error)
}

// House knows for whom something rings. It is asked when an event is taken up and again for each row that is about to leave: somebody
// may have lost access meanwhile, signed out, opened what it is about, died, or want to be left alone.
type House interface {
	// Called lists the devices on which an event rings now, or from some time on.
	Called(ctx context.Context, record syncing.RecordID, event syncing.DocID) (Call, error)
	// Address is where an event rings on a device now, or from some time on; rings is false if it no longer does.
	Address(ctx context.Context, record syncing.RecordID, event syncing.DocID, account syncing.AccountID, device syncing.UUID) (address Address, rings bool, err error)
	// Listed writes down, before an event is taken up, whom of its call somebody else is to read of. Saying it twice changes nothing.
	Listed(ctx context.Context, record syncing.RecordID, event syncing.DocID, call Call) error
	// Left writes down that a service took the push of an event for an account that is listed. Saying it twice changes nothing.
	Left(ctx context.Context, record syncing.RecordID, event syncing.DocID, account syncing.AccountID) error
	// Gone forgets a token.
	Gone(ctx context.Context, token string) error
}

// Address is where a device is reached, and when.
type Address struct {
	Channel   notify.Channel
	Token     string
	NotBefore int64 // ms; 0: now
}

// Config is an outbox and its surroundings. Store, Events, House, Channels, Now, Chance and Count are required.
type Config struct {
	Store syncing.Store
	// Events names the index of events that nobody has taken up: any key that begins with a time -> id of the document.
	Events   string
	House    House
	Channels map[notify.Channel]Sender
	Now      func() int64   // ms
	Chance   func() float64 // from 0 to 1
	// Count is told what became of rows: taken, moved, held, merged, unseen, expired, damaged, and the results of notify. Like House, Now
	// and Chance it is called for several channels at once.
	Count func(result string, n int)

	// What follows has defaults; tests set less.
	RowsMax   int
	PerMinute int
	Lifetime  time.Duration
}

// Outbox takes events up and sends their rows. It is safe for concurrent use; one turn runs at a time.
type Outbox struct {
	cfg     Config
	mu      sync.Mutex
	lines   map[notify.Channel]*line
	rows    atomic.Int64
	counted bool
}

// New makes an outbox upon an open store.
func New(cfg Config) *Outbox {
	if cfg.RowsMax == 0 {
		cfg.RowsMax = rowsMax
	}
	if cfg.PerMinute == 0 {
		cfg.PerMinute = perMinuteMax
	}
	if cfg.Lifetime == 0 {
		cfg.Lifetime = lifetime
	}
	lines := map[notify.Channel]*line{}
	for channel := range cfg.Channels {
		lines[channel] = &line{}
	}
	return &Outbox{cfg: cfg, lines: lines}
}

// Rows is how many rows wait, as of the last turn or the one that runs.
func (o *Outbox) Rows() int { return int(o.rows.Load()) }

// Turn does once what is due now. What fails is left for a later turn, and stops nothing else. The fault is the last of a service or of
// the store.
func (o *Outbox) Turn(ctx context.Context) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.counted {
		n := 0
		if err := o.cfg.Store.Scan(ctx, Index, nil, nil, o.cfg.RowsMax, func(syncing.IndexEntry) bool { n++; return true }); err != nil {
			return err
		}
		o.rows.Store(int64(n))
		o.counted = true
	}
	failures := make(chan error, len(o.lines))
	failed := o.takeUp(ctx)
	for channel := range o.lines { // at once: no channel waits for another's service
		go func() { failures <- o.drain(ctx, channel) }()
	}
	for range o.lines {
		failed = errors.Join(failed, <-failures)
	}
	return failed
}

// drain sends a channel's rows whose time has come, until there are none, or its budget is spent, or its service is in trouble: what that
// costs, other channels must not wait for again and again.
func (o *Outbox) drain(ctx context.Context, channel notify.Channel) error {
	for ctx.Err() == nil {
		limit := o.lines[channel].allowance(o.cfg.Now(), o.cfg.PerMinute)
		if limit == 0 {
			return nil
		}
		due, err := o.due(ctx, channel, limit)
		if err != nil || len(due) == 0 {
			return err
		}
		b := &batch{outbox: o, channel: channel}
		b.read(ctx, due)
		trouble := b.send(ctx)
		if err := errors.Join(trouble, b.settle(ctx)); err != nil { // not settled: the same rows would be sent for ever
			return err
		}
	}
	return nil
}

func (o *Outbox) due(ctx context.Context, channel notify.Channel, limit int) (due []syncing.IndexEntry, err error) {
	err = o.cfg.Store.Scan(ctx, Index, bound(channel, 0), bound(channel, o.cfg.Now()+1), limit, func(e syncing.IndexEntry) bool {
		due = append(due, e)
		return true
	})
	return due, err
}

// verdict is what is written about a row that was looked at: it is taken out, and put where it waits from now on, if it does.
type verdict struct {
	entry syncing.IndexEntry
	puts  []put
	left  row // listed, and a service took it; of no event: there is nothing to write down
}

// batch is some rows of a channel on their way.
type batch struct {
	outbox   *Outbox
	channel  notify.Channel
	pushes   []notify.Push
	rows     []row      // of the pushes
	leaving  []*verdict // of the pushes
	verdicts map[syncing.RecordID][]*verdict
}

// read asks of each row whether it still rings, and where.
func (b *batch) read(ctx context.Context, due []syncing.IndexEntry) {
	b.verdicts = map[syncing.RecordID][]*verdict{}
	o := b.outbox
	for _, e := range due {
		v := &verdict{entry: e}
		b.verdicts[e.Record] = append(b.verdicts[e.Record], v)
		r, err := decodeRow(e.Value)
		switch {
		case err != nil:
			o.cfg.Count("damaged", 1)
		case r.since()+o.cfg.Lifetime.Milliseconds() <= o.cfg.Now():
			o.cfg.Count("expired", 1+len(r.Also))
		default:
			b.ask(ctx, v, r)
		}
	}
}

// ask asks of each event of a row. Those that ring now are one push; those that may not ring yet wait on.
func (b *batch) ask(ctx context.Context, v *verdict, r row) {
	o := b.outbox
	var rings []called
	var push notify.Push
	for _, one := range r.events() {
		id, err := syncing.ParseUUID(one.Event.ID())
		if err != nil {
			o.cfg.Count("damaged", 1)
			continue
		}
		address, wanted, err := o.cfg.House.Address(ctx, v.entry.Record, one.Event, r.Account, r.Device)
		switch {
		case err != nil: // of this record or account alone: others go first
			v.puts = nil
			b.wait(v, r, 0)
			return
		case !wanted, o.lines[address.Channel] == nil:
			o.cfg.Count("unseen", 1)
		case address.NotBefore > o.cfg.Now():
			o.cfg.Count("held", 1)
			v.puts = append(v.puts, put{address.Channel, address.NotBefore, r.of([]called{one}), true})
		case address.Channel != b.channel:
			o.cfg.Count("moved", 1)
			v.puts = append(v.puts, put{address.Channel, o.cfg.Now(), r.of([]called{one}), false})
		default:
			if rings = append(rings, one); len(rings) == 1 {
				push = notify.Push{Token: address.Token, Kind: notify.Action, ID: id, At: one.At}
			}
		}
	}
	if len(rings) > 0 {
		b.pushes, b.rows, b.leaving = append(b.pushes, push), append(b.rows, r.of(rings)), append(b.leaving, v)
	}
}

// wait puts a row back. What a service asks for comes before what its tries say: behind it, too, not all come at one moment.
func (b *batch) wait(v *verdict, r row, wait time.Duration) {
	o := b.outbox
	r.Tries++
	next := o.cfg.Now() + (wait + notify.Again(r.Tries, againMin, againMax, o.cfg.Chance())).Milliseconds()
	v.puts = append(v.puts, put{b.channel, next, r, false})
	o.cfg.Count(string(notify.Waiting), 1)
}

// send hands the pushes to the channel's service, and notes what became of each.
func (b *batch) send(ctx context.Context) error {
	if len(b.pushes) == 0 {
		return nil
	}
	o := b.outbox
	report, trouble := o.cfg.Channels[b.channel].Send(ctx, b.pushes)
	if len(report.Results) != len(b.pushes) { // a sender that does not say what became of each has sent none
		report = notify.All(notify.Waiting, len(b.pushes))
	}
	wait := min(report.RetryAfter, waitMax)
	for i, result := range report.Results {
		switch result {
		case notify.Waiting:
			b.wait(b.leaving[i], b.rows[i], wait)
		case notify.Gone:
			if err := o.cfg.House.Gone(context.WithoutCancel(ctx), b.pushes[i].Token); err != nil {
				trouble = errors.Join(trouble, err) // the next push to it will be told so again
			}
			o.cfg.Count(string(result), 1)
		default:
			o.cfg.Count(string(result), 1)
			if merged := len(b.rows[i].Also); merged > 0 {
				o.cfg.Count("merged", merged)
			}
			if result == notify.Sent && b.rows[i].Listed {
				b.leaving[i].left = b.rows[i]
			}
		}
	}
	o.lines[b.channel].learn(o.cfg.Now(), len(b.pushes), report.Count(notify.Waiting), wait, o.cfg.Chance())
	return trouble
}

// settle writes what became of the rows: one transaction a record, and many records at once. It is done also when the process is told to
// stop, so that what was sent is not sent again.
func (b *batch) settle(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx)
	var group sync.WaitGroup
	var mu sync.Mutex
	var failed error
	gate := make(chan struct{}, settlers)
	for record, verdicts := range b.verdicts {
		gate <- struct{}{}
		group.Go(func() {
			defer func() { <-gate }()
			unlisted := b.outbox.left(ctx, record, verdicts) // before its row goes: a process that dies here sends it again, and then writes it down
			fewer := 0
			err := b.outbox.cfg.Store.Update(ctx, record, func(tx syncing.Tx) (err error) {
				fewer, err = settled(tx, verdicts)
				return err
			})
			mu.Lock()
			defer mu.Unlock()
			failed = errors.Join(failed, unlisted)
			if err != nil {
				failed = errors.Join(failed, fault.Wrap(err, fault.CodeOf(err), "outbox.settle", "What became of pushes could not be written down."))
				return
			}
			b.outbox.rows.Add(-int64(fewer))
		})
	}
	group.Wait()
	return failed
}

// left writes down which pushes a service took. What cannot be written down keeps no row in its place: it would ring again and again.
func (o *Outbox) left(ctx context.Context, record syncing.RecordID, verdicts []*verdict) (failed error) {
	for _, v := range verdicts {
		if v.left.Event == "" {
			continue
		}
		for _, one := range v.left.events() {
			failed = errors.Join(failed, o.cfg.House.Left(ctx, record, one.Event, v.left.Account))
		}
	}
	return failed
}

// settled writes verdicts, and says how many rows fewer there are.
func settled(tx syncing.Tx, verdicts []*verdict) (fewer int, err error) {
	for _, v := range verdicts {
		if err := tx.DeleteIndex(Index, v.entry.Key); err != nil {
			return 0, err
		}
		fewer++
		for _, p := range v.puts {
			joined, err := p.write(tx)
			if err != nil {
				return 0, err
			}
			if !joined {
				fewer--
			}
		}
	}
	return fewer, nil
}
