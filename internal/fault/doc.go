// Package fault is the one error vocabulary of the house: a code for the caller, an op for operators, a sentence a patient
// may read, and a cause that only operators see. Every room may import it; it imports only the standard library.
package fault
