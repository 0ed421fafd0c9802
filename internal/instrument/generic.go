package instrument

import "slices"

// genericOrder is the order in which the generic rules are listed, always after the file's own.
var genericOrder = []string{"SEVERE", "WORSE", "SKIPPED", "COMBINE", "URGENCY"}

// genericFile is the part "generic" of a rules file.
type genericFile struct {
	Order  []string `json:"order"`
	Severe struct {
		Level      Level `json:"level"`
		SevAtLeast int   `json:"sevAtLeast"`
		OnlyAcute  bool  `json:"onlyAcute"`
	} `json:"SEVERE"`
	Worse struct {
		Level        Level `json:"level"`
		Delta        int   `json:"delta"`
		Now          int   `json:"now"`
		LookbackDays int   `json:"lookbackDays"`
		OnlyAcute    bool  `json:"onlyAcute"`
	} `json:"WORSE"`
	Skipped struct {
		Level      Level             `json:"level"`
		SevAtLeast int               `json:"sevAtLeast"`
		MeasureOf  map[string]string `json:"measureOf"`
	} `json:"SKIPPED"`
	Combine struct {
		Level     Level  `json:"level"`
		Count     int    `json:"count"`
		OnlyAcute bool   `json:"onlyAcute"`
		Source    string `json:"source"`
	} `json:"COMBINE"`
	Urgency map[string]Level `json:"URGENCY"`
	Green   struct {
		SevAtLeast int `json:"sevAtLeast"`
	} `json:"green"`
	Info struct {
		SevAtLeast int `json:"sevAtLeast"`
	} `json:"info"`
}

// generic is genericFile, checked; skipped is bound to slots, in the order of items.
type generic struct {
	genericFile
	skipped []skippable
}

type skippable struct{ item, measure int }

func (g genericFile) bind(place string, q *Questionnaire) (generic, error) {
	bound := generic{genericFile: g}
	if !slices.Equal(g.Order, genericOrder) {
		return bound, refuse(place+".order", "must be %v", genericOrder)
	}
	for name, number := range map[string]int{
		"SEVERE.sevAtLeast": g.Severe.SevAtLeast, "WORSE.delta": g.Worse.Delta, "WORSE.now": g.Worse.Now,
		"WORSE.lookbackDays": g.Worse.LookbackDays, "SKIPPED.sevAtLeast": g.Skipped.SevAtLeast,
		"COMBINE.count": g.Combine.Count, "green.sevAtLeast": g.Green.SevAtLeast, "info.sevAtLeast": g.Info.SevAtLeast,
	} {
		if number <= 0 {
			return bound, refuse(place+"."+name, "must be above 0")
		}
	}
	if !g.Severe.OnlyAcute || !g.Worse.OnlyAcute || !g.Combine.OnlyAcute {
		return bound, refuse(place, "onlyAcute must be true in SEVERE, WORSE and COMBINE; nothing else has a meaning yet")
	}
	if min(g.Severe.Level, g.Worse.Level, g.Skipped.Level, g.Combine.Level) < Amber {
		return bound, refuse(place, "SEVERE, WORSE, SKIPPED and COMBINE need a level of amber or above")
	}
	for wish := range g.Urgency {
		if !slices.Contains(q.Urgency.Values, wish) {
			return bound, refuse(place+".URGENCY", "%q is not an answer to the urgency question", wish)
		}
	}
	for i, item := range q.Items {
		code, asked := g.Skipped.MeasureOf[item.Code]
		if !asked {
			continue
		}
		slot, known := q.slots[code]
		if !known || slot < len(q.Items) {
			return bound, refuse(place+".SKIPPED.measureOf."+item.Code, "%q is not a measure", code)
		}
		bound.skipped = append(bound.skipped, skippable{i, slot})
	}
	if len(bound.skipped) != len(g.Skipped.MeasureOf) {
		return bound, refuse(place+".SKIPPED.measureOf", "names an item that %s does not have", q.key)
	}
	return bound, nil
}

// Generic gives the level that a generic rule raises to, by its id; for URGENCY by the person's wish. ok is false for an id that is
// no generic rule's, and for a wish that raises nothing.
func (r *Rules) Generic(id, urgency string) (level Level, ok bool) {
	g := &r.generic
	switch id {
	case "SEVERE":
		return g.Severe.Level, true
	case "WORSE":
		return g.Worse.Level, true
	case "SKIPPED":
		return g.Skipped.Level, true
	case "COMBINE":
		return g.Combine.Level, true
	case "URGENCY":
		level, ok = g.Urgency[urgency]
	}
	return level, ok
}
