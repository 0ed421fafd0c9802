// Package satchel is the top of the house. It holds no code of the program: that begins in cmd/satchel. Its tests read every
// file of the project and hold it to STYLE.md and to the table of rooms, so that a rule which somebody breaks names itself in `make test`.
package satchel
