package stranger_test

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

type object = map[string]any

// demo is a running `satchel demo` as a stranger meets it.
type demo struct {
	Base   string   `json:"base"`
	People []person `json:"people"`
}

type person struct {
	Name        string   `json:"name"`
	Role        string   `json:"role"`
	Records     []string `json:"records"`
	AccessToken string   `json:"accessToken"`
}

// binary is the program, built once by the test of this package.
func binaryOf(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "satchel")
	out, err := exec.Command("go", "build", "-o", path, "satchel/cmd/satchel").CombinedOutput()
	require.NoError(t, err, string(out))
	return path
}

// startDemo runs the demo until the test ends, and reads demo.json once the demo says that it stays up.
func startDemo(t *testing.T, binary string) demo {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "demo")
	command := exec.Command(binary, "demo", "--data", folder)
	out, err := command.StdoutPipe()
	require.NoError(t, err)
	command.Stderr = command.Stdout
	require.NoError(t, command.Start())
	up := make(chan string, 1)
	go func() {
		var said strings.Builder
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			said.WriteString(lines.Text() + "\n")
			if strings.Contains(lines.Text(), "demo.json") {
				up <- ""
			}
		}
		up <- said.String()
	}()
	t.Cleanup(func() {
		_ = command.Process.Signal(os.Interrupt)
		_ = command.Wait()
	})
	select {
	case ended := <-up:
		require.Empty(t, ended, "the demo ended instead of staying up")
	case <-time.After(time.Minute):
		require.Fail(t, "the demo did not say where demo.json is")
	}
	text, err := os.ReadFile(filepath.Join(folder, "demo.json"))
	require.NoError(t, err)
	var d demo
	require.NoError(t, json.Unmarshal(text, &d))
	return d
}

// who finds people of a role that share the record; without a record any.
func (d demo) who(t *testing.T, role, record string) person {
	t.Helper()
	for _, p := range d.People {
		if p.Role != role {
			continue
		}
		for _, r := range p.Records {
			if record == "" || r == record {
				return p
			}
		}
	}
	require.Fail(t, "demo.json names nobody", "%s of the record", role)
	return person{}
}

// shared is a record that a caregiver has, too.
func (d demo) shared(t *testing.T) string {
	t.Helper()
	return d.who(t, "caregiver", "").Records[0]
}

// phone is one replica.
type phone struct {
	t       *testing.T
	base    string
	token   string
	record  string
	replica string
	n       int
	cursor  any
	digest  string
	docs    map[string]uint64 // visible documents and their revs, for the digest
	schema  schema
}

type schema struct {
	Types map[string]struct {
		Event, Deletable, Create bool
		SealedAt                 *string
		Fields                   map[string]struct {
			Kind, Merge     string
			Of              string
			Write, Required bool
			Codes           []string
			Moves           map[string][]string
			Max             int
		}
	}
}

func newID() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	binary.BigEndian.PutUint32(b[:4], uint32(time.Now().UnixMilli()>>16))
	binary.BigEndian.PutUint16(b[4:6], uint16(time.Now().UnixMilli()))
	b[6] = b[6]&0x0f | 0x70
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func (d demo) phone(t *testing.T, p person, record string) *phone {
	t.Helper()
	ph := &phone{t: t, base: d.Base, token: p.AccessToken, record: record, replica: newID(), docs: map[string]uint64{}}
	status, body := ph.get("/v1/schema?record=" + record)
	require.Equal(t, 200, status, string(body))
	require.NoError(t, json.Unmarshal(body, &ph.schema))
	return ph
}

func (p *phone) get(path string) (int, []byte) { return p.call("GET", path, nil) }

func (p *phone) call(method, path string, body []byte) (int, []byte) {
	p.t.Helper()
	req, err := http.NewRequest(method, p.base+path, bytes.NewReader(body))
	require.NoError(p.t, err)
	req.Header.Set("Authorization", "Bearer "+p.token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	require.NoError(p.t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(p.t, err)
	return resp.StatusCode, text
}

// sync sends one request for the record; members overrides.
func (p *phone) sync(members object) object {
	p.t.Helper()
	record := object{"record": p.record, "cursor": p.cursor}
	for k, v := range members {
		record[k] = v
	}
	body, err := json.Marshal(object{"replica": p.replica, "now": time.Now().UnixMilli(), "schema": 1, "records": []object{record}})
	require.NoError(p.t, err)
	status, text := p.call("POST", "/v1/sync", body)
	require.Equal(p.t, 200, status, string(text))
	var answer struct{ Records []object }
	require.NoError(p.t, json.Unmarshal(text, &answer))
	return answer.Records[0]
}

// pull reads on until there is no more, with a page size.
func (p *phone) pull(limit int) (pages int) {
	p.t.Helper()
	for {
		pages++
		members := object{}
		if limit > 0 {
			members["limit"] = limit
		}
		answer := p.sync(members)
		require.Nil(p.t, answer["error"])
		if answer["reset"] == true {
			clear(p.docs)
		}
		for _, c := range list(answer["changes"]) {
			change := c.(object)
			if change["deleted"] == true {
				delete(p.docs, change["doc"].(string))
				continue
			}
			p.docs[change["doc"].(string)] = uint64(change["rev"].(float64))
		}
		p.cursor = answer["cursor"]
		if answer["more"] == false {
			p.digest = answer["digest"].(string)
			return pages
		}
	}
}

// sum is the digest over what this phone holds, as PROTOCOL.md section 5 defines it.
func (p *phone) sum() string {
	var total uint64
	for doc, rev := range p.docs {
		hash := sha256.Sum256(fmt.Appendf(nil, "%s@%d", doc, rev))
		total += binary.BigEndian.Uint64(hash[:8])
	}
	return fmt.Sprintf("%016x", total)
}

func list(v any) []any {
	l, _ := v.([]any)
	return l
}

func (p *phone) mutation(doc string, change object) object {
	p.n++
	m := object{"n": p.n, "doc": doc, "schema": 1, "base": p.cursor, "at": time.Now().UnixMilli(), "after": 0}
	for k, v := range change {
		m[k] = v
	}
	return m
}

// push sends mutations and gives the outcome of the last.
func (p *phone) push(mutations ...object) object {
	p.t.Helper()
	answer := p.sync(object{"mutations": mutations})
	return p.outcome(answer, p.n)
}

func (p *phone) outcome(answer object, n int) object {
	for _, o := range list(answer["outcomes"]) {
		if o.(object)["n"] == float64(n) {
			return o.(object)
		}
	}
	return nil
}

// document reads one document anew.
func (p *phone) document(doc string) object {
	p.t.Helper()
	cursor := any(nil)
	for {
		answer := p.sync(object{"cursor": cursor})
		for _, c := range list(answer["changes"]) {
			if c.(object)["doc"] == doc {
				return c.(object)
			}
		}
		if answer["more"] == false {
			return nil
		}
		cursor = answer["cursor"]
	}
}
