package main

import (
	"bufio"
	"context"
	"encoding/json"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/client"
	"satchel/cmd/satchel/demo"
)

// The tests of the program are what a user would type: testdata/*.txt, each run by the real binary in a folder of its own.

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"satchel": main, "age-keygen": ageKeygen})
}

func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(e *testscript.Env) error {
			vectors, err := filepath.Abs("../../internal/instrument/data/vectors.v1.json")
			e.Setenv("VECTORS", vectors)
			return err
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"agekey": makeAgeKey, "freeport": freePort, "waitfor": waitFor, "flip": flip, "phonecode": phoneCode, "replace": replaceText, "textof": textOf, "wordafter": wordAfter,
		},
	})
}

// makeAgeKey writes an age key file and puts its recipient into RECIPIENT: agekey FILE.
func makeAgeKey(ts *testscript.TestScript, _ bool, args []string) {
	key, err := age.GenerateX25519Identity()
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(key.String()+"\n"), 0o600))
	ts.Setenv("RECIPIENT", key.Recipient().String())
}

// freePort puts an address that nobody listens on into a variable: freeport NAME.
func freePort(ts *testscript.TestScript, _ bool, args []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Setenv(args[0], l.Addr().String())
	ts.Check(l.Close())
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	return l.Addr().String()
}

// wordAfter puts what the last command's output says behind a word into a variable: wordafter NAME WORD.
func wordAfter(ts *testscript.TestScript, _ bool, args []string) {
	_, rest, _ := strings.Cut(ts.ReadFile("stdout"), " "+args[1]+" ")
	found := strings.Fields(rest)
	if len(found) == 0 {
		ts.Fatalf("nothing stands behind %s", args[1])
	}
	ts.Setenv(args[0], found[0])
}

// waitLongest is how long a server may take to answer.
const waitLongest = 20 * time.Second

// waitFor waits until a URL answers, or with ! until nobody answers: waitfor URL.
func waitFor(ts *testscript.TestScript, neg bool, args []string) {
	ctx, cancel := context.WithTimeout(context.Background(), waitLongest)
	defer cancel()
	for ctx.Err() == nil {
		answer, err := http.Get(args[0])
		if err == nil {
			ts.Check(answer.Body.Close())
		}
		if (err == nil) != neg {
			return
		}
		<-time.After(20 * time.Millisecond)
	}
	ts.Fatalf("%s did not come to what was waited for", args[0])
}

// flip changes one bit in each page of a data file behind its two roots, for some pages are not in use: flip FILE.
func flip(ts *testscript.TestScript, _ bool, args []string) {
	const pageSize = 4096
	content := []byte(ts.ReadFile(args[0]))
	for at := 2*pageSize + 20; at < len(content); at += pageSize {
		content[at] ^= 1
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), content, 0o600))
}

// phoneCode asks the nurse of a demo for an enrolment code of a person, and puts it and the record into CODE and RECORD: phonecode BASE
// DEMO.JSON NAME BORN.
func phoneCode(ts *testscript.TestScript, _ bool, args []string) {
	var cast demo.Cast
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[1])), &cast))
	var nurse, patient demo.Player
	for _, p := range cast.People {
		if p.Role == "oncology" {
			nurse = p
		}
		if p.Name == args[2] {
			patient = p
		}
	}
	var made struct {
		Code string `json:"code"`
	}
	c := client.New(args[0], client.Tokens{AccessToken: nurse.AccessToken})
	path := "/v1/records/" + patient.Records[0].UUID.String() + "/codes"
	ts.Check(c.Do(context.Background(), http.MethodPost, path, map[string]string{"kind": "patient", "birthDate": args[3]}, &made))
	ts.Setenv("CODE", made.Code)
	ts.Setenv("RECORD", patient.Records[0].UUID.String())
}

// replaceText replaces a text in a file, once at the least: replace OLD NEW FILE.
func replaceText(ts *testscript.TestScript, _ bool, args []string) {
	before := ts.ReadFile(args[2])
	after := strings.ReplaceAll(before, args[0], args[1])
	if before == after {
		ts.Fatalf("%s is not in %s", args[0], args[2])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(after), 0o600))
}

// textOf puts the first word of the last command's output that begins so into a variable: textof NAME PREFIX.
func textOf(ts *testscript.TestScript, _ bool, args []string) {
	words := bufio.NewScanner(strings.NewReader(ts.ReadFile("stdout")))
	words.Split(bufio.ScanWords)
	for words.Scan() {
		if strings.HasPrefix(words.Text(), args[1]) {
			ts.Setenv(args[0], words.Text())
			return
		}
	}
	ts.Fatalf("no word begins with %s", args[1])
}
