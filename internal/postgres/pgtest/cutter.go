package pgtest

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
)

// Cutter stands between a program and PostgreSQL and cuts connections in the moment in which nobody knows: the COMMIT has gone to the server, and its answer does
// not come back. It reads the protocol's messages, version 3 (PostgreSQL 15, chapter 55).
type Cutter struct {
	folder   string
	to       string // a socket
	database string
	every    int64 // which COMMIT is cut, of all
	most     int64
	begun    atomic.Bool
	seen     atomic.Int64
	cut      atomic.Int64
	bytes    atomic.Int64 // that came from the server
	answers  atomic.Int64 // that were complete
}

// NewCutter listens in a folder of its own and cuts, once it is begun, every so many COMMITs, most of them at most: the first with the answer under way, the second with the COMMIT under
// way, and so on by turns.
func NewCutter(t testing.TB, socketFolder, database string, every, most int) *Cutter {
	t.Helper()
	folder, err := os.MkdirTemp("", "cut")
	if err != nil {
		t.Fatal(err)
	}
	c := &Cutter{folder: folder, to: filepath.Join(socketFolder, ".s.PGSQL.5432"), database: database, every: int64(every), most: int64(most)}
	listener, err := net.Listen("unix", filepath.Join(folder, ".s.PGSQL.5432"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = listener.Close()
		_ = os.RemoveAll(folder)
	})
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go c.carry(conn)
		}
	}()
	return c
}

// URL is the way to the database through the cutter.
func (c *Cutter) URL() string {
	return "host=" + c.folder + " user=postgres dbname=" + c.database
}

// Begin lets it cut from now on.
func (c *Cutter) Begin() { c.begun.Store(true) }

// Cut is how many connections were cut.
func (c *Cutter) Cut() int { return int(c.cut.Load()) }

// Carried is how many bytes have come from the server.
func (c *Cutter) Carried() int64 { return c.bytes.Load() }

// Exchanges is how often the server has answered: once for all statements that were sent together.
func (c *Cutter) Exchanges() int64 { return c.answers.Load() }

// carry carries one connection until it ends or is cut.
func (c *Cutter) carry(client net.Conn) {
	server, err := net.Dial("unix", c.to)
	if err != nil {
		_ = client.Close()
		return
	}
	end := sync.OnceFunc(func() {
		_ = client.Close()
		_ = server.Close()
	})
	defer end()
	var doomed atomic.Int64 // which cut is to come; 0: none
	go func() {
		defer end()
		_ = messages(server, func(kind byte, whole []byte) error {
			c.bytes.Add(int64(len(whole)))
			if kind == 'Z' { // ReadyForQuery
				c.answers.Add(1)
			}
			if n := doomed.Load(); n > 0 && kind == 'C' && bytes.HasPrefix(whole[5:], []byte("COMMIT\x00")) {
				return io.EOF // it is done, and its answer ends here
			}
			_, err := client.Write(whole)
			return err
		}, false)
	}()
	commits := map[string]bool{} // names of prepared statements
	_ = messages(client, func(kind byte, whole []byte) error {
		begins := c.commits(commits, kind, whole)
		if begins && c.begun.Load() && c.seen.Add(1)%c.every == 0 && c.cut.Load() < c.most {
			doomed.Store(c.cut.Add(1))
		}
		_, err := server.Write(whole)
		if err == nil && kind == 'S' && doomed.Load() > 0 && doomed.Load()%2 == 0 {
			err = io.EOF // it is on its way
		}
		return err
	}, true)
}

// commits says whether a message binds a COMMIT, and remembers what was prepared.
func (c *Cutter) commits(known map[string]bool, kind byte, whole []byte) bool {
	body := whole[min(len(whole), 5):]
	switch kind {
	case 'P':
		name, rest, _ := bytes.Cut(body, []byte{0})
		query, _, _ := bytes.Cut(rest, []byte{0})
		known[string(name)] = string(query) == "COMMIT"
	case 'B':
		_, rest, _ := bytes.Cut(body, []byte{0})
		name, _, _ := bytes.Cut(rest, []byte{0})
		return known[string(name)]
	}
	return false
}

// messages reads the messages of one side, whole with their heads. The first of a client has no kind.
func messages(from io.Reader, do func(kind byte, whole []byte) error, client bool) error {
	for startup := client; ; startup = false {
		head := make([]byte, 5)
		if startup {
			head = head[:4]
		}
		if _, err := io.ReadFull(from, head); err != nil {
			return err
		}
		length := int(binary.BigEndian.Uint32(head[len(head)-4:]))
		whole := append(head, make([]byte, length-4)...)
		if _, err := io.ReadFull(from, whole[len(head):]); err != nil {
			return err
		}
		kind := whole[0]
		if startup {
			kind = 0
		}
		if err := do(kind, whole); err != nil {
			return err
		}
	}
}
