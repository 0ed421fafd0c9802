// Package storetest says what every syncing.Store must do, as tests and benchmarks that any store runs. The store without a disk
// that the simulation runs on lies in its folder memory. What a store does and no test here asks for is no promise.
package storetest
