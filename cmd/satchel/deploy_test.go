package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/require"
)

// understood asks that a command line is one of this program: command and flags exist, and their values can be read.
func understood(t *testing.T, args ...string) error {
	t.Helper()
	var all commands
	parser, err := kong.New(&all, kong.Exit(func(int) {}), kong.Bind(&terminal{ctx: t.Context()}))
	require.NoError(t, err)
	_, err = parser.Parse(args)
	return err
}

func TestUnderstoodRefusesWhatIsNoFlag(t *testing.T) {
	t.Parallel()
	require.NoError(t, understood(t, "serve", "--drain", "3s"))
	require.Error(t, understood(t, "serve", "--drein", "3s"))
	require.Error(t, understood(t, "serve", "--drain", "soon"))
	require.Error(t, understood(t, "serv"))
}

func deployed(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("../../deploy/" + name)
	require.NoError(t, err)
	return string(text)
}

// analyze runs systemd-analyze on a unit, as it would be installed on a machine that has the program.
func analyze(t *testing.T, unit string, args ...string) (string, error) {
	t.Helper()
	tool, err := exec.LookPath("systemd-analyze")
	require.NoError(t, err, "systemd-analyze is not on this machine, and it is the test of deploy/satchel.service. `make tools` installs it.")
	self, err := os.Executable()
	require.NoError(t, err)
	folder := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(folder, "satchel.service.d"), 0o755))
	for name, text := range map[string]string{
		"satchel.service": unit, "satchel.service.d/push.conf": deployed(t, "satchel.service.d/push.conf"), "satchel.service.d/web-push.conf": deployed(t, "satchel.service.d/web-push.conf"),
		"satchel.service.d/mail.conf": deployed(t, "satchel.service.d/mail.conf"),
		"satchel.service.d/oidc.conf": deployed(t, "satchel.service.d/oidc.conf"),
	} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(strings.ReplaceAll(text, "/usr/local/bin/satchel", self)), 0o644))
	}
	said, err := exec.Command(tool, append(args, filepath.Join(folder, "satchel.service"))...).CombinedOutput()
	return string(said), err
}

// exposureMost is what `systemd-analyze security` may find at most, in tenths: 10 would be a service that may do anything.
const exposureMost = "15"

// TestTheUnitIsWhatSystemdUnderstandsAndLittleIsExposed, and each of its refusals is tried.
func TestTheUnitIsWhatSystemdUnderstandsAndLittleIsExposed(t *testing.T) {
	t.Parallel()
	unit := deployed(t, "satchel.service")
	verify, security := []string{"verify", "--man=no"}, []string{"security", "--offline=true", "--threshold=" + exposureMost, "--no-pager"}
	said, err := analyze(t, unit, verify...)
	require.NoError(t, err, said)
	require.Empty(t, said)
	said, err = analyze(t, unit, security...)
	require.NoError(t, err, said)

	said, _ = analyze(t, strings.Replace(unit, "ProtectHome=", "ProtectHouse=", 1), verify...)
	require.Contains(t, said, "ProtectHouse", "a misspelt directive would protect nothing")
	_, err = analyze(t, regexp.MustCompile(`(?m)^(Protect|Restrict|SystemCall|Private|Capability).*$`).ReplaceAllString(unit, ""), security...)
	require.Error(t, err, "without its hardening it is exposed")
}

// TestTheBackupUnitAndItsTimerAreUnderstood, and its command line is one of the program.
func TestTheBackupUnitAndItsTimerAreUnderstood(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	require.NoError(t, err)
	folder, paths := t.TempDir(), []string{"verify", "--man=no"}
	for _, name := range []string{"satchel-backup.service", "satchel-backup.timer"} {
		path := filepath.Join(folder, name)
		require.NoError(t, os.WriteFile(path, []byte(strings.ReplaceAll(deployed(t, name), "/usr/local/bin/satchel", self)), 0o644))
		paths = append(paths, path)
	}
	said, err := exec.Command("systemd-analyze", paths...).CombinedOutput()
	require.NoError(t, err, "`make tools` installs systemd-analyze: %s", said)
	require.Empty(t, string(said))
	backup := regexp.MustCompile(`exec /usr/local/bin/satchel (backup .+)'`).FindStringSubmatch(deployed(t, "satchel-backup.service"))
	require.NotNil(t, backup)
	require.NoError(t, understood(t, append(strings.Fields(regexp.MustCompile(`\$\$\([^)]*\)`).ReplaceAllString(backup[1], "now")), "--recipient", "age1")...))
}

