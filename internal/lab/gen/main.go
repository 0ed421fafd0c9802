package main

import (
	"fmt"
	"os"

	"satchel/internal/lab"
)

// module is where the units lie, seen from internal/lab.
const module = "../../web/board/units.js"

func main() {
	text, err := lab.Own.UnitsModule()
	if err == nil {
		err = os.WriteFile(module, []byte(text), 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
