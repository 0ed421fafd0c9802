// Package lab is what a laboratory's numbers mean: groups of tests with their codes and units, what a number is in the unit of its
// group, how urgent it is, and where each date of an order that comes again and again stands. Pure: files are read once, no clock
// is asked, and the phone works everything out as the server does.
//
// Numbers are texts and fractions, never floats: 50000 /uL is exactly 50 x 10^9/L. The files in data are drafts until a clinical
// safety officer signs them.
package lab
