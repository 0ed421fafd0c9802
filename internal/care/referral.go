package care

import (
	"slices"
	"strings"

	"satchel/internal/calendar"
	syncing "satchel/sync"
)

const (
	referralName   = "referral"
	documentPrefix = "document."
)

// referralType is FHIR's ServiceRequest of the category referral: whereto, why, with which papers, and who pays under which number for
// how many visits until when (seeds A16, B12). What is missing is worked out, never stored; so are the visits that were used.
func (w *ward) referralType() *syncing.Type {
	desk := []syncing.Role{RoleOncology, RolePrimary, RoleNavigator}
	says := func(name string, kind syncing.Kind, doc string, more ...option) syncing.FieldSpec {
		return field(name, kind, syncing.CAS, desk, doc, more...)
	}
	return &syncing.Type{
		Name: referralName, Category: CategorySchedule, Creators: doctors,
		Doc: "A person is referred to a service (FHIR ServiceRequest), with its papers and its authorisation. It cannot be sent while a paper is missing.",
		Fields: []syncing.FieldSpec{
			says("title", syncing.Text, "what it is for, in plain words", required, upTo(lineMax)),
			says("service", syncing.Code, "what kind of service; it says which papers are needed", required, codes(w.journeys.serviceCodes()...)),
			says("destination", syncing.Text, "where it goes, as people call it", required, upTo(lineMax)),
			says("requesterTeam", syncing.Reference, "the team that refers", required),
			says("destinationTeam", syncing.Reference, "the team that receives it, if it is one of this person's"),
			says("reason", syncing.Text, "why", upTo(noteMax)),
			says("priority", syncing.Code, "FHIR request priority", codes("routine", "urgent", "asap", "stat")),
			says(documentPrefix+"*", syncing.Text, "where a paper is that is there, by its code: a document of the record, or a file", upTo(lineMax)),
			says("programme", syncing.Code, "who pays", codes(w.journeys.programmeCodes()...)),
			says("authorisationNo", syncing.Text, "number of the authorisation", upTo(lineMax)),
			says("visitsAuthorised", syncing.Int, "how many visits it allows; absent: any"),
			says("validFrom", syncing.Date, "first day on which it holds"),
			says("validTo", syncing.Date, "last day on which it holds"),
			says("notifyBy", syncing.Date, "by when the programme must be told of the visit"),
			says("notifiedOn", syncing.Date, "when it was told"),
			field("status", syncing.Code, syncing.FSM, desk, "how far it has come", required, referralMoves()),
			says("statusReason", syncing.Text, "why it was rejected or cancelled", upTo(noteMax)),
			field("patientNote", syncing.Text, syncing.MV, family, "what the person has to say about it", upTo(noteMax)),
		},
		Allow:  w.allowReferral,
		Derive: w.deriveReferral,
	}
}

func referralMoves() option {
	return moves(first("draft", "sent"),
		from("draft", "sent", "cancelled", "entered-in-error"),
		from("sent", "received", "accepted", "rejected", "cancelled", "entered-in-error"),
		from("received", "accepted", "rejected", "cancelled", "entered-in-error"),
		from("accepted", "scheduled", "completed", "rejected", "cancelled", "entered-in-error"),
		from("rejected", "draft", "cancelled", "entered-in-error"),
		from("scheduled", "accepted", "completed", "cancelled", "entered-in-error"),
		from("completed", "entered-in-error"), from("cancelled", "entered-in-error"), from("entered-in-error"))
}

// answered are the states that the service says, or whoever asked it on the telephone.
var answered = []string{"received", "accepted", "rejected"}

func (w *ward) allowReferral(c syncing.Change) *syncing.Refusal {
	if bySystem(c) {
		return nil
	}
	stands := c.Before
	if !stands.Exists() {
		stands = c.After
	}
	destination := actsForTeam(c, c.Before.Text("destinationTeam"))
	keeps := actsForTeam(c, stands.Text("requesterTeam")) || c.By.Has(RoleNavigator) && c.Before.Exists()
	words := func(name string) bool { return name != "patientNote" }
	status, before := c.After.Text("status"), c.Before.Text("status")
	moved := c.Wrote("status") && status != before
	answers := func(name string) bool { return name == "status" || name == "statusReason" || !words(name) }
	switch {
	case !slices.ContainsFunc(c.Fields, words):
		return nil
	case destination && moved && slices.Contains(answered, status) && !slices.ContainsFunc(c.Fields, func(name string) bool { return !answers(name) }):
	case !keeps:
		return refuse(syncing.Forbidden, "Only the team that refers, or a navigator, can change a referral; the service that receives it says whether it accepts.")
	}
	if moved && (status == "rejected" || status == "cancelled") && c.After.Text("statusReason") == "" {
		return refuse(syncing.Invalid, "Please say why.")
	}
	if lacking := w.journeys.lacking(c.After); len(lacking) > 0 && (status == "sent" && moved || !c.Before.Exists() && status != "draft") {
		return refuse(syncing.Invalid, "This cannot be sent yet. Missing: "+strings.Join(w.journeys.called(lacking), ", ")+".")
	}
	return allowAuthorisation(c)
}

// allowAuthorisation refuses days and visits that cannot be.
func allowAuthorisation(c syncing.Change) *syncing.Refusal {
	visits, counted := c.After.Int("visitsAuthorised")
	first, errFirst := calendar.ParseDate(c.After.Text("validFrom"))
	last, errLast := calendar.ParseDate(c.After.Text("validTo"))
	switch {
	case c.Wrote("visitsAuthorised") && counted && visits < 1:
		return refuse(syncing.Invalid, "An authorisation is for one visit or more. Without a number it is for any.")
	case errFirst == nil && errLast == nil && last.Compare(first) < 0:
		return refuse(syncing.Invalid, "The last day of an authorisation is not before its first.")
	}
	return nil
}

// lacking lists the papers that are asked for and not there, by code.
func (j *journeys) lacking(referral Paper) (list []string) {
	for _, code := range j.asksFor(referral.Text("service"), referral.Text("programme")) {
		if referral.Text(documentPrefix+code) == "" {
			list = append(list, code)
		}
	}
	return list
}

// called are papers as people call them.
func (j *journeys) called(codes []string) []string {
	list := make([]string, len(codes))
	for i, code := range codes {
		list[i] = j.titles[code]
	}
	return list
}

// deriveReferral looks again at every appointment that goes by this referral.
func (w *ward) deriveReferral(c syncing.Change, r syncing.Reader) ([]syncing.Patch, error) {
	if bySystem(c) {
		return nil, nil
	}
	appointments, err := r.Documents(appointmentName)
	if err != nil {
		return nil, err
	}
	var drafts []*draft
	for _, a := range appointments {
		if a.Text("authorisationRef") != string(c.After.ID()) {
			continue
		}
		was := w.journeys.papersOf(a, c.Before, siblingsOf(a, appointments))
		is := w.journeys.papersOf(a, c.After, siblingsOf(a, appointments))
		made, err := w.paperworkDrafts(r, a, is, c.Now, was.State != NotReady)
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, made...)
	}
	return patches(drafts...), nil
}
