package care

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	syncing "satchel/sync"
)

const (
	summaryVersionName = "summaryVersion"
	sectionPrefix      = "section."
)

// SummaryVersionType is the document type of a published treatment summary or survivorship plan.
const SummaryVersionType = summaryVersionName

// SummaryVersionID names a version of a draft by its number.
func SummaryVersionID(of syncing.DocID, number int64) syncing.DocID {
	return syncing.NewDocID(summaryVersionName, syncing.DerivedUUID(summaryVersionName, string(of), string(syncing.IntValue(number))))
}

// summaryVersionType is a treatment summary or a survivorship plan as it was published: a copy that nobody changes, and that each
// treating team acknowledges for itself, as it does a version of the plan.
func summaryVersionType() *syncing.Type {
	fixed := func(name string, kind syncing.Kind, doc string, more ...option) syncing.FieldSpec {
		return field(name, kind, syncing.CAS, nobody, doc, more...)
	}
	return &syncing.Type{
		Name: summaryVersionName, Category: CategoryPlan, Creators: nobody,
		Doc: "A treatment summary or survivorship plan as it was published. Nobody changes it; each treating team acknowledges it for itself.",
		Fields: []syncing.FieldSpec{
			fixed("of", syncing.Reference, "the draft that it is a version of", required),
			fixed("kind", syncing.Code, "which of the two it is", required, codes(kindSummary, kindSurvive)),
			fixed("number", syncing.Int, "1 is the first", required),
			fixed("schema", syncing.Code, "schema and version that it fits", required),
			fixed("hash", syncing.Text, "SHA-256 over it in the form of the schema, as canonical JSON, in hex", required, upTo(64)),
			fixed("team", syncing.Reference, "the oncology team that answers for it"),
			fixed("publishedBy", syncing.Reference, "account that published it"),
			fixed("publishedAt", syncing.Instant, "when"),
			field("parties", syncing.Reference, syncing.Set, nobody, "the treating teams when it was published: oncology and practice"),
			fixed(sectionPrefix+"*", syncing.Object, "a part in the form of the schema: an object with that one member; its name after the dot"),
			field("ackBy", syncing.Reference, syncing.Set, doctors, "teams that acknowledged it; each adds itself, and none takes it back"),
			field(ackAtPrefix+"*", syncing.Instant, syncing.LWW, nobody, "when a team did; the name after the dot is its id"),
		},
		Allow:  allowPlanVersion,
		Derive: derivePlanVersion,
	}
}

// summaryDraft copies a draft as it stands.
func (w *ward) summaryDraft(c syncing.Change, r syncing.Reader, next int64) (*draft, error) {
	ro, err := rosterOf(BinderOf(r))
	if err != nil {
		return nil, err
	}
	kind := schemaKinds[c.After.ID().Type()]
	parts, err := w.survivorship.published(kind, c.After)
	if err != nil {
		return nil, err
	}
	d := newDraft(SummaryVersionID(c.After.ID(), next), syncing.Snapshot{})
	d.text("of", string(c.After.ID()))
	d.text("kind", kind)
	d.integer("number", next)
	d.text("schema", w.survivorship.key())
	d.text("team", c.After.Text("team"))
	d.text("publishedBy", c.By.Account().String())
	d.integer("publishedAt", c.Now)
	d.add("parties", ro.treating())
	for name, part := range parts {
		v, err := json.Marshal(map[string]jsontext.Value{name: part})
		if err != nil {
			return nil, err
		}
		d.set(sectionPrefix+name, jsontext.Value(v))
	}
	whole, err := SurvivorshipJSON(WirePaper(d.patch.Doc, 0, d.patch.Set))
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(whole)
	d.text("hash", hex.EncodeToString(sum[:]))
	return d, nil
}

// SurvivorshipJSON is a published version in the form of the schema, as canonical JSON. A phone writes it from its own copy, a server
// from its papers, and both write the same bytes: the version's hash is over them.
func SurvivorshipJSON(version Paper) (jsontext.Value, error) {
	whole := map[string]jsontext.Value{}
	for _, name := range fieldsOf(version, sectionPrefix) {
		var part map[string]jsontext.Value
		if err := json.Unmarshal(version.Value(name), &part); err != nil {
			return nil, err
		}
		whole[strings.TrimPrefix(name, sectionPrefix)] = part[strings.TrimPrefix(name, sectionPrefix)]
	}
	for _, name := range frame {
		whole[name] = version.Value(name)
	}
	text, err := json.Marshal(whole)
	if err != nil {
		return nil, err
	}
	v := jsontext.Value(text)
	return v, v.Canonicalize()
}

// newestSummary is the latest published version of a kind; nil if there is none.
func newestSummary(b Binder, kind string) (newest Paper, err error) {
	versions, err := b(summaryVersionName)
	for _, v := range versions {
		if v.Text("kind") == kind && (newest == nil || number(v, "publishedAt") > number(newest, "publishedAt")) {
			newest = v
		}
	}
	return newest, err
}

// PublishedSummary is the newest published version of a treatment summary or a survivorship plan.
type PublishedSummary struct {
	Doc         syncing.DocID  `json:"doc"`
	Kind        string         `json:"kind"`
	Number      int64          `json:"number"`
	PublishedAt int64          `json:"publishedAt"`
	Hash        string         `json:"hash"`
	WaitingFor  []string       `json:"waitingFor"` // ids of treating teams that have not acknowledged it
	Content     jsontext.Value `json:"content"`    // in the form of the schema
}

// PublishedSummaries are the newest of each kind. Errors are those of the binder.
func PublishedSummaries(b Binder) (list []PublishedSummary, err error) {
	ro, err := rosterOf(b)
	if err != nil {
		return nil, err
	}
	for _, kind := range []string{kindSummary, kindSurvive} {
		v, err := newestSummary(b, kind)
		if err != nil {
			return nil, err
		}
		if v == nil {
			continue
		}
		content, err := SurvivorshipJSON(v)
		if err != nil {
			return nil, err
		}
		list = append(list, PublishedSummary{
			Doc: v.ID(), Kind: kind, Number: number(v, "number"), PublishedAt: number(v, "publishedAt"), Hash: v.Text("hash"),
			WaitingFor: append([]string{}, without(ro.treating(), v.Texts("ackBy"))...), Content: content,
		})
	}
	return list, nil
}
