package heads

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"satchel/internal/cost"
)

const headsBytesMax = 1 << 20

// FuzzHead opens what is said to be a signed head: only what this key signed opens, and it says what was signed.
func FuzzHead(f *testing.F) {
	key, err := LoadKey(filepath.Join(f.TempDir(), "key"), rand.Reader, true)
	if err != nil {
		f.Fatal(err)
	}
	head := Head{Origin: "satchel/00ff", Lines: 3, Root: tlog.Hash{1}, At: 1_700_000_000_000, Whole: 9}
	good, err := key.Sign(head)
	if err != nil {
		f.Fatal(err)
	}
	for _, text := range []string{good, head.text(), good + good, "a\nb\nc\nat x\nwhole\n\n— satchel AA==\n", "\n\n— satchel \n"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > headsBytesMax {
			return
		}
		cost.Bound(t, headsBytesMax, func() {
			if read, err := key.Open(text); err == nil && read != head {
				t.Fatalf("%+v was signed by nobody", read)
			}
			if read, err := parse(text); err == nil {
				if again, err := parse(read.text()); err != nil || again != read {
					t.Fatalf("%+v is read again as %+v: %v", read, again, err)
				}
			}
		})
	})
}

// FuzzHeadsLog reads a log and a file of published heads in which anything may have happened: each whole line once, in its order, and
// what was cut off is at most one torn line.
func FuzzHeadsLog(f *testing.F) {
	for _, text := range []string{
		"", "one\ntwo\n", "one\ntorn", "\n\n\n", strings.Repeat("x", lineMax+1) + "\n", `{"note":"one"}` + "\n" + `{"note":` + "\n" + `{"msg":"signed head","note":"two"}` + "\n",
	} {
		f.Add([]byte(text))
	}
	path := filepath.Join(f.TempDir(), "log")
	f.Fuzz(func(t *testing.T, content []byte) {
		if len(content) > headsBytesMax {
			return
		}
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		cost.Bound(t, headsBytesMax, func() {
			notes, err := Published(path)
			if err != nil || len(notes) > strings.Count(string(content), "\n") {
				t.Fatalf("%d notes: %v", len(notes), err)
			}
			var text strings.Builder
			l, err := Open(path, func(line string) { text.WriteString(line + "\n") })
			if err != nil {
				t.Fatal(err)
			}
			if rest, found := strings.CutPrefix(string(content), text.String()); !found || strings.Contains(rest, "\n") {
				t.Fatal("a line was left out, or read otherwise than it stands there")
			}
			head, err := l.Head()
			if err != nil || l.Close() != nil {
				t.Fatal(err)
			}
			if _, problems, err := Compare(path, []Head{head}, func(string) {}); err != nil || len(problems) > 0 {
				t.Fatalf("a log that is not as it was read: %v %v", problems, err)
			}
		})
	})
}
