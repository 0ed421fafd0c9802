package main

import (
	"fmt"
	"os"

	"golang.org/x/term"

	"satchel/server"
)

// moveCommand carries an installation into a database, or back.
type moveCommand struct {
	place
	Back bool `help:"From the database into a new data folder."`
}

func (c *moveCommand) Run(t *terminal) error {
	report, err := server.Move(t.ctx, c.config(), c.Back, t.bar())
	if err != nil {
		return err
	}
	to := "PostgreSQL"
	if c.Back {
		to = c.Data
	}
	t.printf("Moved into %s, and compared: %d records with %d rows, %d entries of indexes, %d secrets, %d lines of the ledger.\nThe place that was left is not served any more; keep it until you are content.\n",
		to, report.Records, report.Rows, report.Entries, report.Secrets, report.Lines)
	return nil
}

// barWidth is how many signs a whole bar has.
const barWidth = 40

// bar draws how far something is, on a terminal; elsewhere it says every tenth.
func (t *terminal) bar() func(doing string, done float64) {
	file, ok := t.err.(*os.File)
	live := ok && term.IsTerminal(int(file.Fd()))
	last := ""
	return func(doing string, done float64) {
		full := int(done * barWidth)
		line := fmt.Sprintf("%-10s %-*s %3.0f %%", doing, barWidth, bars[:full], 100*done)
		if live {
			fmt.Fprintf(t.err, "\r%s", line)
			return
		}
		if tenth := fmt.Sprintf("%s %d0 %%", doing, int(done*10)); tenth != last {
			last = tenth
			fmt.Fprintln(t.err, tenth)
		}
	}
}

const bars = "########################################"
