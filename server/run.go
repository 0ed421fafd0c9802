package server

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"satchel/internal/fault"
)

const (
	// stopTime is how long requests under way may take to be answered once the process is told to stop.
	stopTime = 8 * time.Second
	// metricsTimeout bounds a reading of the metrics.
	metricsTimeout = 10 * time.Second
)

// Listen takes the addresses, so that Base can be asked before Run. Run does it if nobody did. Fault: Refused, if the rules of this
// installation are missing, are not as they were signed, or were signed off by nobody.
func (s *Server) Listen() (err error) {
	const op = "server.Listen"
	if s.listener != nil {
		return nil
	}
	if s.unserved != nil { // nobody is judged by rules that nobody answers for (hazard H34)
		return fault.Wrap(s.unserved, fault.Refused, op, "Nothing is served, because of the rules. "+fault.TextOf(s.unserved))
	}
	s.sayRules()
	if s.listener, err = net.Listen("tcp", s.config.Address); err != nil {
		return fault.Wrap(err, fault.Conflict, op, "The address "+s.config.Address+" cannot be taken: something else listens there, or it is not this machine's.")
	}
	if s.config.Metrics == "" {
		return nil
	}
	if s.metered, err = net.Listen("tcp", s.config.Metrics); err != nil {
		err = errors.Join(err, s.listener.Close())
		s.listener = nil
		return fault.Wrap(err, fault.Conflict, op, "The address for metrics, "+s.config.Metrics+", cannot be taken.")
	}
	return nil
}

// Base is the URL under which this server is reached, once it listens.
func (s *Server) Base() string { return "http://" + s.listener.Addr().String() }

// Metrics is the URL of the metrics, once it listens; "" for none.
func (s *Server) Metrics() string {
	if s.metered == nil {
		return ""
	}
	return "http://" + s.metered.Addr().String() + "/metrics"
}

// Run serves until the context ends, then stops cleanly: readyz says no, streams end, requests under way are answered, followers
// rest, the store is closed. It returns nil after a clean stop. A Server is run once.
func (s *Server) Run(ctx context.Context) error {
	if err := s.Listen(); err != nil {
		return errors.Join(err, s.Close())
	}
	work, rest := context.WithCancel(context.WithoutCancel(ctx))
	defer rest()
	var group sync.WaitGroup
	s.startFollowers(work, &group)
	stopMetrics := s.serveMetrics(&group)
	stopControl, err := s.serveControl(work, &group)
	if err != nil {
		s.config.Log.Warn("orders of the operator cannot be taken while this server runs", "cause", err.Error())
	}
	served := make(chan error, 1)
	group.Go(func() { served <- s.app.Listener(s.listener) })
	s.config.Log.Info("serving", "address", s.listener.Addr().String(), "epoch", s.epoch)
	select {
	case <-ctx.Done():
	case err = <-served:
	}
	err = errors.Join(err, s.stopServing())
	stopControl()
	stopMetrics()
	rest()
	group.Wait()
	s.letGo()
	s.config.Log.Info("stopped")
	return errors.Join(err, s.Close())
}

// stopServing answers what is under way and takes nothing new.
func (s *Server) stopServing() error {
	s.stopping.Store(true)
	pause(context.Background(), s.config.Drain)
	s.live.Close()
	err := s.app.ShutdownWithTimeout(stopTime)
	_ = s.listener.Close() // for a stop that came before the app began to listen, of which it would know nothing
	if errors.Is(err, context.DeadlineExceeded) {
		s.config.Log.Warn("some requests were not answered in time; their phones send them again")
		return nil
	}
	return err
}

func (s *Server) startFollowers(ctx context.Context, group *sync.WaitGroup) {
	w := &waker{identity: s.identity, engine: s.engine, changed: s.changed, sender: s.sender, metrics: s.metrics, log: s.config.Log}
	group.Go(func() { w.run(ctx) })
	group.Go(func() { s.every(ctx, s.config.FollowEvery, "sync", s.followSync) })
	group.Go(func() { s.every(ctx, s.config.FollowEvery, "care", s.followCare) })
	group.Go(func() { s.every(ctx, s.config.FollowEvery, "passes", s.followPasses) })
	group.Go(func() { s.every(ctx, s.config.FollowEvery, "cards", s.followCards) })
	group.Go(func() { s.every(ctx, s.config.FollowEvery, "access", s.followAccess) })
	group.Go(func() { s.every(ctx, min(ringEvery, s.config.FollowEvery), "rings", s.followRings) })
	group.Go(func() { s.every(ctx, s.config.FollowEvery, "silence", s.followSilence) })
	group.Go(func() { s.every(ctx, min(mailEvery, s.config.FollowEvery), "mail", s.followMail) })
	group.Go(func() { s.every(ctx, tendEvery, "identity", s.identity.Tend) })
	if s.file != nil {
		group.Go(func() { s.scrubNowAndThen(ctx) })
		group.Go(func() { s.followHeads(ctx) })
	}
	group.Go(func() {
		s.forever(ctx, s.config.WitnessEvery, "witness", s.witness)
	})
	if s.shared != nil {
		s.relay(ctx, group)
	}
}

// serveMetrics answers Prometheus on an address of its own, which is never a public one.
func (s *Server) serveMetrics(group *sync.WaitGroup) (stop func()) {
	if s.metered == nil {
		return func() {}
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{}))
	server := &http.Server{Handler: mux, ReadTimeout: metricsTimeout, WriteTimeout: metricsTimeout}
	group.Go(func() { _ = server.Serve(s.metered) })
	return func() { _ = server.Close() }
}
