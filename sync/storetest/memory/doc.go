// Package memory is the store without a disk on which the simulation runs, in the tests and in the program. It lies apart from
// the tests of stores, so that the program carries none of their tools.
package memory
