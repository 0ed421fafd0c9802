package care

import syncing "satchel/sync"

// messageType is FHIR's Communication, anchored to the record. It is never a way to report symptoms: those go through an
// assessment, which gives advice at once.
func messageType() *syncing.Type {
	once := func(name string, kind syncing.Kind, rule syncing.Rule, doc string, more ...option) syncing.FieldSpec {
		return field(name, kind, rule, anyone, doc, more...)
	}
	return &syncing.Type{
		Name: "message", Category: CategoryMessages, Event: true, Creators: anyone,
		Doc: "A message (FHIR Communication). Written once.",
		Fields: []syncing.FieldSpec{
			once("thread", syncing.Reference, syncing.LWW, "id of the thread", required),
			once("body", syncing.Text, syncing.LWW, "what is said", required, upTo(messageMax)),
			once("topic", syncing.Text, syncing.LWW, "what it is about", upTo(lineMax)),
			once("recipient", syncing.Reference, syncing.Set, "teams and accounts that it is for"),
			once("about", syncing.Reference, syncing.LWW, "the document that it is about"),
			once("actionRequired", syncing.Bool, syncing.LWW, "somebody must do something"),
			once("dueBy", syncing.Instant, syncing.LWW, "by when"),
		},
	}
}
