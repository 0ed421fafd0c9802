package main

import (
	"fmt"
	"os"

	"satchel/internal/care"
)

// table is where the table lies, seen from internal/care.
const table = "../../docs/types.md"

func main() {
	if err := write(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func write() error {
	cfg, err := care.Default()
	if err != nil {
		return err
	}
	return os.WriteFile(table, []byte(care.TypeTable(care.Schema(cfg))), 0o644)
}
