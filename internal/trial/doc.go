// Package trial is one record on the real engine, for tests of the rooms that read what care wrote. No program uses it.
package trial
