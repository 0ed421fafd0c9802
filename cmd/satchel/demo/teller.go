package demo

import (
	"fmt"
	"io"
)

// teller says what happens, and counts what was not as it should be.
type teller struct {
	out     io.Writer
	checked int
	failed  int
}

func (t *teller) chapter(format string, args ...any) {
	fmt.Fprintf(t.out, "\n"+format+"\n", args...)
}

// tell says something that needs no check.
func (t *teller) tell(format string, args ...any) {
	fmt.Fprintf(t.out, "    "+format+"\n", args...)
}

// check says a sentence of the story and whether it holds.
func (t *teller) check(holds bool, format string, args ...any) {
	t.checked++
	mark := "ok  "
	if !holds {
		t.failed++
		mark = "NOT "
	}
	fmt.Fprintf(t.out, mark+format+"\n", args...)
}
