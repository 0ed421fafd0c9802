// Package fhir writes what a person shares in an emergency as FHIR R4: a document in the form of the International Patient Summary, with
// its three required sections, each with a reason where there is nothing in it. It is pure: values in, bytes out, the same for the same.
//
// summary.go is what is handed in; document.go puts the document together; resource.go has the resources, and section.go the sections
// with their narrative. What may be in a summary is decided by who hands it in (internal/care/emergency_papers.go); nothing is looked
// up here.
package fhir