// TestTheUnitStartsTheProgramAsItIs: its flags exist, its folders are those that systemd makes for it, and data and keys are apart.
func TestTheUnitStartsTheProgramAsItIs(t *testing.T) {
	t.Parallel()
	unit := deployed(t, "satchel.service")
	start := regexp.MustCompile(`(?m)^ExecStart=/usr/local/bin/satchel (.+)$`).FindStringSubmatch(unit)
	require.NotNil(t, start)
	require.NoError(t, understood(t, strings.Fields(start[1])...))
	for _, folder := range []string{"--data /var/lib/satchel/", "--keys /var/lib/satchel-keys/"} {
		require.Contains(t, start[1], folder)
	}
	for _, line := range []string{"StateDirectory=satchel satchel-keys", "StateDirectoryMode=0700", "User=satchel", "StandardError=journal"} {
		require.Contains(t, unit, "\n"+line+"\n")
	}
	require.NotContains(t, unit, "LoadCredential", "the unit starts without Firebase; push.conf adds it")
	push := deployed(t, "satchel.service.d/push.conf")
	require.Regexp(t, `(?m)^LoadCredential=service-account\.json:/`, push)
	require.Contains(t, push, "Environment=SATCHEL_SERVICE_ACCOUNT=%d/service-account.json")
	source, err := os.ReadFile("serve.go")
	require.NoError(t, err)
	require.Contains(t, string(source), `env:"SATCHEL_SERVICE_ACCOUNT"`)
	for _, line := range regexp.MustCompile(`(?m)^Environment=(\w+)=`).FindAllStringSubmatch(deployed(t, "satchel.service.d/web-push.conf")+deployed(t, "satchel.service.d/mail.conf")+deployed(t, "satchel.service.d/oidc.conf"), -1) {
		require.Contains(t, string(source), `env:"`+line[1]+`"`)
	}
}

// line is one instruction of a container file.
type line struct{ word, rest string }

func containerLines(text string) (lines []line) {
	text = regexp.MustCompile(`(?m)^#.*\n`).ReplaceAllString(text, "")
	for _, one := range strings.Split(strings.ReplaceAll(text, "\\\n", " "), "\n") {
		if word, rest, found := strings.Cut(strings.TrimSpace(one), " "); found {
			lines = append(lines, line{word, strings.TrimSpace(rest)})
		}
	}
	return lines
}

var (
	pinned = regexp.MustCompile(`^(scratch|\S+:\d+\.\d+\.\d+\S*|\S+@sha256:[0-9a-f]{64})( AS \w+)?$`)
	nobody = regexp.MustCompile(`^[1-9]\d*:[1-9]\d*$`)
)

// complaints are what is wrong with a container file.
func complaints(t *testing.T, text string) (list []string) {
	t.Helper()
	last, entry := map[string]string{}, ""
	for _, l := range containerLines(text) {
		if l.word == "FROM" {
			last = map[string]string{}
			if !pinned.MatchString(l.rest) {
				list = append(list, "FROM is not pinned: "+l.rest)
			}
		}
		if l.word == "ADD" {
			list = append(list, "ADD fetches and unpacks: use COPY")
		}
		last[l.word] = l.rest
	}
	if !nobody.MatchString(last["USER"]) {
		list = append(list, "USER is root, or a name that an image without users cannot know: "+last["USER"])
	}
	_, health, _ := strings.Cut(last["HEALTHCHECK"], "CMD ")
	var words []string
	if json.Unmarshal([]byte(last["ENTRYPOINT"]), &words) == nil && len(words) == 1 {
		entry = words[0]
	}
	for name, text := range map[string]string{"CMD": last["CMD"], "HEALTHCHECK": health} {
		var args []string
		if err := json.Unmarshal([]byte(text), &args); err != nil {
			list = append(list, name+" is missing, or needs a shell that is not there")
			continue
		}
		if name == "HEALTHCHECK" && args[0] == entry {
			args = args[1:]
		}
		if err := understood(t, args...); err != nil {
			list = append(list, name+": "+err.Error())
		}
	}
	return list
}

