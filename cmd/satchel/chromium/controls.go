package chromium

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// gathers is set where it is asked which controls of the apps no story presses: then it is noted what is drawn and what is pressed (node/pressed.mjs).
const gathers = "SATCHEL_CONTROLS"

// owedName is the list of controls that no story presses yet, or cannot: a line each, with why behind a bar.
const owedName = "controls.txt"

// Gather lets all stories of this process note the controls of the apps that they draw and press, for Judge.
func Gather() error { return os.Setenv(gathers, "1") }

// Judge says what is wrong once all stories have been played: a control that a screen draws and nobody presses, and a line of controls.txt that is of no use any more.
func Judge() (complaints []string, err error) {
	owed, err := owedControls()
	if err != nil {
		return nil, err
	}
	played.Lock()
	defer played.Unlock()
	return judge(played.seen, owed), nil
}

func judge(seen map[string]*controls, owed map[string]string) (complaints []string) {
	drawn, pressed := map[string]string{}, map[string]bool{}
	for _, story := range slices.Sorted(maps.Keys(seen)) {
		for _, control := range seen[story].Drawn {
			drawn[anywhere(control)] = story
		}
		for _, control := range seen[story].Pressed {
			pressed[anywhere(control)] = true
		}
	}
	for _, control := range slices.Sorted(maps.Keys(drawn)) {
		if _, known := owed[control]; !pressed[control] && !known {
			complaints = append(complaints, fmt.Sprintf("no story presses: %s (drawn in %s). Write one that does, by the keyboard; decision 0162 says how controls are named.", control, drawn[control]))
		}
	}
	for _, control := range slices.Sorted(maps.Keys(owed)) {
		if pressed[control] {
			complaints = append(complaints, fmt.Sprintf("a story presses: %s. Take its line out of cmd/satchel/chromium/%s.", control, owedName))
		}
	}
	return complaints
}

// anywhere names a control without the place in which it was: one that is drawn while the app goes from one place to the next is of both.
func anywhere(control string) string {
	app, rest, _ := strings.Cut(control, " ")
	_, what, _ := strings.Cut(rest, " ")
	return app + " " + what
}

// owedControls reads the list.
func owedControls() (map[string]string, error) {
	text, err := os.ReadFile(filepath.Join(here(), owedName))
	owed := map[string]string{}
	for line := range strings.Lines(string(text)) {
		control, why, found := strings.Cut(strings.TrimSpace(line), " | ")
		switch {
		case strings.HasPrefix(line, "#"):
		case !found || why == "":
			err = errors.Join(err, fmt.Errorf("%s: a line has a control, a bar and why no story presses it: %q", owedName, line))
		default:
			owed[control] = why
		}
	}
	return owed, err
}

// controls are those of one story.
type controls struct{ Drawn, Pressed []string }

// played are the controls of tests, by their names: a test may play several programs.
var played = struct {
	sync.Mutex
	seen map[string]*controls
}{seen: map[string]*controls{}}

// note takes what a program has drawn and pressed, and keeps it beside its pictures.
func (p *Play) note() {
	p.t.Helper()
	if os.Getenv(gathers) == "" {
		return
	}
	file := filepath.Join(p.screens, fmt.Sprintf("controls of %d.json", p.p.command.Process.Pid))
	text, err := os.ReadFile(file)
	if err != nil {
		p.t.Fatal(err)
	}
	var seen controls
	if err := errors.Join(json.Unmarshal(text, &seen), os.Remove(file)); err != nil {
		p.t.Fatal(err)
	}
	played.Lock()
	defer played.Unlock()
	all := played.seen[p.t.Name()]
	if all == nil {
		all = &controls{}
		played.seen[p.t.Name()] = all
	}
	all.Drawn, all.Pressed = append(all.Drawn, seen.Drawn...), append(all.Pressed, seen.Pressed...)
	text, err = json.Marshal(all)
	if err := errors.Join(err, os.WriteFile(filepath.Join(p.screens, "controls.json"), text, 0o644)); err != nil {
		p.t.Fatal(err)
	}
}
