package syncing_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Transcripts tell the protocol's stories: what people and phones do, then `----`, then what came back, between real phones
// (sync/replica) and the real engine. They are executed and must come out byte for byte. testdata/transcripts/README.md lists
// the commands; transcript_run_test.go carries them out, transcript_print_test.go writes what came back.

var rewrite = flag.Bool("rewrite", false, "write what came back into testdata/transcripts, for reading the diff")

const transcriptFolder = "testdata/transcripts"

func TestTranscripts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(transcriptFolder, "*.txt"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			require.True(t, strings.HasPrefix(string(text), "# "), "a transcript begins by saying what it shows")
			got := retell(newStory(t), string(text))
			if *rewrite {
				require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
				return
			}
			require.Equal(t, string(text), got)
		})
	}
}

// retell carries out a transcript's commands and gives it back with what came of them. Blocks stand apart by an empty line;
// in each, commands and comments come first, and behind `----` what came back.
func retell(s *story, text string) string {
	blocks := strings.Split(strings.TrimSpace(text), "\n\n")
	for i, block := range blocks {
		commands, _, _ := strings.Cut(block, "\n----")
		s.out.Reset()
		for line := range strings.SplitSeq(commands, "\n") {
			s.line = line
			if line != "" && !strings.HasPrefix(line, "#") {
				s.command(line)
			}
		}
		if blocks[i] = commands; s.out.Len() > 0 {
			blocks[i] += "\n----\n" + strings.TrimSuffix(s.out.String(), "\n")
		}
	}
	return strings.Join(blocks, "\n\n") + "\n"
}

// words splits a command at its spaces, but for those between quotes.
func words(line string) []string {
	var list []string
	quoted, begun := false, false
	for _, c := range line {
		switch {
		case c == ' ' && !quoted:
			begun = false
			continue
		case c == '"':
			quoted = !quoted
		}
		if !begun {
			list, begun = append(list, ""), true
		}
		list[len(list)-1] += string(c)
	}
	return list
}

func TestATranscriptThatSaysOtherwiseIsFound(t *testing.T) {
	t.Parallel()
	told := "grant ann patient schedule\nann: set thing/1 title=x\nann: sync\n----\nn=1 applied rev=99\n"
	got := retell(newStory(t), told)
	require.NotEqual(t, told, got)
	require.Contains(t, got, "n=1 applied rev=2\n")
	require.Equal(t, got, retell(newStory(t), got), "and told twice it is the same")
}

func TestWordsKeepWhatIsQuotedTogether(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"ann:", "set", "thing/1", `note="two words"`}, words(`ann: set  thing/1 note="two words"`))
}
