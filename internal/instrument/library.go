package instrument

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"satchel/internal/fault"
)

//go:embed data/*.json
var embedded embed.FS

// Library is a set of files that belong together, checked against one another. Shared and read-only.
type Library struct {
	files          []File
	questionnaires map[string]*Questionnaire
	rules          map[string]*Rules
	advice         adviceSet
	profiles       map[string]Profile                // by region
	originals      map[string]map[string]string      // English texts by what they belong to ("hna|1.0.0") and code
	translations   map[string]map[string]Translation // by language, and by what they are of
}

// File is one data file as it lies in the program, for phones to fetch and to check.
type File struct {
	Name   string // "hna.v1.json"
	SHA256 string // of Data, in hex
	Data   []byte // read-only
}

// Embedded is the library in the program, loaded once. An error means that the program was built with broken files.
var Embedded = sync.OnceValues(func() (*Library, error) {
	data, err := fs.Sub(embedded, "data")
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, "instrument.Embedded", "The questionnaire is missing from this program.")
	}
	return Load(data)
})

// Load reads every hna.*, redflags.*, advice.*, limits.*, profile.* and translation.* file of a folder and checks all of it. The error is
// of code invalid and names the file and the place in it.
func Load(folder fs.FS) (*Library, error) {
	files, err := readFiles(folder)
	if err != nil {
		return nil, err
	}
	return loadFiles(files)
}

// loadFiles is Load for files that were read already, in the order of their names.
func loadFiles(files []File) (*Library, error) {
	l := &Library{
		files: files, questionnaires: map[string]*Questionnaire{}, rules: map[string]*Rules{}, profiles: map[string]Profile{},
		originals: map[string]map[string]string{}, translations: map[string]map[string]Translation{},
	}
	limits, err := l.loadAllLimits()
	if err != nil {
		return nil, err
	}
	if err := l.loadAdvice(); err != nil {
		return nil, err
	}
	if err := l.loadProfiles(); err != nil {
		return nil, err
	}
	for _, f := range l.kind("hna") {
		q, err := loadQuestionnaire(f, limits)
		if err != nil {
			return nil, err
		}
		if l.questionnaires[q.key] != nil {
			return nil, refuse(f.Name, "%s stands in two files", q.key)
		}
		l.questionnaires[q.key], l.originals[q.key] = q, q.texts()
	}
	for _, f := range l.kind("redflags") {
		r, err := loadRules(f, l, limits)
		if err != nil {
			return nil, err
		}
		if l.rules[r.key] != nil {
			return nil, refuse(f.Name, "%s stands in two files", r.key)
		}
		l.rules[r.key] = r
	}
	if err := l.checkComplete(); err != nil {
		return nil, err
	}
	return l, l.loadTranslations()
}

// partOf are the kinds of files that belong to a library. What else lies in a folder is not read, and not signed.
var partOf = []string{"hna", "redflags", "advice", "limits", "profile", "vectors", "translation"}

func readFiles(folder fs.FS) ([]File, error) {
	names, err := fs.Glob(folder, "*.json")
	if err != nil {
		return nil, refuse("data", "%v", err)
	}
	var files []File
	for _, name := range names {
		if kind, _, _ := strings.Cut(name, "."); !slices.Contains(partOf, kind) {
			continue
		}
		data, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, refuse(name, "%v", err)
		}
		sum := sha256.Sum256(data)
		files = append(files, File{Name: path.Base(name), SHA256: hex.EncodeToString(sum[:]), Data: data})
	}
	return files, nil
}

// kind lists the files whose name begins with the kind and a point.
func (l *Library) kind(kind string) []File {
	var found []File
	for _, f := range l.files {
		if strings.HasPrefix(f.Name, kind+".") {
			found = append(found, f)
		}
	}
	return found
}

// loadAllLimits gives each limits file under the questionnaire and the rules that it is for.
func (l *Library) loadAllLimits() (map[string]limitsFile, error) {
	limits := map[string]limitsFile{}
	for _, f := range l.kind("limits") {
		file, err := loadLimits(f)
		if err != nil {
			return nil, err
		}
		limits[file.Questionnaire], limits[file.Rules] = file, file
	}
	return limits, nil
}

func (l *Library) checkComplete() error {
	if len(l.questionnaires) == 0 || l.Current() == nil {
		return refuse("data", "needs at least one hna.*.json and one redflags.*.json")
	}
	for _, r := range l.rules {
		if err := l.checkReviewed(r); err != nil {
			return err
		}
	}
	return nil
}

// checkReviewed refuses active rules beside texts or numbers that call themselves a draft: a sign-off is of the whole.
func (l *Library) checkReviewed(r *Rules) error {
	if r.Status != StatusActive {
		return nil
	}
	reviews := map[string]string{"the limits of " + r.key: r.Review}
	for id, text := range l.advice.texts {
		reviews["advice "+id] = text.Review
	}
	for id, p := range l.profiles {
		reviews["profile "+id] = p.Review
	}
	for place, review := range reviews {
		if unreviewed(review) {
			return refuse(r.key+": status", "is active, and the review of %s says %q", place, review)
		}
	}
	return nil
}

// unreviewed reports whether the words about a review say that there was none.
func unreviewed(review string) bool {
	return strings.Contains(review, "draft") || strings.Contains(review, "not ")
}

// Files lists the data files by name.
func (l *Library) Files() []File { return slices.Clone(l.files) }

// File finds a data file by name.
func (l *Library) File(name string) (File, bool) {
	for _, f := range l.files {
		if f.Name == name {
			return f, true
		}
	}
	return File{}, false
}

// Questionnaire finds a version such as "hna|1.0.0".
func (l *Library) Questionnaire(key string) (*Questionnaire, bool) {
	q, ok := l.questionnaires[key]
	return q, ok
}

// Rules finds a version such as "redflags|1.0.0".
func (l *Library) Rules(key string) (*Rules, bool) {
	r, ok := l.rules[key]
	return r, ok
}

// mainRules begins the keys of the rules for the person in care. Others judge other questionnaires, such as a caregiver's own.
const mainRules = "redflags|"

// Current is the newest version of the rules for the person in care; Current().Questionnaire() is what a phone should ask now.
func (l *Library) Current() *Rules {
	var newest *Rules
	for _, r := range l.rules {
		if !strings.HasPrefix(r.key, mainRules) {
			continue
		}
		if newest == nil || compareVersions(r.key, newest.key) > 0 {
			newest = r
		}
	}
	return newest
}

// compareVersions orders "redflags|1.10.0" after "redflags|1.9.0".
func compareVersions(a, b string) int {
	_, a, _ = strings.Cut(a, "|")
	_, b, _ = strings.Cut(b, "|")
	return slices.CompareFunc(strings.Split(a, "."), strings.Split(b, "."), func(x, y string) int {
		if len(x) != len(y) {
			return len(x) - len(y)
		}
		return strings.Compare(x, y)
	})
}

// refuse says which place of a data file cannot be used, and why.
func refuse(place, format string, args ...any) error {
	return invalid("instrument.Load", "%s: %s.", place, fmt.Sprintf(format, args...))
}

func invalid(op, format string, args ...any) error {
	return fault.New(fault.Invalid, op, fmt.Sprintf(format, args...))
}
