// Package instrument holds the questionnaire and the red-flag rules as versioned data, and the pure evaluator that judges a
// person's answers with them. Phones run the same files against the same vectors (data/vectors.v1.json, which travels
// with the rules, and testdata/*.v1.json, which web/sdk runs too), so a phone in a tunnel and the server agree.
//
// The files of data/ are the instrument: the questionnaire (hna), the rules (redflags), the advice texts (advice), the
// numbers that the other two state only in words (limits), what differs from place to place (profile, one file a region), and
// the vectors. They travel as a bundle with a signed statement (signed.go); what is not as it was signed is refused, and then the
// page that needs no rules is shown (whentocall, which stands in the program itself). Nothing clinical is decided in Go: the code reads
// thresholds, levels and texts from the files, and refuses a file that it does not understand, naming the place.
//
// The files of kind `cg` (hna.cg, redflags.cg, limits.cg) are what a caregiver is asked about themselves; Library.Current never names them.
//
// All of it is a draft until a clinical safety officer has signed it off; Rules.Status, Rules.Review and AdviceText.Review say so.
//
// # What is decided here
//
//   - Answers are JSON values as they are synced. A number is read as a JavaScript engine reads it (a double, in its shortest
//     decimal form), so that 5 and 5.0 are the same answer on every device.
//   - A value of the wrong type, off its scale or outside its bounds counts as unanswered and is listed in Missing; null is
//     simply unanswered. An answer to a question that the questionnaire does not have is listed in Unrecognised.
//   - The public judgement is what the evaluation gives if the sensitive items, the measures asked only for them and the
//     private rules are left out. A file in which the two kinds mix in one rule is refused, so nothing private can leak.
//   - A concern exists for each item that was ticked, and for an item that a fired rule points at. A fired rule counts for
//     the items whose own part of the rule holds ("distress 8 or low mood 8" says nothing about a low mood of 2). If only
//     measures hold, it counts for those of each measure's parents that are ticked, or for its first parent, with severity 0.
//   - COMBINE and URGENCY speak of the whole response and belong to no concern.
package instrument
