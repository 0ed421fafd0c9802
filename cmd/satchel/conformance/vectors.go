package conformance

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"satchel"
)

// answers name the members of a case that are its answer, by vector file; they are not told to the client.
var answers = map[string][]string{
	"digest": {"digest"}, "replay": {"seen"}, "hash": {"sha256", "canonical"}, "effective": {"effective"}, "merge": {"then"},
}

// required are those that every client answers; the others hold rules of the server, which a client may also know.
var required = []string{"digest", "replay"}

const vectorFolder = "sync/testdata/vectors"

// vectors puts every case of every file to the client.
func (r *run) vectors(answered []string) {
	files, err := satchel.Vectors.ReadDir(vectorFolder)
	r.must(err)
	for _, file := range files {
		name, _, _ := strings.Cut(file.Name(), ".")
		r.check = "vectors of " + name
		if !strings.HasPrefix(r.check, r.opts.Only) {
			continue
		}
		switch {
		case slices.Contains(answered, name):
			r.vectorFile(name, file.Name())
		case slices.Contains(required, name):
			r.check, r.step = "greeting", "hello"
			r.report.Findings = append(r.report.Findings, Finding{r.check, 1, "hello", "the client to answer the vectors of " + name, fmt.Sprint(answered)})
		}
	}
}

func (r *run) vectorFile(name, file string) {
	body, err := satchel.Vectors.ReadFile(path.Join(vectorFolder, file))
	r.must(err)
	var vectors struct {
		Replicas jsontext.Value              `json:"replicas"`
		Cases    []map[string]jsontext.Value `json:"cases"`
	}
	r.must(json.Unmarshal(body, &vectors))
	for i, c := range vectors.Cases {
		r.number, r.step = i+1, string(c["name"])
		expected := c[answers[name][0]]
		for _, member := range answers[name] {
			delete(c, member)
		}
		if len(vectors.Replicas) > 0 {
			c["replicas"] = vectors.Replicas
		}
		put, err := json.Marshal(c, json.Deterministic(true))
		r.must(err)
		reply := r.ask(Command{Op: "vector", Vector: name, Case: put})
		r.report.Vectors++
		if shown := wrongAnswer(name, expected, reply); shown != "" {
			r.report.Findings = append(r.report.Findings, Finding{r.check, r.number, r.step, short(canonical(expected)), short(shown)})
		}
	}
}

// wrongAnswer gives what was answered if it is not what was expected; "" if it is.
func wrongAnswer(name string, expected jsontext.Value, reply Reply) string {
	if reply.Error != "" {
		return reply.Error
	}
	shown := canonical(reply.Answer)
	if name != "replay" {
		if shown == canonical(expected) {
			return ""
		}
		return "answered " + shown
	}
	var is, seen map[string]Document
	if json.Unmarshal(expected, &is) != nil || json.Unmarshal(reply.Answer, &seen) != nil {
		return "answered " + shown
	}
	for id, d := range seen { // a vector knows no revs
		d.Rev = 0
		seen[id] = d
	}
	if wanted, got := differ(seen, is); wanted != "" {
		return got + ", wanted " + wanted
	}
	return ""
}
