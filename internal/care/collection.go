package care

import syncing "satchel/sync"

// collectionType is the event "blood was taken". Whoever was there may say so, also with no network, and it is never changed.
func collectionType() *syncing.Type {
	once := func(name string, kind syncing.Kind, doc string, more ...option) syncing.FieldSpec {
		return field(name, kind, syncing.LWW, anyone, doc, more...)
	}
	return &syncing.Type{
		Name: "collection", Category: CategorySchedule, Event: true, Creators: anyone,
		Doc: "A sample was taken (FHIR Specimen). Written once.",
		Fields: []syncing.FieldSpec{
			once("order", syncing.Reference, "the order that it belongs to", required),
			once("due", syncing.Date, "which of the order's dates it answers, a civil date at the site"),
			once("collectedAt", syncing.Instant, "when the sample was taken", required),
			once("site", syncing.Text, "where", upTo(lineMax)),
			once("note", syncing.Text, "anything to know about it", upTo(noteMax)),
		},
	}
}
