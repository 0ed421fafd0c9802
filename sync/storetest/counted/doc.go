// Package counted stands before a store and says what is read and written there, so that a test can gate on work and not on time.
package counted
