// Package storetest says what every syncing.Store must do, as tests and benchmarks that any store runs, and holds the store in
// memory that the simulation runs on. What a store does and no test here asks for is no promise.
package storetest
