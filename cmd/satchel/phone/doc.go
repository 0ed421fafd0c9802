// Package phone is a phone without a screen: a folder with one account's database, its tokens, and what it needs to give advice
// with no network. Everything a person can do on it works with the server gone; what waits is sent at the next sync.
//
// phone.go opens, enrols and syncs; store.go keeps the files; judge.go gives the red-flag advice from the phone's own copy of the
// rules; questions.go asks the questionnaire, one question at a time; words.go says things as people say them.
package phone
