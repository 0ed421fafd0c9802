package instrument

import "encoding/json"

// limitsFile is data/limits.v1.json: the numbers that questionnaire and rules state in words.
type limitsFile struct {
	ID            string                `json:"id"`
	Version       string                `json:"version"`
	Questionnaire string                `json:"questionnaire"`
	Rules         string                `json:"rules"`
	Review        string                `json:"review"`
	About         string                `json:"about"`
	Bounds        map[string]boundsFile `json:"bounds"`
	Context       contextLimits         `json:"context"`
}

// boundsFile says between which values a measure is plausible, both included, in the measure's unit.
type boundsFile struct {
	Min    json.Number `json:"min"`
	Max    json.Number `json:"max"`
	Source string      `json:"source"`
}

// contextLimits are the numbers of the rules file's context definitions. Days are civil days, the last one included.
type contextLimits struct {
	InfectionRisk struct {
		SactDaysParam    string `json:"sactDaysParam"` // the regional parameter that holds the days
		CountDays        int    `json:"countDays"`
		NeutrophilsBelow string `json:"neutrophilsBelow"` // 10*9/L
	} `json:"infectionRisk"`
	CheckpointInhibitor struct {
		Days int `json:"days"`
	} `json:"checkpointInhibitor"`
	LowPlatelets struct {
		CountDays int    `json:"countDays"`
		Below     string `json:"below"` // 10*9/L
	} `json:"lowPlatelets"`
}

func (b boundsFile) tenths() (low, high int64, ok bool) {
	minimum, okMin := parseDecimal(b.Min.String())
	maximum, okMax := parseDecimal(b.Max.String())
	low, high = minimum.tenths(), maximum.tenths()
	return low, high, okMin && okMax && low <= high
}

func loadLimits(f File) (limitsFile, error) {
	var limits limitsFile
	if err := decodeStrict(f.Data, &limits); err != nil {
		return limits, refuse(f.Name, "%v", err)
	}
	c := limits.Context
	neutrophils, okNeutrophils := parseDecimal(c.InfectionRisk.NeutrophilsBelow)
	platelets, okPlatelets := parseDecimal(c.LowPlatelets.Below)
	if !okNeutrophils || !okPlatelets || neutrophils.n == 0 || platelets.n == 0 {
		return limits, refuse(f.Name+": context", "neutrophilsBelow and below must be decimals above 0, written as text")
	}
	if c.InfectionRisk.CountDays <= 0 || c.LowPlatelets.CountDays <= 0 || c.CheckpointInhibitor.Days <= 0 {
		return limits, refuse(f.Name+": context", "countDays and days must be above 0")
	}
	if limits.Review == "" {
		return limits, refuse(f.Name, "review is missing: say whether the rules are approved")
	}
	return limits, nil
}
