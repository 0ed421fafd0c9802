package server

import (
	"context"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"

	"satchel/internal/fault"
	mobileapi "satchel/mobile-api"
	syncing "satchel/sync"
)

// metrics are what an operator watches. No name, label or value says anything of a person.
type metrics struct {
	registry *prometheus.Registry
	waiting  atomic.Int64
	updates  *prometheus.CounterVec
	rounds   *prometheus.CounterVec
	held     *prometheus.CounterVec
	unread   *prometheus.CounterVec
	resets   *prometheus.CounterVec
	wakes    *prometheus.CounterVec
	rung     *prometheus.CounterVec
	rings    prometheus.Gauge
	letters  *prometheus.CounterVec
	due      *prometheus.CounterVec
	refused  *prometheus.CounterVec
	scrubs   *prometheus.CounterVec
	unusual  prometheus.Counter
	requests *prometheus.HistogramVec
}

func counters(registry prometheus.Registerer, name, help string, labels ...string) *prometheus.CounterVec {
	c := prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "satchel", Name: name, Help: help}, labels)
	registry.MustRegister(c)
	return c
}

func newMetrics(drillAge func() float64) *metrics {
	r := prometheus.NewRegistry()
	m := &metrics{
		registry: r,
		updates:  counters(r, "store_updates_total", "Updates of records, by what became of them: committed, refused, busy, full, corrupt, failed.", "result"),
		rounds:   counters(r, "sync_outcomes_total", "What became of mutations, as answered: applied or held; repeated answers count again.", "status"),
		held:     counters(r, "sync_held_total", "Held mutations as answered, by reason; repeated answers count again.", "reason"),
		unread:   counters(r, "sync_record_errors_total", "Records that were not answered in full, by code: gap, fork, account, ended, busy, upgrade.", "code"),
		resets:   counters(r, "sync_reset_loops_total", "Replicas that were reset for one cause three times in a row: a bug of the server.", "cause"),
		wakes:    counters(r, "wakeups_total", "Wake-ups handed to the push service, by result: sent, gone, refused, waiting.", "result"),
		rung:     counters(r, "deliveries_total", "What became of things that ring on a device: taken (into the outbox), sent, gone, refused, waiting (to be tried again), moved, unseen (it rings for them no more), expired, damaged.", "result"),
		letters:  counters(r, "letters_total", "What became of e-mails to staff: sent, nothing (nothing waited), refused, gone (nobody is reached there), waiting (to be tried again), away (the mail server took none), late (their time was over).", "result"),
		due:      counters(r, "due_total", "Documents changed because of the time, by follower.", "follower"),
		refused:  counters(r, "rules_refused_total", "What rules of care derived and could not be written, by document type and reason: a bug of the rule.", "type", "reason"),
		scrubs:   counters(r, "scrubs_total", "Readings of the whole store, by result: whole, damaged, failed.", "result"),
	}
	m.unusual = prometheus.NewCounter(prometheus.CounterOpts{Namespace: "satchel", Name: "unusual_reading_total", Help: "Requests that were held up because one account opened very many records: look in the log for whose."})
	r.MustRegister(m.unusual)
	m.rings = prometheus.NewGauge(prometheus.GaugeOpts{Namespace: "satchel", Name: "deliveries_waiting", Help: "Things that wait to ring on a device now."})
	r.MustRegister(m.rings)
	m.requests = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Namespace: "satchel", Name: "request_seconds", Help: "How long requests took, by route, method and status.", Buckets: prometheus.DefBuckets,
	}, []string{"route", "method", "status"})
	r.MustRegister(m.requests)
	r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Namespace: "satchel", Name: "store_queue_depth", Help: "Updates that wait for their commit now.",
	}, func() float64 { return float64(m.waiting.Load()) }))
	r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Namespace: "satchel", Name: "drill_age_seconds", Help: "How long ago a backup was last put back for trial; -1: never.",
	}, drillAge))
	return m
}

// commits tells the number of the store's latest commit. Rounds that share a commit add one together.
func (m *metrics) commits(store rows) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Namespace: "satchel", Name: "store_sequence", Help: "The number of the latest commit of the store that this node has seen.",
	}, func() float64 {
		n, err := store.Sequence()
		if err != nil {
			return -1
		}
		return float64(n)
	}))
}

// answered counts what one sync request was told.
func (m *metrics) answered(resp *syncing.Response) {
	for i := range resp.Records {
		r := &resp.Records[i]
		if r.Error != nil {
			m.unread.WithLabelValues(string(r.Error.Code)).Inc()
		}
		for _, o := range r.Outcomes {
			m.rounds.WithLabelValues(string(o.Status)).Inc()
			if o.Status == syncing.Held {
				m.held.WithLabelValues(string(o.Reason)).Inc()
			}
		}
	}
}

// delivered counts what became of rows of the outbox.
func (m *metrics) delivered(result string, n int) { m.rung.WithLabelValues(result).Add(float64(n)) }

// observe counts one request. Routes are patterns, so the number of series is bounded.
func (m *metrics) observe(o mobileapi.Observation) {
	m.requests.WithLabelValues(o.Route, o.Method, strconv.Itoa(o.Status)).Observe(o.Took.Seconds())
}

// metered counts what goes through a store.
type metered struct {
	syncing.Store
	metrics *metrics
}

// Update implements syncing.Store.
func (s metered) Update(ctx context.Context, record syncing.RecordID, fn func(syncing.Tx) error) error {
	s.metrics.waiting.Add(1)
	defer s.metrics.waiting.Add(-1)
	err := s.Store.Update(ctx, record, fn)
	s.metrics.updates.WithLabelValues(resultOf(err)).Inc()
	return err
}

// resultOf sorts errors into few words, so that the number of series is bounded.
func resultOf(err error) string {
	switch code := fault.CodeOf(err); code {
	case "":
		return "committed"
	case fault.Busy, fault.Full, fault.Corrupt:
		return strings.ToLower(string(code))
	case fault.Internal:
		return "failed"
	}
	return "refused"
}
