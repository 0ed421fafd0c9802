package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/stretchr/testify/require"
)

// ageKeygen stands for the program of that name, which operators have and a machine that only tests may not: age-keygen -o FILE makes a
// key, -y FILE shows whom to encrypt to.
func ageKeygen() {
	key, err := age.GenerateX25519Identity()
	if err == nil && os.Args[1] == "-o" {
		err = os.WriteFile(os.Args[2], []byte(key.String()+"\n"), 0o600)
	} else if err == nil {
		var text []byte
		if text, err = os.ReadFile(os.Args[2]); err == nil {
			key, err = age.ParseX25519Identity(strings.TrimSpace(string(text)))
			fmt.Println(key.Recipient())
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

var shBlock = regexp.MustCompile("(?ms)^```sh\n(.*?)^```$")

// runbook is every command of docs/operations.md in its order, as a script: a supervisor is played, ports are free ones, and folders lie
// below one folder.
func runbook(t *testing.T, page, folder string) (script string, commands []string) {
	t.Helper()
	var out strings.Builder
	fmt.Fprintf(&out, `set -euo pipefail
trap '[ -z "${SERVER:-}" ] || kill -9 $SERVER' EXIT
begin() {
	eval "exec $SERVE" & SERVER=$!
	for i in $(seq 400); do satchel health --address $ADDRESS >/dev/null 2>&1 && return; kill -0 $SERVER; sleep 0.05; done
	echo "the server did not come up" >&2; exit 1
}
end() { kill -TERM $SERVER; wait $SERVER; SERVER=; }
`)
	for _, block := range shBlock.FindAllStringSubmatch(page, -1) {
		for _, one := range strings.Split(strings.TrimSpace(block[1]), "\n") {
			one = strings.NewReplacer("/srv/", folder+"/srv/", "/mnt/", folder+"/mnt/", "127.0.0.1:8080", "$ADDRESS", "127.0.0.1:9090", "''").Replace(one)
			fmt.Fprintf(&out, "echo %q >&2\n", "+ "+one)
			switch {
			case strings.HasPrefix(one, "satchel serve"):
				fmt.Fprintf(&out, "SERVE=%q\nbegin\n", strings.ReplaceAll(one, "--metrics ''", "--metrics '' --drain 0s"))
			case one == "systemctl stop satchel":
				out.WriteString("end\n")
			case one == "systemctl start satchel":
				out.WriteString("begin\n")
			case strings.HasPrefix(one, "satchel erase"): // an installation in which there is somebody
				fmt.Fprintf(&out, "( DATA=%[1]s/data KEYS=%[1]s/keys\n%s )\n", "$PEOPLED", one)
			default:
				out.WriteString(one + "\n")
			}
			if fields := strings.Fields(one); len(fields) > 1 && fields[0] == "satchel" {
				commands = append(commands, fields[1])
			}
		}
	}
	out.WriteString("end\n")
	return out.String(), commands
}

// TestTheCommandsOfTheRunBookWork runs docs/operations.md from its first block to its last.
func TestTheCommandsOfTheRunBookWork(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/operations.md")
	require.NoError(t, err)
	folder := t.TempDir()
	for _, made := range []string{"srv/satchel", "mnt/satchel-backups"} {
		require.NoError(t, os.MkdirAll(filepath.Join(folder, made), 0o700))
	}
	script, commands := runbook(t, string(page), folder)
	for _, command := range []string{"rules", "init", "serve", "health", "backup", "drill", "restore", "verify", "rotate", "erase"} {
		require.Contains(t, commands, command, "the run-book says nothing of it")
	}
	peopled := unpack(t, formatOne)
	said, err := runScript(t, script, folder, "PEOPLED="+filepath.Dir(peopled.Data), "RECORD="+somebody(t, peopled))
	require.NoError(t, err, said)
	require.Contains(t, said, "The backup can be put back")
	require.Contains(t, said, "was erased")

	broken := strings.Replace(script, "satchel verify --data", "satchel verify --date", 1)
	require.NotEqual(t, script, broken)
	again := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(again, "srv/satchel"), 0o700))
	require.NoError(t, os.MkdirAll(filepath.Join(again, "mnt/satchel-backups"), 0o700))
	_, err = runScript(t, strings.ReplaceAll(broken, folder, again), again, "PEOPLED=nowhere", "RECORD=nobody")
	require.Error(t, err, "a command that has changed fails")
}

// runbookTime is how long the whole run-book may take.
const runbookTime = time.Minute

func runScript(t *testing.T, script, folder string, env ...string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), runbookTime)
	defer cancel()
	run := exec.CommandContext(ctx, "bash", "-c", script)
	run.WaitDelay = time.Second // a server that outlives the script must not hold the test
	run.Dir = folder
	run.Env = append(append(os.Environ(), "ADDRESS="+freeAddress(t)), env...)
	said, err := run.CombinedOutput()
	return string(said), err
}

var metricName = regexp.MustCompile(`(?:counters\(r, |Name: )"([a-z_]+)"`)

// TestTheRunBookNamesEveryMetricAndNoOther: an alarm nobody wrote down is one that nobody knows what to do about.
func TestTheRunBookNamesEveryMetricAndNoOther(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/operations.md")
	require.NoError(t, err)
	source, err := os.ReadFile("../../server/meter.go")
	require.NoError(t, err)
	known := map[string]bool{}
	for _, found := range metricName.FindAllStringSubmatch(string(source), -1) {
		known["satchel_"+found[1]] = true
		require.Contains(t, string(page), "`satchel_"+found[1], "docs/operations.md should say when this wakes somebody, and what to do")
	}
	require.Greater(t, len(known), 8)
	for _, named := range regexp.MustCompile("`(satchel_[a-z_]+)").FindAllStringSubmatch(string(page), -1) {
		require.True(t, known[named[1]], "%s is no metric of the program", named[1])
	}
}
