package web

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
)

// begins are the modules with which the companion begins: its own, and the screen that most people open it on.
var begins = []string{"app/main.js", "app/screens/today.js"}

// preloaded names, in the companion's page, every module with which it begins. A browser that finds them out by reading one module after another asks for
// the deepest last, through eight others; named in the page, it asks for all of them at once (decision 0160).
func preloaded(files fs.ReadFileFS, page []byte) ([]byte, error) {
	found := map[string]bool{}
	for _, name := range begins {
		if err := loads(files, name, found); err != nil {
			return nil, err
		}
	}
	var links bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(found)) {
		fmt.Fprintf(&links, "<link rel=\"modulepreload\" href=\"/web/%s\" />\n    ", name)
	}
	script := []byte(`<script type="module"`)
	return bytes.Replace(page, script, append(links.Bytes(), script...), 1), nil
}

// loads collects what a module imports before it runs, and itself.
func loads(files fs.ReadFileFS, name string, found map[string]bool) error {
	if found[name] {
		return nil
	}
	content, err := files.ReadFile(name)
	if err != nil {
		return err
	}
	found[name] = true
	for _, m := range imported.FindAllSubmatch(content, -1) {
		if err := loads(files, path.Join(path.Dir(name), string(m[1])), found); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}
