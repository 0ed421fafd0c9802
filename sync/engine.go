package syncing

import (
	"context"
	"errors"
	"sync"

	"satchel/internal/fault"
)

// Engine answers sync requests. Everything it needs from the world is handed to it. It is safe for concurrent use.
type Engine struct {
	store  Store
	schema *Schema
	access Access
	opts   Options
	resets resetCounter
}

// Options are an engine's surroundings.
type Options struct {
	// Epoch names the present life of the store, as 16 hex digits chosen by chance when the store was made or restored.
	Epoch string
	// Epochs are the earlier epochs of this line of the store, oldest first: a record that was not written in one of them
	// learns here that it went through it. Without them its phones' bases of that epoch are those of an unknown one.
	Epochs []string
	// Now is the wall clock in ms since 1970 UTC. It may jump; within a record server now never goes back.
	Now func() int64
	// SchemaMin is the oldest schema version that a client may read; below it the answer is `upgrade`. 0: any.
	SchemaMin int
	// Committed is called after a commit that changed a record, never before. It must not block.
	Committed func(RecordID)
	// ResetLoop is called when a replica is reset for the same cause a third time in a row: a server bug.
	ResetLoop func(cause string)
	// RuleRefused is called when what a rule of care derived could not be written, and was left out: a bug of the rule. It may be
	// called for an attempt that comes to nothing in the end, and must not block.
	RuleRefused func(kind string, reason Reason)
	// Answered is called with each answer, for counting. It must not block and keeps nothing of it.
	Answered func(*Response)
	// Quiet says of a category that its changes ring nowhere but where a team works. nil: none is.
	Quiet func(category string) bool
	// Sequential answers the records of one request one after another, for runs that must repeat exactly.
	Sequential bool
}

// New puts an engine together.
func New(store Store, schema *Schema, access Access, opts Options) *Engine {
	if opts.Committed == nil {
		opts.Committed = func(RecordID) {}
	}
	if opts.ResetLoop == nil {
		opts.ResetLoop = func(string) {}
	}
	if opts.RuleRefused == nil {
		opts.RuleRefused = func(string, Reason) {}
	}
	if opts.Quiet == nil {
		opts.Quiet = func(string) bool { return false }
	}
	if opts.Answered == nil {
		opts.Answered = func(*Response) {}
	}
	return &Engine{store: store, schema: schema, access: access, opts: opts}
}

// Schema is what this engine understands.
func (e *Engine) Schema() *Schema { return e.schema }

// Sync answers one request. Faults: TooLarge (over a limit of the envelope), Busy (nothing of the request could be taken in
// now). What became of single mutations and records is in the response.
func (e *Engine) Sync(ctx context.Context, who Principal, req *Request) (*Response, error) {
	if err := checkEnvelope(req); err != nil {
		return nil, err
	}
	now := e.opts.Now()
	resp := &Response{Now: now, Records: make([]RecordResponse, len(req.Records))}
	errs, nows, parts := make([]error, len(req.Records)), make([]int64, len(req.Records)), offer(req)
	one := func(i int) {
		ctx, cancel := context.WithTimeout(ctx, recordTime)
		defer cancel()
		resp.Records[i], nows[i], errs[i] = e.record(ctx, who, req, i, parts[i], now)
	}
	if e.opts.Sequential || len(req.Records) == 1 {
		for i := range req.Records {
			one(i)
		}
	} else {
		var group sync.WaitGroup
		for i := range req.Records {
			group.Go(func() { one(i) })
		}
		group.Wait()
	}
	for _, recordNow := range nows { // what comes after this answer comes after what it told
		resp.Now = max(resp.Now, recordNow)
	}
	err := settleErrors(req, resp, errs)
	if err == nil {
		e.opts.Answered(resp)
	}
	return resp, err
}

func checkEnvelope(req *Request) error {
	const op = "syncing.Sync"
	if req.Replica.IsZero() {
		return fault.New(fault.Invalid, op, "The request names no replica.")
	}
	if len(req.Records) > recordsMax {
		return fault.New(fault.TooLarge, op, "A request may name 32 records. Send the others in another request.")
	}
	seen := map[RecordID]bool{}
	for i := range req.Records {
		r := &req.Records[i]
		if r.Record.IsZero() || seen[r.Record] {
			return fault.New(fault.Invalid, op, "A request names each record once.")
		}
		seen[r.Record] = true
		if len(r.Mutations) > mutationsMax {
			return fault.New(fault.TooLarge, op, "A request may hold 500 changes for one record. Send the rest in another request.")
		}
		if len(r.Continues) > continuesMax {
			return fault.New(fault.TooLarge, op, "A replica may name 64 earlier ones.")
		}
		for _, m := range r.Mutations {
			if m.N < 1 || m.N > safeIntegerMax {
				return fault.New(fault.Invalid, op, "Each change has a number n, a whole number from 1.")
			}
		}
	}
	return nil
}

