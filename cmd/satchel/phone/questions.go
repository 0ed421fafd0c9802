package phone

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"satchel/internal/instrument"
	syncing "satchel/sync"
	"satchel/sync/replica"
)

// lineMax is the longest answer that is read.
const lineMax = 64 << 10

// ErrStopped says that the person stopped answering. What was answered is kept.
var ErrStopped = errors.New("stopped; what you answered is kept on this phone")

// Interview asks the questionnaire, one question at a time, on a terminal.
type Interview struct {
	Phone  *Phone
	Record syncing.RecordID
	Doc    syncing.DocID
	In     *bufio.Scanner
	Out    io.Writer

	questionnaire *instrument.Questionnaire
	shown         instrument.Level // the highest level whose advice was shown
	asked, total  int
}

// NewInterview begins an assessment, or goes on with a draft that lies on this phone.
func NewInterview(p *Phone, record syncing.RecordID, answeredBy string, in io.Reader, out io.Writer) (*Interview, error) {
	v := &Interview{Phone: p, Record: record, In: bufio.NewScanner(in), Out: out, questionnaire: p.data().Current().Questionnaire()}
	v.In.Buffer(nil, lineMax)
	for _, d := range p.DB.View(record) {
		begun := Text(d, "status") == "in-progress" || d.ID == p.settings.Asking
		if d.ID.Type() == "assessment" && begun && Text(d, "answeredBy") == answeredBy && Text(d, "questionnaire") == v.questionnaire.Key() {
			v.Doc = d.ID
			v.say("You began one before. Your answers are still here; we go on with it.\n")
			return v, nil
		}
	}
	var err error
	v.Doc, err = p.Begin(record, answeredBy)
	return v, err
}

func (v *Interview) say(format string, args ...any) { fmt.Fprintf(v.Out, format, args...) }

// ask shows one question and reads one line; ErrStopped at the end of input.
func (v *Interview) ask(format string, args ...any) (string, error) {
	v.asked++
	v.say("\n%d of %d. ", v.asked, max(v.total, v.asked))
	v.say(format, args...)
	v.say("\n> ")
	if !v.In.Scan() {
		return "", errors.Join(ErrStopped, v.In.Err())
	}
	return strings.TrimSpace(v.In.Text()), nil
}

// again says what was not understood; the same question comes again.
func (v *Interview) again(format string, args ...any) {
	v.say(format+"\n", args...)
	v.asked--
}

// Run asks everything, and completes the assessment.
func (v *Interview) Run() (*Judged, error) {
	domains := v.domains()
	v.total = len(domains) + 2
	v.say("How have you been in the last 7 days? Nothing here is sent before you are online.\n")
	v.say("If you feel very unwell, do not fill this in: call for help.\n%s\n%s\n", v.Phone.Line(v.Record), v.Phone.calling.NotForEmergencies)
	if err := v.Phone.Trusted(); err != nil {
		j, judgeErr := v.Phone.Judge(v.Record, nil, "")
		if judgeErr != nil {
			return nil, judgeErr
		}
		v.say("\n%s", v.Phone.CallScreen(v.Record, j, v.Doc))
	}
	var ticked []instrument.Item
	for _, domain := range domains {
		some, err := v.askDomain(domain)
		if err != nil {
			return nil, err
		}
		ticked = append(ticked, some...)
	}
	if err := v.askTicked(ticked); err != nil {
		return nil, err
	}
	urgency, err := v.askUrgency()
	if err != nil {
		return nil, err
	}
	note, err := v.ask("Is there anything else you want to say? (Enter for no)")
	if err != nil {
		return nil, err
	}
	j, err := v.Phone.Complete(v.Record, v.Doc, urgency, note)
	if err != nil {
		return nil, err
	}
	v.advise(j, true)
	if err := v.Phone.asking(""); err != nil {
		return nil, err
	}
	return j, v.askDone(j)
}

// domains are the headings in the order of the items.
func (v *Interview) domains() []string {
	var list []string
	for _, item := range v.questionnaire.Items {
		if !slices.Contains(list, item.Domain) {
			list = append(list, item.Domain)
		}
	}
	return list
}

