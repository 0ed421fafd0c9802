package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	syncing "satchel/sync"
	"satchel/sync/replica"
)

const (
	loadPhones  = 12
	loadBatch   = 60 // changes that each of them hands in at once
	redReports  = 20
	redCommits  = 32  // within which a red report is answered, however much others hand in
	redLoadMost = 1.5 // times what a neighbour waits
)

// redReport is an assessment that both teams must see today.
func redReport() replica.Change {
	set := fields("questionnaire", "hna|1.0.0", "answeredBy", "patient", "status", "completed")
	set["answers.phy.fever_c"] = jsontext.Value("38.6")
	set["answers.phy.fever"] = jsontext.Value("3")
	return replica.Change{Doc: newDoc("assessment"), Set: set}
}

// loaded keeps phones handing in as much as they can, and notes how long each round took, until the context ends.
func loaded(ctx context.Context, phones []*phone, group *sync.WaitGroup) func() []time.Duration {
	var mu sync.Mutex
	var rounds []time.Duration
	for i, p := range phones {
		group.Go(func() {
			for ctx.Err() == nil {
				for n := range loadBatch {
					if _, err := p.db.Mutate(p.record, message(fmt.Sprintf("phone %d, word %d", i, n)), nowMs()); err != nil {
						panic(err) // memory alone: it cannot fail
					}
				}
				began := time.Now()
				if p.sync(ctx) != nil {
					continue
				}
				mu.Lock()
				rounds = append(rounds, time.Since(began))
				mu.Unlock()
			}
		})
	}
	return func() []time.Duration { mu.Lock(); defer mu.Unlock(); return slices.Clone(rounds) }
}

func nearlyWorst[T uint64 | time.Duration](list []T) T {
	list = slices.Sorted(slices.Values(list))
	return list[len(list)*95/100]
}

// TestHazard_H35_ARedReportIsNotStalledByWhatOthersHandIn: one writer serves all, so a red report shares its commit with whatever waits.
// It is answered within few commits, and waits no longer than those who hand in sixty changes at once.
func TestHazard_H35_ARedReportIsNotStalledByWhatOthersHandIn(t *testing.T) {
	t.Parallel()
	s := opened(t, installed(t))
	w := peopled(t, s)
	stop := running(t, s)
	var phones []*phone
	for range loadPhones {
		other := ward{oncology: w.oncology, nurse: w.nurse, ada: w.ada, carla: w.carla, record: syncing.RecordID{UUID: syncing.UUID(uuid.New())}}
		other.begin(t, s)
		p := newPhone(t, s, w.nurse, other.record)
		p.base = s.Base()
		phones = append(phones, p)
	}
	ada := newPhone(t, s, w.ada, w.record)
	ada.base = s.Base()
	require.NoError(t, ada.sync(t.Context()))
	ctx, enough := context.WithCancel(t.Context())
	var group sync.WaitGroup
	rounds := loaded(ctx, phones, &group)
	require.Eventually(t, func() bool { return len(rounds()) > loadPhones }, 20*time.Second, waitStep)

	var commits []uint64
	var waits []time.Duration
	for range redReports {
		ada.write(t, redReport())
		before, err := s.file.Sequence()
		require.NoError(t, err)
		began := time.Now()
		require.NoError(t, ada.sync(t.Context()))
		after, err := s.file.Sequence()
		require.NoError(t, err)
		waits, commits = append(waits, time.Since(began)), append(commits, after-before)
	}
	enough()
	group.Wait()
	all := rounds()
	t.Logf("%d phones, %d rounds of %d changes: their 95th percentile %v; red %v, %d commits", loadPhones, len(all), loadBatch, nearlyWorst(all), nearlyWorst(waits), nearlyWorst(commits))
	require.LessOrEqual(t, nearlyWorst(commits), uint64(redCommits))
	slices.Sort(waits)
	require.LessOrEqual(t, float64(waits[len(waits)/2]), redLoadMost*float64(nearlyWorst(all)))
	nurse := newPhone(t, s, w.nurse, w.record)
	nurse.base = s.Base()
	require.NoError(t, nurse.sync(t.Context()))
	seen := 0
	for id := range nurse.view() {
		if id.Type() == "assessment" {
			seen++
		}
	}
	require.Equal(t, redReports, seen)
	require.NoError(t, stop())
}

// TestHazard_H35_WhatCannotBeTakenInIsSentBackAtOnce: with the writer stalled and its queue full, a phone is told at once to wait and for
// how long, keeps its words, and is served when the stall is over. Reading goes on meanwhile.
func TestHazard_H35_WhatCannotBeTakenInIsSentBackAtOnce(t *testing.T) {
	t.Parallel()
	s := opened(t, installed(t))
	w := peopled(t, s)
	stop := running(t, s)
	ada := newPhone(t, s, w.ada, w.record)
	ada.base = s.Base()
	require.NoError(t, ada.sync(t.Context()))
	stalled, over := make(chan struct{}), make(chan struct{})
	var group sync.WaitGroup
	group.Go(func() {
		_ = s.store.Update(context.Background(), w.record, func(syncing.Tx) error { close(stalled); <-over; return nil })
	})
	<-stalled
	ctx, enough := context.WithCancel(t.Context())
	var refused atomic.Int64
	for range queueFull {
		group.Go(func() {
			if s.store.Update(ctx, w.record, func(syncing.Tx) error { return nil }) != nil {
				refused.Add(1)
			}
		})
	}
	require.Eventually(t, func() bool { return refused.Load() > 0 }, 10*time.Second, waitStep, "more cannot wait: the queue is bounded")

	red := redReport()
	ada.write(t, red)
	x, err := ada.db.Request(ada.now(), w.record)
	require.NoError(t, err)
	answer := posted(t, ada, x.Request)
	require.Equal(t, http.StatusServiceUnavailable, answer.StatusCode)
	wait, err := strconv.Atoi(answer.Header.Get("Retry-After"))
	require.NoError(t, err)
	require.InDelta(t, 1, wait, 60)
	require.Equal(t, 1, ada.db.Unanswered(w.record), "the phone keeps it")
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.Base()+"/v1/records", nil)
	require.NoError(t, err)
	require.NoError(t, ada.do(request, new(jsontext.Value)), "whoever reads is served")

	enough()
	close(over)
	group.Wait()
	require.NoError(t, ada.sync(t.Context()))
	require.NotNil(t, ada.view()[red.Doc])
	require.Zero(t, ada.db.Unanswered(w.record))
	require.NoError(t, stop())
}

// queueFull is more than may wait for the writer.
const queueFull = 1200

func posted(t *testing.T, p *phone, body any) *http.Response {
	t.Helper()
	text, err := json.Marshal(body)
	require.NoError(t, err)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.base+"/v1/sync", bytes.NewReader(text))
	require.NoError(t, err)
	request.Header.Set("Authorization", "Bearer "+p.token)
	request.Header.Set("Content-Type", "application/json")
	answer, err := p.client.Do(request)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	return answer
}
