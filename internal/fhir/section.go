package fhir

import (
	"html"
	"strings"
)

const unknown = "unknown"

// section is a part of the composition: what is said of it in words, and the resources behind it.
type section struct {
	title   string
	loinc   string // "" for a section that is ours
	lines   []string
	entries []string // fullUrls
	// without is what is said where there is nothing; it makes the section explicitly empty.
	without string
}

// members are a section as FHIR has it. One without entries, in the place of a required one, says why.
func (s section) members() map[string]any {
	lines := s.lines
	if len(lines) == 0 {
		lines = []string{s.without}
	}
	m := map[string]any{"title": s.title, "text": narrative(lines)}
	if s.loinc != "" {
		m["code"] = coding(loinc, s.loinc)
	}
	if len(s.entries) == 0 && s.without != "" {
		reason := coding(emptyCodes, "unavailable")
		reason["text"] = s.without
		m["emptyReason"] = reason
		return m
	}
	var entries []any
	for _, url := range s.entries {
		entries = append(entries, reference(url))
	}
	if len(entries) > 0 {
		m["entry"] = entries
	}
	return m
}

// narrative is text for people, a paragraph a line.
func narrative(lines []string) map[string]any {
	var b strings.Builder
	b.WriteString(`<div xmlns="` + narrativeSpace + `" lang="` + spoken + `" xml:lang="` + spoken + `">`)
	for _, line := range lines {
		b.WriteString("<p>" + html.EscapeString(line) + "</p>")
	}
	b.WriteString("</div>")
	return map[string]any{"status": "generated", "div": b.String()}
}

func (c Condition) line() string {
	text := c.Text
	if c.ICD10 != "" {
		text += " (" + c.ICD10 + ")"
	}
	text += ": " + c.Clinical
	if c.Verification != "confirmed" {
		text += ", " + c.Verification
	}
	if c.Onset != "" {
		text += ", since " + c.Onset
	}
	return text + "."
}

func (m Medication) line() string {
	text := m.Display
	if m.Dose != "" {
		text += ", " + m.Dose
	}
	if m.Status != "active" {
		text += " (" + m.Status + ")"
	}
	if m.Says != "" {
		text += ". " + m.Says
	}
	return text
}

func (c Contact) line() string {
	if c.Phone == "" {
		return c.Name + ": " + unknown
	}
	return c.Name + ": " + c.Phone
}
