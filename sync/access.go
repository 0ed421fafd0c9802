package syncing

import "context"

// Access says who may do what. identity implements it; the engine asks it at every request and again inside the transaction,
// so that a revocation and a sync of the same record have an order.
type Access interface {
	// Scope reads, inside the transaction, what the account may see and do in this record now. An account that has no
	// access gets an inactive scope, never an error: errors are the store's.
	Scope(tx ReadTx, who Principal) (Scope, error)
	// TeamScopes are the scopes of the teams that have the record of this transaction now, each of one team: what every member of it may see
	// and do there.
	TeamScopes(tx ReadTx) ([]Scope, error)
	// Principal reads an account's standing (its teams) outside of any transaction, for a mutation that is tried again
	// after its author wrote it. ok is false if there is no such account, or it may not sign in any more.
	Principal(ctx context.Context, account AccountID) (who Principal, ok bool, err error)
	// AccountRecord is the record in which the account itself is kept; what is handed in for records that were never
	// the account's is kept there.
	AccountRecord(account AccountID) RecordID
}
