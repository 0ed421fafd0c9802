package care

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// counted is a white cell count as a laboratory's clerk enters it.
func counted(value, unit string, more fields) fields {
	set := fields{"code": "cbc.wbc", "value": value, "unit": unit, "effective": noon, "source": "clinician-entry", "status": "final"}
	for k, v := range more {
		set[k] = v
	}
	return set
}

func TestHazard_H13_WhatCouldBeMisreadIsRefusedWithWhatToDo(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	doc := resultName + "/" + p.id("one")
	p.refused("gp", doc, counted("50000", "cells", nil), "Use 10*9/L")
	p.refused("gp", doc, counted("50000", "10*9/L", nil), "Check the number, its unit and its code")
	p.refused("gp", doc, counted("45", "%", fields{"code": "cbc.anc", "loinc": "770-8"}), "Send the absolute neutrophil count")
	p.refused("gp", doc, counted("45", "%", fields{"code": "cbc.anc", "loinc": "26511-6"}), "Send the absolute neutrophil count")
	p.refused("gp", doc, counted("5", "10*9/L", fields{"code": "cbc.panel"}), "one number")
	p.refused("gp", doc, fields{"code": "cbc.wbc", "effective": noon, "source": "ehr", "status": "final"}, "Enter the number with its unit")
	p.refused("gp", doc, counted("50000", "/uL", fields{"order": "labOrder/" + p.id("of somebody else")}), "This person has no such order")
	p.must("gp", doc, counted("50000", "/uL", fields{"labFlag": "HH*", "referenceHigh": "11000"}))
	s := p.sees("ada", p.list("ada", resultName)[0].ID())
	require.Equal(t, []string{"50000", "/uL", "HH*", "50", "10*9/L", "H", "critical", oncologyTeam.String()}, []string{
		s.Text("value"), s.Text("unit"), s.Text("labFlag"), s.Text("normalised"), s.Text("normalisedUnit"), s.Text("interpretation"), s.Text("class"),
		s.Text("responsibleTeam"),
	})
}
