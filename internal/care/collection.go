package care

import syncing "satchel/sync"

const collectionName = "collection"

// collectionType is the event "blood was taken". Whoever was there may say so, also with no network, and it is never changed.
func collectionType() *syncing.Type {
	once := func(name string, kind syncing.Kind, doc string, more ...option) syncing.FieldSpec {
		return field(name, kind, syncing.LWW, anyone, doc, more...)
	}
	told := func(name, doc string) syncing.FieldSpec {
		return field(name, syncing.Instant, syncing.LWW, nobody, doc)
	}
	return &syncing.Type{
		Name: collectionName, Category: CategorySchedule, Event: true, Creators: anyone,
		Doc: "A sample was taken (FHIR Specimen). Written once.",
		Fields: []syncing.FieldSpec{
			once("order", syncing.Reference, "the order that it belongs to", required),
			once("due", syncing.Date, "which of the order's dates it answers, a civil date at the site"),
			once("collectedAt", syncing.Instant, "when the sample was taken", required),
			once("site", syncing.Text, "where", upTo(lineMax)),
			once("note", syncing.Text, "anything to know about it", upTo(noteMax)),
			told("resultBy", "by when a result should be here"),
			told("resultAt", "when one came"),
			told("chasedPerformerAt", "when whoever took the sample was asked for the result"),
			told("chasedRequesterAt", "when whoever ordered was told that none has come"),
		},
		Derive: deriveCollection,
		Index:  indexCollection,
	}
}
