package care

import (
	"net/url"
	"slices"

	syncing "satchel/sync"
)

const virtualServiceName = "virtualService"

// Who takes part in a meeting by video, and so has its link.
const (
	linkEverybody = "everybody" // the person, oncology and the practice
	linkOncology  = "oncology"  // the person and oncology
	linkPractice  = "practice"  // the person and the practice
)

// VirtualServiceID names the link of an appointment.
func VirtualServiceID(appointment syncing.DocID) syncing.DocID {
	return syncing.NewDocID(virtualServiceName, syncing.DerivedUUID(virtualServiceName, string(appointment)))
}

// virtualServiceType is FHIR's Appointment.virtualService. It is a document of its own because whoever sees the calendar is not whoever
// takes part: it lies where the teams that take part read it and nobody else, and it never rings (seeds B21, B38).
func (w *ward) virtualServiceType() *syncing.Type {
	says := func(name string, kind syncing.Kind, doc string, more ...option) syncing.FieldSpec {
		return field(name, kind, syncing.CAS, doctors, doc, more...)
	}
	return &syncing.Type{
		Name: virtualServiceName, Category: CategorySensitive, Creators: doctors,
		Doc: "How to join a meeting by video, for those who take part alone (FHIR VirtualServiceDetail). The person passes it on to whoever comes with them.",
		Fields: []syncing.FieldSpec{
			says("appointment", syncing.Reference, "the appointment", required),
			says("address", syncing.Text, "the link: https", required, upTo(noteMax)),
			says("for", syncing.Code, "who takes part; it follows the invitations", required, codes(linkEverybody, audienceClinicians, linkOncology, linkPractice)),
			says("accessCode", syncing.Text, "what is typed there, if anything", upTo(lineMax)),
		},
		Categorise: categoryOfLink,
		Apart: func(text func(field string) string) string {
			if text("for") == audienceClinicians {
				return CategoryClinical
			}
			return ""
		},
		Allow: func(c syncing.Change) *syncing.Refusal {
			link, err := url.Parse(c.After.Text("address"))
			if bySystem(c) || err == nil && link.Scheme == "https" && link.Host != "" {
				return nil
			}
			return refuse(syncing.Invalid, "A link for a meeting begins with https.")
		},
		Require: requireLink,
	}
}

func categoryOfLink(s syncing.Snapshot) string {
	switch s.Text("for") {
	case audienceClinicians:
		return CategoryClinical
	case linkOncology:
		return CategoryOncologyAlone
	case linkPractice:
		return CategoryPracticeAlone
	}
	return CategorySensitive
}

// requireLink: a link is of an appointment of the team that writes it, under its one name, for those who take part.
func requireLink(c syncing.Change, r syncing.Reader) (*syncing.Refusal, error) {
	appointment, err := r.Document(syncing.DocID(c.After.Text("appointment")))
	if err != nil {
		return nil, err
	}
	if !appointment.Exists() || appointment.ID().Type() != appointmentName || c.After.ID() != VirtualServiceID(appointment.ID()) {
		return refuse(syncing.Invalid, "A link belongs to an appointment, and lies under the name that comes from it."), nil
	}
	if !actsForTeam(c, appointment.Text("ownerTeam")) {
		return refuse(syncing.Forbidden, "Only the team whose appointment this is gives its link."), nil
	}
	wanted, err := linkFor(appointment, r)
	if err == nil && c.After.Text("for") != wanted {
		return refuse(syncing.Invalid, "This link is for other people than those who take part. Look at who is invited, then say whom it is for."), nil
	}
	return nil, err
}

// linkFor says who takes part.
func linkFor(appointment syncing.Snapshot, r syncing.Reader) (string, error) {
	if categoryOfAppointment(appointment) == CategoryClinical {
		return audienceClinicians, nil
	}
	var kinds []string
	for _, id := range inPart(appointment) {
		team, err := teamNamed(r, id)
		if err != nil {
			return "", err
		}
		kinds = append(kinds, team.Text("kind"))
	}
	switch oncology, practice := slices.Contains(kinds, KindOncology), slices.Contains(kinds, KindPrimary); {
	case oncology && !practice:
		return linkOncology, nil
	case practice && !oncology:
		return linkPractice, nil
	}
	return linkEverybody, nil
}

// linkDrafts let the link of an appointment follow who takes part.
func linkDrafts(appointment syncing.Snapshot, r syncing.Reader) ([]*draft, error) {
	link, err := r.Document(VirtualServiceID(appointment.ID()))
	if err != nil || !link.Exists() {
		return nil, err
	}
	wanted, err := linkFor(appointment, r)
	d := newDraft(link.ID(), link)
	d.text("for", wanted)
	return []*draft{d}, err
}

// linksOfTeam let the links follow a team that acts as something else now.
func linksOfTeam(c syncing.Change, r syncing.Reader) (drafts []*draft, err error) {
	if c.Before.Text("kind") == c.After.Text("kind") {
		return nil, nil
	}
	appointments, err := r.Documents(appointmentName)
	for _, appointment := range appointments {
		links, err := linkDrafts(appointment, r)
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, links...)
	}
	return drafts, err
}
