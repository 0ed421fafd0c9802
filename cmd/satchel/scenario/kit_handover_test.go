package scenario

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/client"
	"satchel/internal/care"
	"satchel/internal/identity"
	syncing "satchel/sync"
)

// summaryFields are a whole treatment summary. Fields that are nil in `but` are left out.
func summaryFields(team identity.Team, but set) set {
	return without(set{
		"title": "Treatment of breast cancer, left", "team": team.ID,
		"diagnosis": "Invasive ductal carcinoma, ER+ HER2-", "diagnosisPlain": "Breast cancer on the left side", "stage": "pT2 pN1 M0",
		"diagnosedOn": "2026-02-02", "endedOn": "2026-11-20", "institutions.riverside": set{"name": "Riverside Cancer Centre", "contact": "01632 960 111"},
		"surgery": true, "surgeries.wide": set{"procedure": "Wide local excision", "plain": "The lump was taken out", "date": "2026-03-01"},
		"radiotherapy": false, "systemic": true,
		"systemics.ec":      set{"agents": "EC-paclitaxel", "plain": "Chemotherapy", "endedOn": "2026-11-20"},
		"toxicities.nerves": set{"text": "Grade 1 neuropathy", "plain": "Numb fingertips", "management": "Warm gloves; tell us if buttons get hard"},
		"findings":          "Mammogram 11/2026: no sign of recurrence", "findingsPlain": "The last picture showed no cancer",
		"primaryCare": "Check blood pressure every 3 months; DEXA in 2027.", "primaryCarePlain": "Your practice checks your blood pressure and your bones.",
	}, but)
}

// survivorshipFields are what oncology writes of a whole survivorship plan.
func survivorshipFields(team identity.Team, but set) set {
	return without(set{
		"title": "After breast cancer", "team": team.ID, "contacts.line": set{"name": "Riverside Oncology", "contact": "01632 960 111", "when": "day and night"},
		"followUp.clinic":        set{"who": "Riverside nurse", "frequency": "every 6 months", "until": "2031-11-20", "plain": "You are seen twice a year"},
		"surveillance.mammogram": set{"test": "Mammogram", "frequency": "every year", "until": "2031-11-20", "team": team.ID, "plain": "A picture of the breast every year"},
		"lateEffects.heart":      set{"effect": "Cardiomyopathy", "onset": "years", "watch": "Short of breath on the stairs", "handledBy": "Your practice", "plain": "The heart can get weaker"},
		"healthyLiving.move":     set{"text": "150 minutes of activity a week", "plain": "Move every day"},
	}, but)
}

func without(all, but set) set {
	maps.Copy(all, but)
	maps.DeleteFunc(all, func(_ string, v any) bool { return v == nil })
	return all
}

// drafted writes a draft with topics, if it is of a survivorship plan.
func (a *actor) drafted(record syncing.RecordID, kind string, fields set) syncing.DocID {
	a.h.t.Helper()
	doc := newDoc(kind)
	body := map[string]any{"doc": doc, "set": fields}
	if kind == "survivorshipPlan" {
		body["add"] = set{"topics": []string{"heart", "healthy-living"}}
	}
	a.h.done(a.act(record, "write", body, nil))
	return doc
}

// publishesDraft is publish for a treatment summary or a survivorship plan.
func (a *actor) publishesDraft(record syncing.RecordID, draft syncing.DocID, number int) error {
	return a.act(record, "publish", set{"plan": draft, "number": number}, nil)
}

// lacking are the fields that a refusal names as missing.
func (h *house) lacking(err error) (fields []string) {
	h.t.Helper()
	h.refused(422, err)
	var p *client.Problem
	require.ErrorAs(h.t, err, &p)
	for _, lack := range p.Missing {
		require.Equal(h.t, care.LackMissing, lack.Why)
		fields = append(fields, lack.Field)
	}
	return fields
}

// handedOver is GET /v1/records/{record}/handover.
type handedOver struct {
	Now     *care.RegimenNow `json:"now"`
	Missing []care.Lack      `json:"missing"`
	Reviews care.ReviewDates `json:"reviews"`
	Papers  []struct {
		Doc        syncing.DocID   `json:"doc"`
		Kind       string          `json:"kind"`
		Number     int64           `json:"number"`
		Hash       string          `json:"hash"`
		WaitingFor []string        `json:"waitingFor"`
		Content    json.RawMessage `json:"content"`
	} `json:"papers"`
}

func (a *actor) handover(record syncing.RecordID) (view handedOver) {
	a.h.t.Helper()
	a.h.done(a.get("/v1/records/"+record.UUID.String()+"/handover", &view))
	return view
}

// survivorshipSchema is the JSON schema as an account gets it from the server, in a validator that nobody here wrote.
func (a *actor) survivorshipSchema() *jsonschema.Schema {
	a.h.t.Helper()
	request, err := http.NewRequestWithContext(a.h.ctx, http.MethodGet, a.h.base+"/v1/schemas/survivorship", nil)
	a.h.done(err)
	request.Header.Set("Authorization", "Bearer "+a.Tokens().AccessToken)
	got, err := a.HTTP.Do(request)
	a.h.done(err)
	defer func() { a.h.done(got.Body.Close()) }()
	require.Equal(a.h.t, http.StatusOK, got.StatusCode)
	text, err := io.ReadAll(got.Body)
	a.h.done(err)
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	a.h.done(err)
	compiler := jsonschema.NewCompiler()
	a.h.done(compiler.AddResource("urn:satchel:survivorship:1.0.0", parsed))
	schema, err := compiler.Compile("urn:satchel:survivorship:1.0.0")
	a.h.done(err)
	return schema
}

// fits validates a document against the schema.
func (a *actor) fits(content []byte) error {
	a.h.t.Helper()
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(content))
	a.h.done(err)
	return a.survivorshipSchema().Validate(parsed)
}
