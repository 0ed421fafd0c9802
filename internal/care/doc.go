// Package care is what the ward knows: one file for each noun of the record, with its fields, merge rules, writers and states,
// and what follows when it changes. All of it is data and pure functions; the sync core runs them and knows no medicine.
//
// Schema puts the nouns together. A new document type is one new file and one line there.
//
// The path of a report: assessment.go (what a person says) -> judge.go (what it means) -> concern.go (one document for each
// thing that matters, routed to the teams that act) -> report.go and triage.go (one row for each record and team) -> queue.go (the order in
// which a team works). Thresholds and times are data files, here and in internal/instrument; all of them are drafts until a
// clinical safety officer has signed them.
//
// The path of a result: result.go (what was sent) -> result_judge.go (what it means, with expected_finding.go and result_asked.go) ->
// result_follow.go (the row of the one team that answers for it) -> result_ack.go (what that team decides) or result_due.go (who is told
// that it has not). result_unmatched.go is for what came without a person.
//
// What a team does about a row is a list of steps with who and when (step.go, words_steps.go), in the row and in its concerns, so that
// both teams and the person read it offline. Nobody in time climbs a ladder that is data (escalation.go); a concern moves to another
// team when that one accepts (reroute.go).
//
// The path of a message: message.go (what is said, to whom, and what it asks) -> receipt.go (how far it has come, for each
// recipient) -> receipt_due.go (what nobody opens in time comes back) -> inbox.go (what a team has not dealt with). timeline.go
// tells the person all of it from what is on their phone.
//
// The path of the plan: activity.go (one thing to be done, one accountable team) -> offer.go (who may answer what) -> offer_follow.go
// (gaps become tasks) -> responsibility.go (who handles what, on a phone too) -> plan_version.go (published, acknowledged by both
// teams) -> agreement.go. phase.go proposes from data/phases.v1.json; pathway.go reads it.
//
// The path of the handover: survivorship_schema.go (what a treatment summary and a survivorship plan hold, from one JSON schema) ->
// survivorship_plan.go (each side writes its part) -> summary_version.go (published, acknowledged by both teams). prognosis.go stands
// apart, so that it goes to nobody unprepared. phase_transition.go (offered, accepted) -> handover_lack.go (what is missing) -> practice_update.go
// (what the practice is told). regimen_view.go answers what a practice asks first. measure.go keeps what is counted and what is late,
// and quality.go adds it up for both teams alike. discharge_plan.go is what somebody goes home with, rapid_reaccess.go the fast way back.
//
// The path of a test: lab_order.go (what is wanted, from whom) -> lab_handshake.go (whether somebody has agreed to do it) -> lab_dates.go
// (where each date stands, worked out by whoever looks) -> lab_steps.go (what time asks for) -> lab_reply.go and collection.go (what the
// person and whoever takes the sample say) -> lab_stay.go (dates of somebody in hospital). A clinic without an account answers by
// lab_paper.go. Whoever is to be told finds a notice (notice.go), once for each cause. When nobody answers: silence.go (whom the navigator
// calls, what a caregiver hears), attendance.go (who cannot come, or did not), assessment_request.go (who was asked how they are and sends
// nothing) and reminder_cannot.go (who says to a reminder that they cannot).
// caregiver_notice.go tells the person which caregiver was told; begin.go, what a record from an older version lacks.
//
// Whom a person calls about what, at which hour, is worked out from the teams' cards (card.go) and a file of topics, on a phone
// without a network as on a board: contacts.go.
//
// Before a test is ordered: order_duplicate.go (what it may repeat, of whatever team) -> order_words.go (what that is told as).
// The path of a journey: referral.go (papers, authorisation) -> readiness.go (what they lack, worked out) -> appointment_words.go (what
// the phone lists). A meeting: invitation.go -> virtual_service.go (its link) -> outcome.go (what each team does then).
//
// In an emergency: emergency_papers.go (the list of what may be shown) -> emergency_card.go (what somebody who has never met the
// person must know) -> emergency_words.go (as a screen, and as a text that fits a QR).
//
// # What is decided here
//
//   - What a phone's mutation makes `system` write counts, for concurrency, as that phone's own, and its base may be old. So
//     whatever many reports write in common is a max, a set, an fsm or a cas field, which system decides upon what stands (0118), never
//     an lww field, where an older word would lose against a newer one.
//   - A row speaks only of what is not sensitive. What is goes to a second row of the same record and team, of the category
//     concerns.sensitive, so that a level which comes from a private rule never shows to those who may not see the item.
//   - What the person chose for an item (choice.go) is the category of its concern; what one team alone may see waits in a third row
//     document of that team. The level of the whole is worked out for each audience from what it may see.
//   - Possible duplicates are kept both, marked with each other as far as the reader may know of the other, and count once.
//   - A row is open while its set `waiting` has an element. Closing it names, by removing them, the reports that the nurse
//     has seen; a report that came in meanwhile stays, and the closing is refused with a sentence.
package care
