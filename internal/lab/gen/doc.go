// Command gen writes the units of each test for the board into web/board/units.js. `go generate` runs it in internal/lab.
package main
