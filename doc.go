// Package satchel is the top of the house. It holds no code of the program: that begins in cmd/satchel. Its tests read every
// file of the project and hold it to ARCHITECTURE and STYLE, so that a rule which somebody breaks names itself in `make test`.
package satchel
