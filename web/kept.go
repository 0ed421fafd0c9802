package web

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// What names another file: in a page, in a module at the beginning of a line or, where it is written as one, behind a semicolon, where a module loads one later, and where it fetches one.
var (
	named    = regexp.MustCompile(`(?:href|src)="/web/([^"]+)"`)
	imported = regexp.MustCompile(`(?m)(?:^|;)(?:import|export)\b[^;"]*"(\.[^"]+)"`)
	later    = regexp.MustCompile(`(?:await|=>|return|=)\s*import\("(\.[^"]+)"\)`)
	fetched  = regexp.MustCompile(`new URL\("(\.[^"]+)", import\.meta\.url\)`)
	area     = regexp.MustCompile(`areas = \[([^\]]*)\]`)
)

// Kept names the files that the companion needs with no network: its page, whatever that loads, and its words in every language. Files that
// stand here and are not reached from there are not kept on anybody's phone. An error says which file names one that is not there.
func Kept(files fs.FS) ([]string, error) {
	found := map[string]bool{}
	if err := reach(files, "app/index.html", found); err != nil {
		return nil, err
	}
	areas, err := fs.ReadFile(files, "app/areas.js")
	if err != nil {
		return nil, err
	}
	list := area.FindSubmatch(areas)
	if list == nil {
		return nil, fmt.Errorf("app/areas.js names no areas of the catalogue")
	}
	for _, named := range strings.FieldsFunc(string(list[1]), func(r rune) bool { return strings.ContainsRune("\", \n", r) }) {
		words, err := fs.Glob(files, "words/*/"+named+".json")
		if err != nil || len(words) == 0 {
			return nil, fmt.Errorf("app/areas.js names %s, which has no words", named)
		}
		for _, name := range words {
			found[name] = true
		}
	}
	return slices.Sorted(maps.Keys(found)), nil
}

func reach(files fs.FS, name string, found map[string]bool) error {
	if found[name] {
		return nil
	}
	content, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	found[name] = true
	var others []string
	switch path.Ext(name) {
	case ".html", ".webmanifest":
		for _, m := range named.FindAllSubmatch(content, -1) {
			others = append(others, string(m[1]))
		}
	case ".js":
		for _, pattern := range []*regexp.Regexp{imported, later, fetched} {
			for _, m := range pattern.FindAllSubmatch(content, -1) {
				if path.Ext(string(m[1])) != "" {
					others = append(others, path.Join(path.Dir(name), string(m[1])))
				}
			}
		}
	}
	for _, other := range others {
		if err := reach(files, other, found); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}
