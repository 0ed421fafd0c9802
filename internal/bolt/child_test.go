package bolt

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/fault"
	syncing "satchel/sync"
)

// Damage is tried in a child process: what ends the process must not end the test that counts it. The child is this test
// binary again, told by childEnv to serve: each line of its input is a flip of one bit or the cutting or zeroing of a page, and
// each line of its output says what became of it.
const childEnv = "SATCHEL_BOLT_CHILD"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childEnv); dir != "" {
		if err := serveDamage(dir, os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// sampleRecords is how many records the sample has.
const sampleRecords = 8

func sampleRecord(n int) syncing.RecordID {
	return syncing.RecordID{UUID: syncing.UUID{0: 7, 15: byte(n)}}
}

// fillSample writes rows of all sizes, takes some back, and leaves free pages behind. It is the same in every process.
func fillSample(ctx context.Context, s *Store) error {
	rnd := rand.New(rand.NewPCG(1, 2))
	for round := range 40 {
		err := s.Update(ctx, sampleRecord(rnd.IntN(sampleRecords)), func(tx syncing.Tx) error {
			for i := range 12 {
				key := fmt.Appendf(nil, "assessment/%03d", rnd.IntN(60))
				value := bytes.Repeat([]byte{byte(round), byte(i)}, []int{0, 5, 100, 300, 2600}[rnd.IntN(5)])
				if err := tx.Put(syncing.Tables[rnd.IntN(4)], key, value); err != nil {
					return err
				}
				if err := tx.Delete(syncing.TableDocuments, fmt.Appendf(nil, "assessment/%03d", rnd.IntN(60))); err != nil {
					return err
				}
			}
			id := tx.Record()
			return tx.PutIndex([]string{"queue", "due"}[round%2], append([]byte{byte(round)}, id.UUID[:]...), []byte("entry"))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// readAll writes down everything that the store answers, present and absent.
func readAll(ctx context.Context, s syncing.Store, w io.Writer) error {
	for n := range sampleRecords + 1 {
		err := s.View(ctx, sampleRecord(n), func(tx syncing.ReadTx) error {
			for _, table := range syncing.Tables {
				if err := tx.Scan(table, nil, nil, func(key, value []byte) (bool, error) {
					fmt.Fprintf(w, "%d %d %q %x\n", n, table, key, value)
					return true, nil
				}); err != nil {
					return err
				}
			}
			for i := range 60 {
				key := fmt.Appendf(nil, "assessment/%03d", i)
				value, err := tx.Get(syncing.TableDocuments, key)
				if err != nil {
					return err
				}
				fmt.Fprintf(w, "%d %q %t %x\n", n, key, value != nil, value)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	for _, index := range []string{"queue", "due", "never"} {
		if err := s.Scan(ctx, index, nil, nil, 1000, func(e syncing.IndexEntry) bool {
			fmt.Fprintf(w, "%s %x %s %x\n", index, e.Key, e.Record, e.Value)
			return true
		}); err != nil {
			return err
		}
		e, ok, err := s.Lookup(ctx, index, []byte("absent"))
		if err != nil {
			return err
		}
		fmt.Fprintln(w, index, ok, e.Key)
	}
	return nil
}

// makeSample makes a data folder of a store that was closed in order, and returns what it answers.
func makeSample(t testing.TB) (dir string, want []byte) {
	t.Helper()
	dir = t.TempDir()
	require.NoError(t, Init(dir))
	s, err := Open(dir, Options{})
	require.NoError(t, err)
	require.NoError(t, fillSample(t.Context(), s))
	var b bytes.Buffer
	require.NoError(t, readAll(t.Context(), s, &b))
	require.NoError(t, s.Close())
	f, _ := layoutOf(t, dir) // bbolt grows files by 16 MiB; one page beyond the used part is enough to try
	require.NoError(t, os.Truncate(filepath.Join(dir, dataName), int64(f.at.pages+1)*pageSize))
	return dir, b.Bytes()
}

// layoutOf says how many pages are in use, and which of them are not.
func layoutOf(t testing.TB, dir string) (f *file, free map[uint64]bool) {
	t.Helper()
	data, err := os.Open(filepath.Join(dir, dataName))
	require.NoError(t, err)
	t.Cleanup(func() { _ = data.Close() })
	f, err = examine(data)
	require.NoError(t, err)
	free = map[uint64]bool{}
	for _, id := range f.free {
		free[id] = true
	}
	return f, free
}

// damageOrder is one line of the child's input.
type damageOrder struct {
	name string // of the file
	kind string // flip, cut, zero
	at   int64
	bit  int
}

// damageResult is one line of the child's output.
type damageResult struct {
	order damageOrder
	read  string // same, refused, or WRONG
	found bool   // Verify reported a problem
}

// serveDamage does what each line says to the folder's files, looks what a reader and Verify make of it, and puts it back.
func serveDamage(dir string, in io.Reader, out io.Writer) error {
	good := map[string][]byte{}
	for _, name := range []string{"want", dataName, sumsName} {
		var err error
		if good[name], err = os.ReadFile(filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		var o damageOrder
		if _, err := fmt.Sscan(lines.Text(), &o.name, &o.kind, &o.at, &o.bit); err != nil {
			return err
		}
		if err := o.inflict(dir, good[o.name]); err != nil {
			return err
		}
		report, err := Verify(context.Background(), dir, Checks{})
		found := err != nil || len(report.Problems) > 0
		read := tryReading(dir, good["want"]) // last: to open is to mend a torn root
		if err := o.repair(dir, good, read); err != nil {
			return err
		}
		fmt.Fprintf(out, "%s %s %d %d %s %t\n", o.name, o.kind, o.at, o.bit, read, found)
	}
	return lines.Err()
}

// tryReading answers same, refused or WRONG. Opening may write (a torn root is mended), so it works on what it is given.
func tryReading(dir string, want []byte) string {
	s, err := Open(dir, Options{})
	if err != nil {
		if code := fault.CodeOf(err); code != fault.Corrupt && code != fault.NotFound {
			return "WRONG-" + string(code)
		}
		return "refused"
	}
	var got bytes.Buffer
	err = readAll(context.Background(), s, &got)
	if closed := s.Close(); closed != nil {
		return "WRONG-close"
	}
	switch {
	case err == nil && bytes.Equal(got.Bytes(), want):
		return "same"
	case fault.Is(err, fault.Corrupt):
		return "refused"
	default:
		return "WRONG"
	}
}

// inflict damages a file whose bytes are good.
func (o damageOrder) inflict(dir string, good []byte) error {
	path := filepath.Join(dir, o.name)
	switch o.kind {
	case "cut":
		return os.Truncate(path, o.at)
	case "zero":
		return writeAt(path, make([]byte, pageSize), o.at)
	default:
		return writeAt(path, []byte{good[o.at] ^ 1<<o.bit}, o.at)
	}
}

// repair puts the files back as they were: all of both if they were opened, else what was damaged.
func (o damageOrder) repair(dir string, good map[string][]byte, read string) error {
	if read == "refused" && o.kind != "cut" {
		return writeAt(filepath.Join(dir, o.name), good[o.name][o.at:min(o.at+pageSize, int64(len(good[o.name])))], o.at)
	}
	return errors.Join(os.WriteFile(filepath.Join(dir, dataName), good[dataName], 0o600),
		os.WriteFile(filepath.Join(dir, sumsName), good[sumsName], 0o600))
}

func writeAt(path string, b []byte, at int64) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(b, at)
	return errors.Join(err, f.Close())
}

// inflictAll lets child processes try the orders, each in a folder of its own, and returns what they said.
func inflictAll(t *testing.T, dir string, want []byte, orders []damageOrder) (results []damageResult) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "want"), want, 0o600))
	var input strings.Builder
	for _, o := range orders {
		fmt.Fprintln(&input, o.name, o.kind, o.at, o.bit)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"="+dir)
	cmd.Stdin = strings.NewReader(input.String())
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	require.NoError(t, err, "the child ended after %q: %s", lines[len(lines)-1], stderr.String())
	for _, line := range lines {
		var r damageResult
		_, err := fmt.Sscan(line, &r.order.name, &r.order.kind, &r.order.at, &r.order.bit, &r.read, &r.found)
		require.NoError(t, err, line)
		results = append(results, r)
	}
	require.Len(t, results, len(orders))
	return results
}
