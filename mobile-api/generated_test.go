package mobileapi

import (
	"bytes"
	"cmp"
	"flag"
	"html/template"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"satchel/internal/care"
)

// write lets `make generate` write what the tests below otherwise compare.
var write = flag.Bool("write", false, "write the generated part of openapi.yaml and the page of it")

// TestGeneratedPartsAreCurrent: the document types stand in openapi.yaml as internal/care declares them, and the page for people
// says what openapi.yaml says.
func TestGeneratedPartsAreCurrent(t *testing.T) {
	text, err := os.ReadFile(contractPath)
	require.NoError(t, err)
	current(t, contractPath, text, withDocuments(t, string(text)))
	page, err := os.ReadFile("docs.gen.html")
	require.NoError(t, err)
	current(t, "docs.gen.html", page, pageOf(t))
}

func current(t *testing.T, path string, is []byte, should string) {
	t.Helper()
	if *write {
		require.NoError(t, os.WriteFile(path, []byte(should), 0o644))
		return
	}
	require.True(t, string(is) == should, "%s is not what the code says: run make generate", path)
}

// withDocuments puts a schema for each document type between the markers.
func withDocuments(t *testing.T, text string) string {
	t.Helper()
	const begin, end = "    # begin generated", "    # end generated"
	before, rest, ok := strings.Cut(text, begin)
	require.True(t, ok)
	line, rest, _ := strings.Cut(rest, "\n")
	_, after, ok := strings.Cut(rest, end)
	require.True(t, ok)
	var b strings.Builder
	b.WriteString(before + begin + line + "\n")
	ward, err := care.Default()
	require.NoError(t, err)
	for _, s := range care.OpenAPISchemas(care.Schema(ward)) {
		b.WriteString("    " + s.Name + ":\n")
		for yaml := range strings.Lines(s.YAML) {
			b.WriteString("      " + yaml)
		}
	}
	return b.String() + end + after
}

type pageTag struct {
	Name, Description string
	Operations        []pageOperation
}

type pageOperation struct {
	ID, Method, Path, Summary, Description, Body string
	SignedIn                                     bool
	Parameters                                   []*openapi3.Parameter
	Examples                                     []string
	Answers                                      []pageAnswer
}

type pageAnswer struct {
	Status, When string
	Body         template.HTML
}

type pageShape struct{ Name, Description, JSON string }

// pageOf writes openapi.yaml as a page.
func pageOf(t *testing.T) string {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromFile(contractPath)
	require.NoError(t, err)
	page := struct {
		Title, Version, Description string
		Tags                        []pageTag
		Shapes                      []pageShape
	}{Title: doc.Info.Title, Version: doc.Info.Version, Description: doc.Info.Description}
	for _, tag := range doc.Tags {
		page.Tags = append(page.Tags, pageTag{tag.Name, tag.Description, operationsOf(t, doc, tag.Name)})
	}
	for name, schema := range doc.Components.Schemas {
		page.Shapes = append(page.Shapes, pageShape{name, schema.Value.Description, indented(t, schema)})
	}
	slices.SortFunc(page.Shapes, func(a, b pageShape) int { return cmp.Compare(a.Name, b.Name) })
	parsed, err := template.ParseFiles("testdata/docs.html.tmpl")
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, parsed.Execute(&b, page))
	return b.String()
}

func operationsOf(t *testing.T, doc *openapi3.T, tag string) []pageOperation {
	t.Helper()
	var list []pageOperation
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			if !slices.Contains(op.Tags, tag) {
				continue
			}
			o := pageOperation{ID: op.OperationID, Method: method, Path: path, Summary: op.Summary, Description: strings.TrimSpace(op.Description), SignedIn: op.Security == nil}
			for _, p := range slices.Concat(item.Parameters, op.Parameters) {
				o.Parameters = append(o.Parameters, p.Value)
			}
			if op.RequestBody != nil {
				for kind, media := range op.RequestBody.Value.Content {
					o.Body = kind
					o.Examples = examplesOf(t, media)
				}
			}
			o.Answers = answersOf(op)
			list = append(list, o)
		}
	}
	slices.SortFunc(list, func(a, b pageOperation) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Method, b.Method))
	})
	return list
}

func examplesOf(t *testing.T, media *openapi3.MediaType) []string {
	t.Helper()
	var list []string
	if media.Example != nil {
		list = append(list, indented(t, media.Example))
	}
	for _, example := range media.Examples {
		list = append(list, indented(t, example.Value.Value))
	}
	slices.Sort(list)
	return list
}

func answersOf(op *openapi3.Operation) []pageAnswer {
	var list []pageAnswer
	for status, response := range op.Responses.Map() {
		a := pageAnswer{Status: status, When: *response.Value.Description}
		for _, kind := range slices.Sorted(maps.Keys(response.Value.Content)) { // an answer may come in more than one form
			body := template.HTML(template.HTMLEscapeString(kind))
			if media := response.Value.Content[kind]; media.Schema != nil && media.Schema.Ref != "" {
				name := template.HTMLEscapeString(media.Schema.Ref[strings.LastIndex(media.Schema.Ref, "/")+1:])
				body = template.HTML(`<a href="#shape-` + name + `">` + name + `</a>`)
			}
			if a.Body != "" {
				a.Body += ", "
			}
			a.Body += body
		}
		list = append(list, a)
	}
	slices.SortFunc(list, func(a, b pageAnswer) int { return cmp.Compare(a.Status, b.Status) })
	return list
}

// indented writes a value as JSON in one order of members.
func indented(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v, json.Deterministic(true))
	require.NoError(t, err)
	value := jsontext.Value(text)
	require.NoError(t, value.Canonicalize())
	require.NoError(t, value.Indent(jsontext.WithIndent("  ")))
	return string(value)
}

// TestThePageNeedsNothingFromElsewhere: it is one file, and its policy lets in its own style and nothing else.
func TestThePageNeedsNothingFromElsewhere(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	got := p.do("GET", "/docs", nil, nil)
	require.Equal(t, 200, got.status)
	require.Equal(t, "text/html; charset=utf-8", got.header.Get("Content-Type"))
	require.Regexp(t, `^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; frame-ancestors 'none'`, got.header.Get("Content-Security-Policy"))
	for _, no := range []string{"<script", "http://", "https://", "@import", " style=", "<img", "<link", "onclick"} {
		require.NotContains(t, strings.ReplaceAll(got.text(), "http://localhost", ""), no) // an address as the example of one
	}
	require.Contains(t, got.text(), "/v1/sync")
	served := p.do("GET", "/openapi.yaml", nil, nil)
	text, err := os.ReadFile(contractPath)
	require.NoError(t, err)
	require.Equal(t, string(text), served.text())
	require.Equal(t, http.StatusMethodNotAllowed, p.do("POST", "/docs", nil, nil).status)
}
