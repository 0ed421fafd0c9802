package care

import syncing "satchel/sync"

const prognosisName = "prognosis"

// prognosisType is what oncology believes will come: between the teams that treat the person, until oncology has talked with the
// person about it and says so (seed B35, hazard H27). It is a document of its own, because who sees something is asked of documents:
// a field of a summary would go wherever the summary goes.
func prognosisType() *syncing.Type {
	oncology := []syncing.Role{RoleOncology}
	return &syncing.Type{
		Name: prognosisName, Category: CategorySensitive, Creators: oncology,
		Doc: "What oncology believes will come. The treating teams see it; the person too once oncology shares it; nobody else ever does.",
		Fields: []syncing.FieldSpec{
			field("text", syncing.Text, syncing.CAS, oncology, "the likely course, for clinicians", required, upTo(pageMax)),
			field("plain", syncing.Text, syncing.CAS, oncology, "the same in plain words, as it was said to the person", upTo(pageMax)),
			field("team", syncing.Reference, syncing.CAS, oncology, "the oncology team whose word it is", required),
			field("shareWithPatient", syncing.Bool, syncing.CAS, oncology, "the person was told, and may read it; absent: no"),
		},
		Categorise: func(s syncing.Snapshot) string {
			if share, _ := s.Bool("shareWithPatient"); share {
				return CategorySensitive // the person and the treating teams: no caregiver, no navigator, no emergency view
			}
			return CategoryClinical
		},
		Apart: func(func(string) string) string { return CategoryClinical },
		Allow: allowPrognosis,
	}
}

func allowPrognosis(c syncing.Change) *syncing.Refusal {
	team := belongsTo(c, "team")
	share, _ := c.After.Bool("shareWithPatient")
	switch {
	case bySystem(c):
		return nil
	case !actsForTeam(c, team):
		return refuse(syncing.Forbidden, "Only the team whose word this is can write it.")
	case share && c.After.Text("plain") == "":
		return refuse(syncing.Invalid, "Please write it in plain words before the person may read it.")
	}
	return nil
}
