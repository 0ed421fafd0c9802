// Package identity decides who speaks and what they may see: accounts, teams, grants, enrolment codes, passwords, tokens and
// devices. It is the only maker of a syncing.Scope, and the only room that knows a claim or a key.
//
// Everything lies in the same Store as the care records. An account, a team and an organisation are records of their own,
// whose ids are derived from theirs (AccountRecord); their rows are in TableIdentity. Who may see a record lies inside that
// record, in TableGrants, so that a revocation and a sync of one record have an order. What must be found across records
// (a sign-in name, a code, a push token, the records of a team) is an index entry under a blinded key, because index keys
// are stored in the clear.
//
// Three questions are asked at every request, and each is answered from the store, never from the token:
//
//   - Authenticate: is this token ours, and does the account and its device still stand? One View of the account's record.
//     Only the signature check is cached, and the cache is emptied by a revocation and by a change of keys.
//   - Scope: what may this account see in this record now? Direct grants (patient, caregiver) and team grants joined with
//     the account's memberships, inside the caller's transaction. A person in two teams sees what both see and acts for one of
//     them at a time: the scope knows each way in, and the engine takes the one that the write names.
//   - Principal: for a mutation that is tried again later, does its author still stand?
//
// A store transaction touches one record, so what spans records is a chain of steps that can be repeated. Redeeming a code
// claims it and grants the record in one transaction, then makes account, device and session in another; ids and the first
// refresh token are derived, so a phone that repeats its request after a crash or a lost answer finishes what was begun and
// gets what it would have got. Refresh tokens follow the same rule: the successor is derived from a sealed secret of the
// family, the token that was presented and the request id, so a lost answer can be given again, while the store keeps only
// hashes.
//
// A team has a page: what it does, and contacts that two people have tried (contact.go, challenge.go). Every record that it looks
// after is owed a copy, its card; what is owed lies in the index, and a follower delivers it (card.go). Clinicians from outside come
// by an invitation to one record, with an account, an organisation and a team of their own (invitation.go, invited.go).
//
// A calendar is read by a secret address (calendar.go). That a device was here moves its account's entry among those that are looked at when
// nobody hears of them any more (quiet.go).
//
// Who works in a team may have an address for e-mail (mail.go); what is to be mailed there, and when, is an entry in the index that moves on
// when the mail server has taken it (mail_post.go).
//
// Anybody may have passkeys (passkey.go), which sign in and prove who it is. A challenge is marked and not stored (passkey_challenge.go).
//
// Staff may come by an OpenID provider, as whom an administrator said they are (openid.go, openid_link.go); its protocol is in oidc.
//
// Guessing is bounded by failure budgets that lie in the store and survive a restart (budget.go). An attempt takes its
// token before it is judged and gets it back when it was right, so a thousand guesses at once are a thousand guesses.
// Wrong, expired, used and unknown are one sentence and the same work.
//
// A caregiver's code opens nothing by itself: whoever used it waits, in a row that is no grant, until the person confirms who it is
// (waiting.go). A grant may end by itself at its time, which is compared with the clock wherever a grant is read (expiry.go).
//
// A clinician on no team of a person can read one record for an hour in an emergency (emergency.go): the row lies beside the grants, for
// it is nobody's consent.
//
// Who was shown something of a record is written down once an hour and account, before the answer is given (reads.go), and read by the
// person together with who was given or lost access (access_log.go).
//
// A revocation is written to the store, then to a second place (Ledger), and only then answered. ApplyRevocations reads that
// place into a store that was put back from an older backup.
//
// Who is to be told of a record that was given is read from the entry of the index that gave it (holder.go).
//
// Read grant.go and scope.go for access, code.go, redeem.go and helping.go for enrolment, staff.go and passkey_sign_in.go for sign-in, session.go for refresh.
package identity