// askDomain asks which things of one kind matter.
func (v *Interview) askDomain(domain string) ([]instrument.Item, error) {
	var items []instrument.Item
	var lines strings.Builder
	for _, item := range v.questionnaire.Items {
		if item.Domain == domain {
			items = append(items, item)
			fmt.Fprintf(&lines, "  %2d  %s\n", len(items), item.Text)
		}
	}
	for {
		text, err := v.ask("%s: which of these has troubled you?\n%sType their numbers, or Enter for none.", v.questionnaire.Domains[domain], lines.String())
		if err != nil {
			return nil, err
		}
		chosen, wrong := choose(items, text)
		if wrong == "" {
			return chosen, nil
		}
		v.again("%q is not one of the numbers 1 to %d.", wrong, len(items))
	}
}

func choose(items []instrument.Item, text string) (chosen []instrument.Item, wrong string) {
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ',' }) {
		n, err := strconv.Atoi(word)
		if err != nil || n < 1 || n > len(items) {
			return nil, word
		}
		chosen = append(chosen, items[n-1])
	}
	return chosen, ""
}

// askTicked asks how bad what was ticked is, and what follows from it.
func (v *Interview) askTicked(ticked []instrument.Item) error {
	v.total += len(ticked)
	for _, measure := range v.questionnaire.Measures {
		if asked(measure, ticked) {
			v.total++
		}
	}
	for _, item := range ticked {
		if err := v.askItem(item); err != nil {
			return err
		}
	}
	for _, measure := range v.questionnaire.Measures {
		if asked(measure, ticked) {
			if err := v.askMeasure(measure); err != nil {
				return err
			}
		}
	}
	return nil
}

func asked(m instrument.Measure, ticked []instrument.Item) bool {
	return slices.ContainsFunc(ticked, func(item instrument.Item) bool { return slices.Contains(m.AskWhen, item.Code) })
}

func (v *Interview) askItem(item instrument.Item) error {
	if item.Kind == instrument.KindYesNo {
		v.asked++
		return v.keep(item.Code, syncing.BoolValue(true))
	}
	scale := v.questionnaire.Scale
	for {
		text, err := v.ask("%s: how bad has it been, from %d (%s) to %d (%s)?", item.Text, scale.Min, scale.Anchor0, scale.Max, scale.Anchor10)
		if err != nil {
			return err
		}
		if n, err := strconv.Atoi(text); err == nil && n >= scale.Min && n <= scale.Max {
			return v.keep(item.Code, syncing.IntValue(int64(n)))
		}
		v.again("Please type a number from %d to %d.", scale.Min, scale.Max)
	}
}

func (v *Interview) askMeasure(m instrument.Measure) error {
	hint := map[string]string{
		instrument.TypeBool: "yes or no", instrument.TypeInt: "a number", instrument.TypeTemperature: v.thermometer(),
	}[m.Type]
	for {
		text, err := v.ask("%s (%s; Enter to skip)", m.Text, hint)
		if err != nil {
			return err
		}
		if text == "" {
			return nil // unanswered is not "no"
		}
		if value := measured(m.Type, text); value != nil {
			return v.keep(m.Code, value)
		}
		v.again("Please type %s, or only Enter.", hint)
	}
}

// thermometer says how a temperature may be typed, in the unit of the place first.
func (v *Interview) thermometer() string {
	if place := v.Phone.Place(v.Record); place.TemperatureUnit == instrument.UnitFahrenheit {
		return "such as 100.1, or 37.8 C"
	}
	return "such as 37.8, or 100.1 F"
}

// measured reads what was typed; nil if it is not understood.
func measured(kind, text string) jsontext.Value {
	switch kind {
	case instrument.TypeBool:
		switch strings.ToLower(text) {
		case "y", "yes":
			return syncing.BoolValue(true)
		case "n", "no":
			return syncing.BoolValue(false)
		}
	case instrument.TypeInt:
		if n, err := strconv.ParseUint(text, 10, 16); err == nil {
			return syncing.IntValue(int64(n))
		}
	case instrument.TypeTemperature:
		return temperature(text)
	}
	return nil
}

