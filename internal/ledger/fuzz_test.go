package ledger

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"satchel/internal/cost"
)

const ledgerBytesMax = 1 << 20

// FuzzLedger reads a file in which anything may have happened. What is read was appended: it is the beginning of what we wrote, or
// somebody made sums of his own.
func FuzzLedger(f *testing.F) {
	text, before := header+"\n", first()
	for _, entry := range samples() {
		next, sum := line(before, entry)
		text, before = text+next, sum
	}
	f.Add([]byte(text))
	f.Add([]byte(text[:len(text)-9]))
	f.Add([]byte(header + "\n"))
	f.Add([]byte(""))
	f.Add([]byte(text + strings.Repeat("\x00", 64)))
	path := filepath.Join(f.TempDir(), "ledger")
	f.Fuzz(func(t *testing.T, content []byte) {
		if len(content) > ledgerBytesMax {
			return
		}
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		cost.Bound(t, ledgerBytesMax, func() {
			entries, sums, whole, err := load(path)
			if err == nil && (len(sums) != len(entries)+1 || whole > int64(len(content)) || whole < int64(len(header))) {
				t.Fatalf("%d entries, %d sums, %d bytes whole of %d", len(entries), len(sums), whole, len(content))
			}
		})
	})
}
