package care

import (
	"os"
	"path/filepath"
	"testing"

	"satchel/internal/cost"
)

const wardFileBytesMax = 256 << 10

// FuzzWardFile reads each kind of data file of the ward. A file that is not whole is refused; one that is read can be used.
func FuzzWardFile(f *testing.F) {
	names, err := filepath.Glob("data/*.json")
	if err != nil || len(names) == 0 {
		f.Fatalf("no data files: %v", err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > wardFileBytesMax {
			return
		}
		cost.Bound(t, wardFileBytesMax, func() {
			if limits, err := loadReportLimits(text); err == nil {
				limits.duplicates(1, 2)
			}
			_, _ = loadServiceLevels(text)
			if circle, err := loadCircle(text); err == nil && circle.practiceMissing() <= 0 {
				t.Fatal("a gap of no days")
			}
			_, _ = loadMessageTimes(text)
			_, _ = loadSilence(text)
			_, _ = loadPathways(text, phasesFile)
			_, _ = loadPathways(topicsFile, text)
			if book, err := loadCalls(text); err == nil {
				book.find("")
			}
		})
	})
}
