package load

import (
	"cmp"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"satchel/internal/fault"
)

// The bounds of what is asked. More is a mistake, or an attack.
const (
	ClientsMost  = 256
	RecordsMost  = 4096
	DurationMost = 5 * time.Minute
)

// Bolt is the store of a server of our own that has a file.
const Bolt = "bbolt"

// Options say what is measured.
type Options struct {
	// Clients are the numbers of connections with which each scenario is measured, one after the other.
	Clients []int
	// Scenarios are what is measured: first those in which nothing is written, so that a record is what it was at the beginning.
	Scenarios []Scenario
	// Duration is how long each is.
	Duration time.Duration
	// Records is how many people there are, each with two phones.
	Records int
	// Packed lets requests and answers travel compressed, as phones do on a slow network.
	Packed bool

	// Server is the URL of a server that runs; "": one is started in a folder that is removed at the end.
	Server string
	// Staff and Password sign in a member of a care team there, who makes the records.
	Staff, Password string
	// Metrics is the URL of that server's metrics, for the count of commits; "": they are not counted.
	Metrics string
	// PIDs are processes of this machine whose work counts, with their children: that server, or the database of one of our own.
	PIDs []int
	// Anywhere lets the server be on another machine.
	Anywhere bool

	// Store is Bolt, or the PostgreSQL in which a server of our own has an empty database.
	Store string
	// Program starts this program: its path, and what stands before the command's name.
	Program []string
	// Profile is a file to which a server of our own writes where its time went while the one scenario was measured; "": it does not.
	Profile string
}

// ordered are the scenarios in the order in which they are measured.
func (o *Options) ordered() []Scenario {
	list := slices.Clone(o.Scenarios)
	slices.SortStableFunc(list, func(a, b Scenario) int { return cmp.Compare(rank[a], rank[b]) })
	return list
}

var rank = map[Scenario]int{Initial: 0, Idle: 1, Round: 2, Push: 3}

// Check says in a sentence what cannot be done.
func (o *Options) Check() error {
	const op = "load.Options"
	wrong := func(text string, args ...any) error { return fault.New(fault.Invalid, op, fmt.Sprintf(text, args...)) }
	switch {
	case len(o.Clients) == 0 || slices.Min(o.Clients) < 1 || slices.Max(o.Clients) > ClientsMost:
		return wrong("--c is between 1 and %d connections, such as --c 1,16,64.", ClientsMost)
	case len(o.Scenarios) == 0:
		return wrong("--scenario is one or more of %s.", strings.Join(Scenarios(), ", "))
	case o.Duration <= 0 || o.Duration > DurationMost:
		return wrong("--duration is more than nothing and at most %s, such as 5s.", DurationMost)
	case o.Records < slices.Max(o.Clients) || o.Records > RecordsMost:
		return wrong("--records is at least the most connections of --c, here %d, for one record is synced by one connection at a time, and at most %d.", slices.Max(o.Clients), RecordsMost)
	}
	for _, s := range o.Scenarios {
		if works[s] == nil {
			return wrong("--scenario is one or more of %s; %q is none of them.", strings.Join(Scenarios(), ", "), string(s))
		}
	}
	if o.Profile != "" && len(o.Clients)*len(o.Scenarios) != 1 {
		return wrong("--profile is of one measurement: name one scenario and one number of connections, such as --scenario round --c 16.")
	}
	if o.Server == "" {
		return o.checkOwn()
	}
	return o.checkServer()
}

// checkOwn is about a server that is started.
func (o *Options) checkOwn() error {
	const op = "load.Options"
	if o.Store == "" {
		return fault.New(fault.Invalid, op, "--store is bbolt, or the connection string of an empty PostgreSQL database, as satchel serve takes it.")
	}
	if o.Staff != "" || o.Password != "" || o.Metrics != "" {
		return fault.New(fault.Invalid, op, "--staff, its password and --metrics are for a server that runs already: name it with --server.")
	}
	return nil
}

// checkServer is about one that runs already.
func (o *Options) checkServer() error {
	const op = "load.Options"
	if o.Staff == "" || o.Password == "" {
		return fault.New(fault.Invalid, op, "With --server name the sign-in of a member of a care team there with --staff, and its password in SATCHEL_LOAD_PASSWORD: records are made by a care team.")
	}
	if o.Profile != "" {
		return fault.New(fault.Invalid, op, "--profile is for a server that satchel load starts itself.")
	}
	for flag, text := range map[string]string{"--server": o.Server, "--metrics": o.Metrics} {
		if text == "" && flag == "--metrics" {
			continue
		}
		place, err := url.Parse(text)
		if err != nil || place.Host == "" || place.Scheme != "http" && place.Scheme != "https" {
			return fault.New(fault.Invalid, op, flag+" is a URL such as http://127.0.0.1:8080.")
		}
		if !o.Anywhere && !isLoopback(place.Hostname()) {
			return fault.New(fault.Refused, op, flag+" names another machine. Load is put on this machine alone, unless --anywhere is said: ask whoever looks after the other one first.")
		}
	}
	return nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
