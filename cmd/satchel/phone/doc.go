// Package phone is a phone without a screen: a folder with one account's database, its tokens, and what it needs to give advice
// with no network. Everything a person can do on it works with the server gone; what waits is sent at the next sync.
//
// phone.go opens, enrols and syncs; store.go keeps the files; rules.go keeps the signed rules, and refuses what its key did not sign;
// judge.go gives the red-flag advice by them; questions.go asks the questionnaire, one question at a time; screen.go says whom to
// call, and how old a copy is; recurrence.go reports
// signs that a follow-up protocol asks to watch for; emergency.go shows the emergency card, and link.go
// shares it by a link whose key never leaves phone and link; delivery.go says how far each thing has come; words.go says things as people say them.
package phone
