package syncing

// HeldType is the type of documents that stand for held mutations.
const HeldType = "held"

// The states of a held mutation.
const (
	heldOpen      = "open"
	heldReleased  = "released"
	heldDiscarded = "discarded"
	heldApplied   = "applied"
)

// heldType declares the documents of held mutations. Everything but the status is written once by system; only the status,
// and the reason that a discard carries, may be written by clients. Who may do so is decided by Scope, not by role.
func heldType() *Type {
	return &Type{
		Name: HeldType, Category: OwnerAudience,
		Doc: "A mutation that was kept and not applied, for a person to look at.",
		Fields: []FieldSpec{
			{
				Name: "status", Kind: Code, Rule: FSM, Required: true, Codes: []string{heldOpen, heldReleased, heldDiscarded, heldApplied},
				Moves: map[string][]string{
					"": {heldOpen}, heldOpen: {heldReleased, heldDiscarded, heldApplied},
					// by system alone, when the words of a skipped number come after all
					heldReleased: {heldOpen}, heldDiscarded: {heldOpen}, heldApplied: {heldOpen},
				}, Doc: "open until somebody settles it",
			},
			{Name: "discardReason", Kind: Text, Max: 500, Rule: CAS, Doc: "why it was discarded; written together with the status"},
			{Name: "reason", Kind: Code, Rule: CAS, Doc: "why it was held, in the protocol's words"},
			{Name: "detail", Kind: Text, Rule: CAS, Doc: "why it was held, in a sentence"},
			{Name: "doc", Kind: Text, Rule: CAS, Doc: "the document it was meant for, as it was named"},
			{Name: "mutation", Kind: Object, Rule: CAS, Doc: "the mutation as it came; absent if it is larger than a field may be"},
			{Name: "replica", Kind: Text, Rule: CAS, Doc: "the replica that sent it"},
			{Name: "n", Kind: Int, Rule: CAS, Doc: "its number there"},
			{Name: "by", Kind: Text, Rule: CAS, Doc: "the account that wrote it"},
			{Name: "at", Kind: Instant, Rule: CAS, Doc: "the device's wall clock when the person wrote it"},
		},
	}
}

// heldDocID is the name of a held mutation's document, made from replica and n.
func heldDocID(replica ReplicaID, n uint64) DocID {
	return NewDocID(HeldType, DerivedUUID(HeldType, replica.String(), string(IntValue(int64(n)))))
}
