package chromium

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
)

// gathers is set where it is asked which controls of the apps no story presses (`make controls`): then it is noted what is drawn and what is pressed (node/pressed.mjs).
const gathers = "SATCHEL_CONTROLS"

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
