// Package flock lets one process at a time have a file. Data folders, keys, ledgers and phones are held by it.
package flock
