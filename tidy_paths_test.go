package satchel_test

import (
	"bytes"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// machinePath matches a path that exists on one machine only. It is put together here so that this file does not hold one.
var machinePath = regexp.MustCompile(`(^|[^\w.~*}/-])/(` + strings.Join([]string{"work", "root", `home/\w+`, `Users/\w+`}, "|") + `)/`)

// tracked lists what git has, so that files which never leave this machine do not count.
func tracked(t *testing.T) []string {
	t.Helper()
	out, err := exec.Command("git", "ls-files", "-z").Output()
	require.NoError(t, err, "git must be here and this must be a clone: the rule is about what others will get")
	return strings.FieldsFunc(string(out), func(r rune) bool { return r == 0 })
}

// machineLines returns path:line of each line that names a place of one machine. Binary files have no lines.
func machineLines(name string, content []byte) []string {
	if bytes.IndexByte(content, 0) >= 0 {
		return nil
	}
	var found []string
	for i, line := range strings.Split(string(content), "\n") {
		if machinePath.MatchString(line) {
			found = append(found, name+":"+strconv.Itoa(i+1))
		}
	}
	return found
}

func TestNoPathOfOneMachine(t *testing.T) {
	t.Parallel()
	var found []string
	for _, name := range tracked(t) {
		content, err := os.ReadFile(name)
		if os.IsNotExist(err) { // deleted here and not yet committed
			continue
		}
		require.NoError(t, err)
		found = append(found, machineLines(name, content)...)
	}
	require.Empty(t, found, "these lines name a folder of one machine: use a path relative to the project, or a setting")
}

func TestMachinePathRuleSeesBreaches(t *testing.T) {
	t.Parallel()
	for _, folder := range []string{"work", "root", "home/ada", "Users/ada"} {
		bad := "cd /" + folder + "/main\n"
		require.Equal(t, []string{"a.md:2"}, machineLines("a.md", []byte("see\n"+bad)), bad)
		require.Len(t, machineLines("a.md", []byte(`open("/`+folder+`/x")`)), 1)
	}
	for _, good := range []string{"https://example.org/work/a", "docs/work/a", "./root/x", "/workers/1", "/v1/records", "${HOME}/root/x"} {
		require.Empty(t, machineLines("a.md", []byte(good)), good)
	}
}