// TestTheContainerRunsAsNobodyOnNothing. What builds images is not on every machine, so the file is held to what can be read in it.
func TestTheContainerRunsAsNobodyOnNothing(t *testing.T) {
	t.Parallel()
	text := deployed(t, "Containerfile")
	require.Empty(t, complaints(t, text))
	require.Regexp(t, `(?m)^FROM scratch$`, text)
	require.Contains(t, text, `VOLUME ["/data", "/keys"]`)
	require.Contains(t, text, "docker run --read-only --cap-drop ALL --security-opt no-new-privileges")
	mod, err := os.ReadFile("../../go.mod")
	require.NoError(t, err)
	require.Contains(t, text, "golang:"+regexp.MustCompile(`(?m)^go (\S+)$`).FindStringSubmatch(string(mod))[1]+"-", "built by the Go that go.mod names")
	for plant, as := range map[string][2]string{
		"not pinned": {"golang:1.26.0-bookworm", "golang:latest"}, "USER is root": {"USER 65532:65532", "USER root"},
		"unknown flag": {`"--drain"`, `"--drein"`}, "HEALTHCHECK": {`"health"`, `"healthy"`}, "shell": {`ENTRYPOINT ["/satchel"]` + "\nCMD [", `ENTRYPOINT ["/satchel"]` + "\nCMD serve ["},
	} {
		require.Contains(t, text, as[0])
		require.Contains(t, strings.Join(complaints(t, strings.ReplaceAll(text, as[0], as[1])), "\n"), plant)
	}
}

// TestTheClusterIsAScriptThatStartsTheProgramAsItIs: `make failover-cluster` runs it. No request is logged before the nodes either: addresses of calendars and links are secrets.
func TestTheClusterIsAScriptThatStartsTheProgramAsItIs(t *testing.T) {
	t.Parallel()
	text := deployed(t, "cluster.sh")
	check := exec.Command("bash", "-n")
	check.Stdin = strings.NewReader(text)
	said, err := check.CombinedOutput()
	require.NoError(t, err, string(said))
	lines := strings.ReplaceAll(text, "\\\n", " ")
	start := regexp.MustCompile(`"\$FOLDER/satchel" (serve .+)`).FindStringSubmatch(lines)
	require.NotNil(t, start)
	flags := strings.NewReplacer(`"`, "", "''", "127.0.0.1:9090").Replace(regexp.MustCompile(`\$\([^)]*\)`).ReplaceAllString(start[1], "8080"))
	require.NoError(t, understood(t, strings.Fields(flags)...))
	require.Error(t, understood(t, strings.Fields(strings.Replace(flags, "--drain", "--drein", 1))...))
	require.NotRegexp(t, `(?m)^\s+(log|option (httplog|tcplog)|capture)\b`, text)

	help, err := exec.Command("bash", "../../deploy/cluster.sh").CombinedOutput()
	require.Error(t, err)
	for _, command := range []string{"up", "status", "kill-primary", "restart", "stall", "down"} {
		require.Contains(t, string(help), "deploy/cluster.sh "+command)
	}
	said, err = exec.Command("bash", "../../deploy/cluster.sh", "--folder", filepath.Join(t.TempDir(), "none"), "--datebases", "3", "up").CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(said), "--datebases is not understood")
}