// fahrenheitFrom is where a number without a unit is Fahrenheit: nobody lives at 60 °C, and nobody at 60 °F.
const fahrenheitFrom = 60

func temperature(text string) jsontext.Value {
	number, fahrenheit := strings.CutSuffix(strings.ToUpper(text), "F")
	number, celsius := strings.CutSuffix(strings.TrimSpace(strings.ReplaceAll(number, ",", ".")), "C")
	number = strings.TrimSpace(strings.Trim(number, "° "))
	degrees, err := strconv.ParseFloat(number, 64)
	if err != nil {
		return nil
	}
	fahrenheit = fahrenheit || !celsius && degrees >= fahrenheitFrom
	if fahrenheit {
		value, _ := json.Marshal(map[string]string{"unit": "F", "value": number}) // two texts: it cannot fail
		return value
	}
	return syncing.TextValue(number)
}

// keep keeps an answer, and shows at once what cannot wait. What cannot wait is reported with it, for many stop here and call; the
// answers that still come amend the report.
func (v *Interview) keep(code string, value jsontext.Value) error {
	if err := v.Phone.Answer(v.Record, v.Doc, code, value); err != nil {
		return err
	}
	j, err := v.Phone.Judge(v.Record, AnswersOf(v.Phone.DB.Document(v.Record, v.Doc)), "")
	if err != nil {
		return err
	}
	if j.Level < instrument.Red || j.Level <= v.shown {
		return nil
	}
	if j, err = v.Phone.Complete(v.Record, v.Doc, "", ""); err != nil {
		return err
	}
	v.advise(j, false)
	return v.Phone.asking(v.Doc)
}

// advise shows what to do, once for each level that is reached; at the end in any case.
func (v *Interview) advise(j *Judged, last bool) {
	if j.Level <= v.shown && !last {
		return
	}
	v.shown = max(v.shown, j.Level)
	v.say("\n%s", v.Phone.CallScreen(v.Record, j, v.Doc))
}

func (v *Interview) askUrgency() (string, error) {
	values := v.questionnaire.Urgency.Values
	var lines strings.Builder
	for i, value := range values {
		fmt.Fprintf(&lines, "  %2d  %s\n", i+1, strings.ReplaceAll(value, "-", " "))
	}
	for {
		text, err := v.ask("%s\n%sType a number, or Enter to leave it open.", v.questionnaire.Urgency.Text, lines.String())
		if err != nil || text == "" {
			return "", err
		}
		if n, err := strconv.Atoi(text); err == nil && n >= 1 && n <= len(values) {
			return values[n-1], nil
		}
		v.again("Please type a number from 1 to %d, or only Enter.", len(values))
	}
}

// done are what a person can have done about advice, as assessments have it.
var done = []struct{ code, words string }{
	{"called-emergency", "I called the emergency number"},
	{"called-line", "I called the 24-hour line"},
	{"went-to-ed", "I am going to the emergency department"},
	{"not-yet", "Not yet"},
	{"disagree", "I do not think that I need to"},
}

// askDone asks, after advice that cannot wait, what the person did.
func (v *Interview) askDone(j *Judged) error {
	if j.Level < instrument.Red {
		return nil
	}
	var lines strings.Builder
	for i, one := range done {
		fmt.Fprintf(&lines, "  %2d  %s\n", i+1, one.words)
	}
	text, err := v.ask("What have you done about it?\n%sType a number.", lines.String())
	if errors.Is(err, ErrStopped) {
		return nil // the assessment is completed and kept
	}
	n, wrong := strconv.Atoi(text)
	if err != nil || wrong != nil || n < 1 || n > len(done) {
		return err
	}
	return v.Phone.Write(v.Record, replica.Change{Doc: v.Doc, Set: map[string]jsontext.Value{"adviceAction": syncing.TextValue(done[n-1].code)}})
}
