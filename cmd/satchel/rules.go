package main

import (
	"fmt"
	"os"
	"strings"

	"satchel/internal/instrument"
)

// rulesCommand holds a safety officer's tools, and the one with which an operator takes over what was signed.
type rulesCommand struct {
	Try      rulesTry      `cmd:"" default:"withargs" help:"Try a file of vectors against the red-flag rules in this program."`
	Key      rulesKey      `cmd:"" help:"Make a key pair with which rules are signed. Keep the private file away from every server."`
	Export   rulesExport   `cmd:"" help:"Write the questionnaire, rules, texts and profiles in this program into a folder, to be reviewed and changed."`
	Words    rulesWords    `cmd:"" help:"Print what people read in another language, beside the English."`
	Sign     rulesSign     `cmd:"" help:"Sign the files of a folder, after their vectors held."`
	Activate rulesActivate `cmd:"" help:"Let an installation serve signed rules from its next start."`
}

// rulesTry says where the rules in this program judge otherwise than a file of vectors expects.
type rulesTry struct {
	Vectors string `required:"" type:"existingfile" help:"A file in the format of shared/instrument/vectors.v1.json."`
}

func (c *rulesTry) Run(t *terminal) error {
	file, err := os.Open(c.Vectors)
	if err != nil {
		return err
	}
	defer file.Close()
	library, err := instrument.Embedded()
	if err != nil {
		return err
	}
	rules := library.Current()
	t.printf("Rules %s (sha256 %s): %s.\n", rules.Key(), rules.SHA256(), rules.Review)
	results, err := library.RunVectors(file)
	differing := 0
	for _, result := range results {
		differing += report(t, result)
	}
	if err != nil {
		return err
	}
	t.printf("%d vectors, %d hold, %d differ.\n", len(results), len(results)-differing, differing)
	if differing > 0 {
		return errSaid
	}
	return nil
}

// report prints what differs, and what looks like a slip in the vector; 1 if the vector does not hold.
func report(t *terminal, result instrument.VectorResult) int {
	for _, note := range result.Notes {
		t.printf("vector %d (%s): note: %s\n", result.Index, result.Name, note)
	}
	if len(result.Differences) == 0 {
		return 0
	}
	t.printf("vector %d (%s): judged %s [%s]\n", result.Index, result.Name, result.Level, strings.Join(result.Fired, " "))
	for _, difference := range result.Differences {
		fmt.Fprintf(t.out, "  %s\n", difference)
	}
	return 1
}
