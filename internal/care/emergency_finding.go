package care

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"satchel/internal/calendar"
)

// EmergencyFinding is a number that oncology expects, signed and holding today.
type EmergencyFinding struct {
	Group   string `json:"group"`
	Low     string `json:"low,omitempty"`
	High    string `json:"high,omitempty"`
	Unit    string `json:"unit"` // UCUM
	From    string `json:"from"` // civil dates at home
	To      string `json:"to"`
	Because string `json:"because,omitempty"`
	Outside string `json:"outside,omitempty"` // what to do if it is none of this
	// Says is the whole in one line: what is expected, until when, and when to call all the same.
	Says string `json:"says"`
}

// codeInText bounds a code or a unit in a line, in bytes.
const codeInText = 24

// findingNames are what clinicians call a group where a line is all there is.
var findingNames = map[string]string{"cbc.wbc": "WBC", "cbc.anc": "Neutrophils", "cbc.plt": "Platelets", "cbc.hb": "Hb", "cbc.lym": "Lymphocytes"}

// exclusionWords are what makes a finding count for nothing, as an emergency department says it.
var exclusionWords = map[string]string{
	"fever": "fever", "spleen-pain": "abdominal/shoulder-tip pain", "breathlessness": "breathlessness", "blasts": "blasts in the film",
	"no-gcsf-date": "no date of a growth factor",
}

// findingsNow are those that a prescriber signed and that hold on a day at home.
func findingsNow(b Binder, today calendar.CivilDate) ([]EmergencyFinding, error) {
	papers, err := b(expectedFindingName)
	list := []EmergencyFinding{}
	for _, p := range papers {
		from, bad := calendar.ParseDate(p.Text("validFrom"))
		to, worse := calendar.ParseDate(p.Text("validTo"))
		if p.Text("status") != findingSigned || bad != nil || worse != nil || today.Compare(from) < 0 || today.Compare(to) > 0 {
			continue
		}
		f := EmergencyFinding{
			Group: p.Text("code"), Low: p.Text("low"), High: p.Text("high"), Unit: p.Text("unit"), From: from.String(), To: to.String(),
			Because: p.Text("because"), Outside: p.Text("ifOutside"),
		}
		f.Says = f.says(to, p.Texts("exclusions"))
		list = append(list, f)
	}
	slices.SortFunc(list, func(a, b EmergencyFinding) int {
		return cmp.Or(strings.Compare(a.Group, b.Group), strings.Compare(a.To, b.To))
	})
	return list, err
}

// says: "WBC 20-60 x10^9/L expected until 12 May; call if fever, >60, or abdominal/shoulder-tip pain".
func (f EmergencyFinding) says(to calendar.CivilDate, exclusions []string) string {
	var b strings.Builder
	b.WriteString(cmp.Or(findingNames[f.Group], cut(f.Group, codeInText)))
	switch {
	case f.Low != "" && f.High != "":
		b.WriteString(" " + f.Low + "-" + f.High)
	case f.High != "":
		b.WriteString(" up to " + f.High)
	default:
		b.WriteString(" from " + f.Low)
	}
	b.WriteString(" " + cut(unitWords(f.Unit), codeInText) + " expected until " + dayWords(to) + "; call if ")
	return b.String() + anyOf(f.calls(exclusions))
}

// calls are the reasons to call whatever was expected: a fever, a number beyond it, and what else the finding excludes.
func (f EmergencyFinding) calls(exclusions []string) (list []string) {
	for _, code := range exclusions {
		list = append(list, cmp.Or(exclusionWords[code], strings.ReplaceAll(code, "-", " ")))
	}
	slices.Sort(list)
	beyond := ">" + f.High
	if f.High == "" {
		beyond = "<" + f.Low
	}
	if i := slices.Index(list, exclusionWords["fever"]); i >= 0 {
		list = slices.Delete(list, i, i+1)
		return append([]string{exclusionWords["fever"], beyond}, list...)
	}
	return append([]string{beyond}, list...)
}

// More is why a finding is expected, and what to do if it is otherwise, a line each.
func (f EmergencyFinding) More() (lines []string) {
	if f.Because != "" {
		lines = append(lines, "Because: "+f.Because)
	}
	if f.Outside != "" {
		lines = append(lines, "Otherwise: "+f.Outside)
	}
	return lines
}

// anyOf joins as people do: "a, b, or c".
func anyOf(list []string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + ", or " + list[len(list)-1]
}

// unitWords is a UCUM unit as it is written where there are no superscripts.
func unitWords(unit string) string { return strings.Replace(unit, "10*9/L", "x10^9/L", 1) }

// dayWords is a date as people say it: "12 May".
func dayWords(d calendar.CivilDate) string { return fmt.Sprintf("%d %s", d.Day, d.Month) }
