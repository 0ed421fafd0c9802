// Package demo plays the main job of Satchel on a synthetic practice and cancer centre: a person at home without a network says how
// she is, a caregiver's phone edits the same appointment, both come online, and both care teams have what matters in their queues.
// The phones are real ones (cmd/satchel/phone) and speak HTTP to a real server; every sentence of the story is checked.
//
// Then both teams work on it, and the person sees what becomes of it: whom to call, who looks after what, a plan that both agreed
// to, a letter, who opened it, who read the record; and the caregiver's own needs, which are nobody else's.
//
// labs.go tells another story, of weeks: blood counts near home that nobody loses, and a number that nobody misreads (LABS 5.5). It has a
// server of its own, whose clock it moves, and a test plays it too (labs_order.go, labs_results.go, labs_home.go).
//
// links.go prints a link a role: whoever opens it in a browser is that person, in the companion or at the board.
//
// demo.go starts and stops it, world.go makes the people and their records, story.go plays the main job, needs.go what comes of
// it, cast.go writes demo.json for scripts.
// Everybody in it is invented, and their names say so.
package demo
