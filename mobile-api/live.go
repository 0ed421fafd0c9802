package mobileapi

import (
	"context"
	"strconv"
	"sync"
	"time"

	"satchel/internal/fault"
	"satchel/internal/identity"
	"satchel/sync"
)

const (
	liveBeat   = 15 * time.Second // a comment line, so that nobody on the way closes a quiet stream
	liveLasts  = 5 * time.Minute  // then the client asks again, with a new token
	liveOfOne  = 8                // streams of one account at once: phones, tabs, a board
	liveOfAll  = 10000
	liveWatch  = 20_000 // records that one stream watches: a desk can have ten thousand people in its queue
	liveReopen = 5 * time.Second
)

// LiveOptions are for tests; zero values are what is right.
type LiveOptions struct {
	Beat, Lasts  time.Duration
	OfOne, OfAll int
}

// Live knows who waits to be told that a record has changed. One entry a record, one timer for all; a stream that is not
// listened to costs one mark a record, whatever happens meanwhile. It is safe for concurrent use.
type Live struct {
	opts LiveOptions

	mu       sync.Mutex
	watchers map[syncing.RecordID]map[*stream]struct{}
	holders  map[identity.Holder]map[*stream]struct{}
	streams  map[*stream]struct{}
	of       map[syncing.AccountID]int
	timer    *time.Timer
	closed   bool
}

// NewLive makes one that nobody listens to yet. It has no goroutine of its own.
func NewLive(o LiveOptions) *Live {
	if o.Beat == 0 {
		o.Beat = liveBeat
	}
	if o.Lasts == 0 {
		o.Lasts = liveLasts
	}
	if o.OfOne == 0 {
		o.OfOne = liveOfOne
	}
	if o.OfAll == 0 {
		o.OfAll = liveOfAll
	}
	return &Live{
		opts: o, watchers: map[syncing.RecordID]map[*stream]struct{}{}, holders: map[identity.Holder]map[*stream]struct{}{},
		streams: map[*stream]struct{}{}, of: map[syncing.AccountID]int{},
	}
}

// Changed tells those who watch the record. It never blocks, so it can be the engine's Options.Committed. Whether a listener
// may see what changed is decided by the listener's stream.
func (l *Live) Changed(record syncing.RecordID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for s := range l.watchers[record] {
		s.tell(func(n *news) { n.records[record] = struct{}{} })
	}
}

// Given lets the open streams of whoever was given a record watch it from now on, and tells them of it. Like Changed it does not block,
// and leaves to the stream what its listener may see: of a record that was taken away it tells nothing.
func (l *Live) Given(holder identity.Holder, record syncing.RecordID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for s := range l.holders[holder] {
		l.watch(s, record)
		s.tell(func(n *news) { n.records[record] = struct{}{} })
	}
}

// Moved ends the streams of an account that works in other teams than when it began to listen: it opens another, which knows the
// records of those.
func (l *Live) Moved(account identity.Holder) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for s := range l.holders[account] {
		s.tell(func(n *news) { n.end = true })
	}
}

// Renew ends every stream, as time does: its listener opens another and asks for what it may not have heard of.
func (l *Live) Renew() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for s := range l.streams {
		s.tell(func(n *news) { n.end = true })
	}
}

// Close ends every stream and refuses new ones.
func (l *Live) Close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	for s := range l.streams {
		s.tell(func(n *news) { n.end = true })
	}
	if l.timer != nil {
		l.timer.Stop()
	}
}

// Open is how many streams there are now.
func (l *Live) Open() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.streams)
}

// join adds a stream of an account, which is told from now on of what these holders are given. Fault: TooMany, Busy.
func (l *Live) join(account syncing.AccountID, holders []identity.Holder) (*stream, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.closed || len(l.streams) >= l.opts.OfAll:
		return nil, fault.Later(fault.Busy, "mobileapi.join", "Too many are listening at once. Syncing works as ever; please listen again later.", time.Minute)
	case l.of[account] >= l.opts.OfOne:
		return nil, fault.Later(fault.TooMany, "mobileapi.join", "This account is listening in too many places at once.", time.Minute)
	}
	s := &stream{account: account, holders: holders, wake: make(chan struct{}, 1)}
	s.news.records = map[syncing.RecordID]struct{}{}
	l.streams[s] = struct{}{}
	l.of[account]++
	for _, holder := range holders {
		if l.holders[holder] == nil {
			l.holders[holder] = map[*stream]struct{}{}
		}
		l.holders[holder][s] = struct{}{}
	}
	if len(l.streams) == 1 {
		l.timer = time.AfterFunc(l.opts.Beat, l.beat)
	}
	return s, nil
}

// watches lets a stream watch the records that its listener has.
func (l *Live) watches(s *stream, records []syncing.RecordID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, record := range records {
		l.watch(s, record)
	}
}

// watch needs the lock. A record is watched until the stream ends, also when it was taken away: the listener finds that there is nothing
// to tell.
func (l *Live) watch(s *stream, record syncing.RecordID) {
	if _, watched := l.watchers[record][s]; watched || len(s.records) >= liveWatch {
		return
	}
	if l.watchers[record] == nil {
		l.watchers[record] = map[*stream]struct{}{}
	}
	l.watchers[record][s] = struct{}{}
	s.records = append(s.records, record)
}

func (l *Live) leave(s *stream) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.streams, s)
	if l.of[s.account]--; l.of[s.account] == 0 {
		delete(l.of, s.account)
	}
	for _, holder := range s.holders {
		if delete(l.holders[holder], s); len(l.holders[holder]) == 0 {
			delete(l.holders, holder)
		}
	}
	for _, record := range s.records {
		if delete(l.watchers[record], s); len(l.watchers[record]) == 0 {
			delete(l.watchers, record)
		}
	}
	if len(l.streams) == 0 && l.timer != nil {
		l.timer.Stop()
	}
}

// beat lets every stream write a comment line, as long as there is one.
func (l *Live) beat() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for s := range l.streams {
		s.tell(func(n *news) { n.beat = true })
	}
	if len(l.streams) > 0 && !l.closed {
		l.timer.Reset(l.opts.Beat)
	}
}

// stream is one listener.
type stream struct {
	account syncing.AccountID
	holders []identity.Holder  // through whom it has records
	records []syncing.RecordID // that it watches; they are Live's to change
	wake    chan struct{}

	mu   sync.Mutex
	news news
}

// news is what a stream has not looked at yet.
type news struct {
	records map[syncing.RecordID]struct{}
	beat    bool
	end     bool
}

// tell notes something and wakes the stream; what is noted twice is one thing.
func (s *stream) tell(note func(*news)) {
	s.mu.Lock()
	note(&s.news)
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// next waits for something new.
func (s *stream) next(ctx context.Context) (news, bool) {
	select {
	case <-s.wake:
	case <-ctx.Done():
		return news{}, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.news
	s.news = news{records: map[syncing.RecordID]struct{}{}, end: n.end}
	return n, true
}

func ms(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }
