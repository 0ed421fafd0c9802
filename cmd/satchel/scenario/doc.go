// Package scenario holds the house to what it was built for: one test for each row of the seeds (`TestSeed_A14_…`: a system, barrier
// or recommendation of the articles) and for each hazard that software controls (`TestHazard_H03_…`), over HTTP against a running
// server, with real phones where a phone is meant.
//
// A scenario signs in as the accounts that its row names, lets them write as they would, and asks what each of them sees then:
// the person, the caregiver, oncology, primary care, and an outsider. Its refusal stands beside it: what must not work is tried
// too. A scenario never reaches around the API; the kit does so only to hire people and to let time pass.
package scenario