// settleErrors turns what went wrong with single records into their part of the answer. Only when nothing at all could be
// taken in is the whole request answered as busy or full.
func settleErrors(req *Request, resp *Response, errs []error) error {
	var waiting error
	failed := 0
	for i, err := range errs {
		if err == nil {
			continue
		}
		late := errors.Is(err, context.DeadlineExceeded)
		if !late && !fault.Is(err, fault.Busy) && !fault.Is(err, fault.Full) {
			return err
		}
		if !late {
			failed++
			waiting = err
		}
		resp.Records[i] = RecordResponse{Record: req.Records[i].Record, Outcomes: []Outcome{}, Error: &RecordError{
			Code: Busy, Detail: "This record is busy. Send the same again in a moment.", RetryAfterMs: busyRetry.Milliseconds(),
		}}
	}
	if failed > 0 && failed == len(errs) {
		return waiting
	}
	return nil
}

// round is one record's part of one request.
type round struct {
	engine *Engine
	who    Principal
	req    *Request
	part   *RecordRequest
	brings *offered
	now    int64
	resp   RecordResponse
	// document reads the record's documents in the transaction under way.
	document func(DocID) (*Document, error)
	changed  bool // the record
	never    bool // the record was never the account's: what came in is kept with the account
}

func (e *Engine) record(ctx context.Context, who Principal, req *Request, i int, brings *offered, now int64) (RecordResponse, int64, error) {
	part := &req.Records[i]
	r := &round{engine: e, who: who, req: req, part: part, brings: brings, now: now}
	var err error
	if len(brings.raw) == 0 {
		err = e.store.View(ctx, part.Record, r.read)
	} else {
		err = e.update(ctx, part.Record, func(tx Tx, standings map[AccountID]Principal) ([]AccountID, error) {
			return r.write(tx, standings)
		})
	}
	if fault.Is(err, fault.NotFound) { // the record was erased: it is as if it had never been
		r.resp, r.never, err = RecordResponse{Record: part.Record, Outcomes: []Outcome{}}, true, nil
	}
	if err == nil && r.never {
		err = e.foreign(ctx, r)
	}
	if err != nil {
		return RecordResponse{}, 0, err
	}
	if r.changed {
		e.opts.Committed(part.Record)
	}
	return r.resp, r.now, nil
}

// update runs fn in a transaction. When fn needs the standing of further accounts, they are read outside of the
// transaction, which then begins again.
func (e *Engine) update(ctx context.Context, record RecordID, fn func(Tx, map[AccountID]Principal) ([]AccountID, error)) error {
	standings := map[AccountID]Principal{}
	for {
		var needed []AccountID
		err := e.store.Update(ctx, record, func(tx Tx) (err error) {
			needed, err = fn(tx, standings)
			return err
		})
		if !errors.Is(err, errStandings) {
			return err
		}
		for _, account := range needed {
			who, ok, err := e.access.Principal(ctx, account)
			if err != nil {
				return err
			}
			if !ok {
				who = Principal{} // nobody: see standing
			}
			standings[account] = who
		}
	}
}

// read answers a request that hands nothing in.
func (r *round) read(tx ReadTx) error {
	r.resp = RecordResponse{Record: r.part.Record, Outcomes: []Outcome{}}
	h, scope, row, err := r.open(tx)
	if err != nil || r.resp.Error != nil || r.never {
		return err
	}
	r.document = func(id DocID) (*Document, error) { return loadDocument(tx, id) }
	in := &intake{replica: r.req.Replica, row: row, outcomes: map[uint64]*nameRow{}}
	if row == nil {
		in.row = &replicaRow{}
	}
	return r.answer(tx, h, scope, in)
}

