package instrument

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

// English is the language in which the files themselves are written.
const English = "en"

// Translation is one file of a library said in another language: words by their codes, with the English ones beside them from which they
// were made. It holds no number, no condition and no button, so it cannot change what is judged or whom to call.
type Translation struct {
	Language string                `json:"language"` // "es"
	Of       string                `json:"of"`       // "hna|1.0.0", "advice|1.0.0", "profile.UK|1.0.0"
	Version  string                `json:"version"`
	Status   string                `json:"status"` // StatusDraft until somebody has signed it off
	Review   string                `json:"review"` // in words
	SignOff  *SignOff              `json:"signOff"`
	Source   string                `json:"source"`
	About    string                `json:"about"`
	Texts    map[string]Translated `json:"texts"`
}

// Translated is one text in both languages.
type Translated struct {
	English string `json:"en"`
	Text    string `json:"text"`
}

// Draft reports whether nobody has signed the translation off yet.
func (t Translation) Draft() bool { return t.Status != StatusActive }

// putIn is what must be the same in every language: what is filled in, numbers, and the unit of a temperature. The number words of a
// language ("one hour") are left to whoever signs the translation off.
var putIn = regexp.MustCompile(`\{[^}]*\}?|[0-9]+(?:[.,][0-9]+)*(?: ?°[CF])?`)

// sameIn reports whether two texts have the same put into them, in any order, and gives what each has.
func sameIn(english, text string) (ours, theirs []string, same bool) {
	ours, theirs = putIn.FindAllString(english, -1), putIn.FindAllString(text, -1)
	slices.Sort(ours)
	slices.Sort(theirs)
	return ours, theirs, slices.Equal(ours, theirs)
}

// loadTranslations reads every translation.* file, once all that they may translate is here.
func (l *Library) loadTranslations() error {
	for _, f := range l.kind("translation") {
		var t Translation
		if err := decodeStrict(f.Data, &t); err != nil {
			return refuse(f.Name, "%v", err)
		}
		if err := l.addTranslation(f.Name, t); err != nil {
			return err
		}
	}
	return nil
}

var languageCode = regexp.MustCompile(`^[a-z]{2,3}$`)

func (l *Library) addTranslation(name string, t Translation) error {
	english, known := l.originals[t.Of]
	switch {
	case !languageCode.MatchString(t.Language) || t.Language == English:
		return refuse(name+": language", "%q is not another language, such as es", t.Language)
	case t.Version == "" || t.Review == "" || t.Source == "":
		return refuse(name, "version, review or source is missing")
	case !known:
		return refuse(name+": of", "%q is not here; it is one of %s", t.Of, strings.Join(slices.Sorted(maps.Keys(l.originals)), ", "))
	}
	if _, twice := l.Translation(t.Language, t.Of); twice {
		return refuse(name, "%s stands in two files in the language %s", t.Of, t.Language)
	}
	if err := l.checkSigned(name, t); err != nil {
		return err
	}
	for code := range t.Texts {
		if _, known := english[code]; !known {
			return refuse(name+": "+code, "%s has no such text", t.Of)
		}
	}
	for _, code := range slices.Sorted(maps.Keys(english)) {
		if err := t.Texts[code].check(name+": "+code, english[code]); err != nil {
			return err
		}
	}
	if t.Status == "" {
		t.Status = StatusDraft
	}
	if l.translations[t.Language] == nil {
		l.translations[t.Language] = map[string]Translation{}
	}
	l.translations[t.Language][t.Of] = t
	return nil
}

// checkSigned asks that a translation which counts as signed off says by whom, and that what it translates is signed off itself.
func (l *Library) checkSigned(name string, t Translation) error {
	switch t.Status {
	case "", StatusDraft:
		if t.SignOff != nil {
			return refuse(name+": signOff", "a draft has none; what is signed off has the status active")
		}
		return nil
	case StatusActive:
		if err := t.SignOff.check(); err != nil {
			return refuse(name+": signOff", "%v", err)
		}
		if unreviewed(t.Review) || l.Current().Status != StatusActive {
			return refuse(name+": status", "is active, and its review or the rules themselves are a draft")
		}
		return nil
	}
	return refuse(name+": status", "%q is unknown; it is draft or active", t.Status)
}

// check refuses a text that is not said, or says other numbers, or was made from other English words than those that stand there now.
func (t Translated) check(place, english string) error {
	if strings.TrimSpace(t.Text) == "" {
		return refuse(place, "is not translated; a translation is of the whole file, or not there")
	}
	if t.English != english {
		return refuse(place, "was made from other English words: %q became %q. Translate it anew, or take the file out", t.English, english)
	}
	if ours, theirs, same := sameIn(english, t.Text); !same {
		return refuse(place, "has %q where English has %q", theirs, ours)
	}
	return nil
}

// texts are a questionnaire's words by their codes.
func (q *Questionnaire) texts() map[string]string {
	words := map[string]string{"scale.anchor0": q.Scale.Anchor0, "scale.anchor10": q.Scale.Anchor10, "urgencyQuestion": q.Urgency.Text}
	for code, heading := range q.Domains {
		words["domains."+code] = heading
	}
	for _, item := range q.Items {
		words[item.Code] = item.Text
	}
	for _, m := range q.Measures {
		words[m.Code] = m.Text
	}
	return words
}

// texts are the words of a profile that stand in what people read.
func (p Profile) texts() map[string]string {
	return map[string]string{
		"name": p.Name, "crisis": p.Crisis, "wording.emergencyDepartment": p.Wording.EmergencyDepartment,
		"wording.practice": p.Wording.Practice, "wording.pharmacy": p.Wording.Pharmacy,
	}
}

// all are the advice texts by their ids, and what stands for a number that nobody knows.
func (a adviceSet) all() map[string]string {
	words := map[string]string{"lineUnknown": a.lineUnknown}
	for id, text := range a.texts {
		words[id] = text.Text
	}
	return words
}
