package scenario

import (
	"flag"
	"fmt"
	"os"
	"testing"

	"satchel/cmd/satchel/chromium"
	"satchel/internal/postgres/pgtest"
)

// TestMain asks, once all stories were played, whether each control of the apps was pressed by one (decision 0162).
func TestMain(m *testing.M) {
	flag.Parse()
	always := os.Getenv("SATCHEL_CONTROLS_ALWAYS") != "" // also if a story fails, or of some stories alone
	all := always || flag.Lookup("test.run").Value.String() == "" && flag.Lookup("test.skip").Value.String() == "" && flag.Lookup("test.list").Value.String() == ""
	if all {
		if err := chromium.Gather(); err != nil {
			panic(err)
		}
	}
	code := m.Run()
	pgtest.Stop()
	if all && (code == 0 || always) {
		complaints, err := chromium.Judge()
		if err != nil {
			complaints = append(complaints, err.Error())
		}
		for _, complaint := range complaints {
			fmt.Println(complaint)
			code = 1
		}
	}
	os.Exit(code)
}