// write takes in what is handed in, and answers from the same transaction.
func (r *round) write(tx Tx, standings map[AccountID]Principal) (needed []AccountID, err error) {
	r.resp = RecordResponse{Record: r.part.Record, Outcomes: []Outcome{}}
	r.changed, r.never = false, false
	h, scope, row, err := r.open(tx)
	if err != nil || r.resp.Error != nil || r.never {
		return nil, err
	}
	w := newWork(r.engine, tx, h, r.now)
	w.standings = standings
	r.document = w.document
	if row == nil {
		row = &replicaRow{account: r.who.Account}
		if err := claim(tx, r.req.Replica, r.who.Account); err != nil {
			return nil, err
		}
	}
	w.replicas[r.req.Replica] = row
	before, chain := row.last, h.chain
	in := &intake{
		replica: r.req.Replica, who: r.who, by: scope, row: row,
		skew: saturate(w.now, -r.req.Now), outcomes: map[uint64]*nameRow{},
	}
	r.now = w.now
	if in.continues, err = w.own(r.part.Continues, r.who.Account); err != nil {
		return nil, err
	}
	if r.part.Acked > row.last { // it was told more than is here: what is new must not come before what was lost
		in.stopped = Gap
	} else if err := w.take(in, r.brings); err != nil {
		return w.needed, err
	}
	if row.last != before {
		row.marked(tx.Durability())
	}
	if r.changed = row.last != before || h.chain != chain; r.changed {
		if err := w.flush(); err != nil {
			return nil, err
		}
	}
	return nil, r.answer(tx, h, scope, in)
}

// open reads what both ways need, and decides whether the record speaks to this account and replica at all.
func (r *round) open(tx ReadTx) (*head, Scope, *replicaRow, error) {
	scope, err := r.engine.access.Scope(tx, r.who)
	if err != nil {
		return nil, scope, nil, err
	}
	h, err := loadHead(tx, r.engine.opts.Epoch, r.engine.opts.Epochs...)
	if err != nil {
		return nil, scope, nil, err
	}
	row, err := loadReplica(tx, r.req.Replica)
	if err != nil {
		return nil, scope, nil, err
	}
	mine, err := belongs(tx, row, r.req.Replica, r.who.Account)
	if err != nil {
		return nil, scope, nil, err
	}
	if !mine {
		r.resp.Error = &RecordError{Code: OtherAccount, Detail: "This app's database belongs to somebody else's account. Nothing was taken in."}
		return h, scope, row, nil
	}
	if h == nil && scope.active {
		return nil, scope, nil, corrupt("syncing.open", errors.New("there is access to a record that is not here"))
	}
	r.never = h == nil || !scope.known && row == nil // who handed in here was here, also where a clock that went back makes it doubtful
	if !r.never {
		r.now = max(r.now, h.clock)
	}
	return h, scope, row, nil
}

var endedError = RecordError{Code: Ended, Detail: "There is no access to this record."}

// answer gives outcomes, and the changes if the account may have them.
func (r *round) answer(tx ReadTx, h *head, scope Scope, in *intake) error {
	r.resp.Last = in.row.last
	r.resp.Safe = in.row.safe(tx.Durability())
	if err := r.outcomes(tx, in, scope); err != nil {
		return err
	}
	if !scope.active {
		r.bare()
	}
	r.resp.Epoch = h.epoch // in every answer, of an ended record too: it is the store's, and tells phones to heal it
	switch {
	case in.stopped == Gap: // also without access: or what is handed in would never arrive
		r.resp.Error = &RecordError{Code: Gap, Detail: "A change before these is missing. Send again from the first that has no outcome."}
	case in.stopped == Fork:
		r.resp.Error = &RecordError{Code: Fork, Detail: "Another change came under this number. This database was copied: begin a new replica."}
	case in.stopped == Busy:
		left := leftError
		r.resp.Error = &left
	case !scope.active:
		ended := endedError
		r.resp.Error = &ended
	case r.req.Schema < r.engine.opts.SchemaMin:
		r.resp.Error = &RecordError{Code: Upgrade, Detail: "Please update the app to read on. What you wrote has arrived."}
	default:
		return r.pull(tx, h, scope)
	}
	return nil
}

// bare leaves of the outcomes what an account without access may know: n and status.
func (r *round) bare() {
	for i := range r.resp.Outcomes {
		r.resp.Outcomes[i] = Outcome{N: r.resp.Outcomes[i].N, Status: r.resp.Outcomes[i].Status}
	}
	r.resp.Safe = 0
}
