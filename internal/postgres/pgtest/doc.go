// Package pgtest starts a real PostgreSQL for tests: one a process, a database a test. It is linked by no program.
package pgtest
