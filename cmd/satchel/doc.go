// Satchel is the one program: it serves people's records to their phones and care teams, and it is the tool with which an
// installation is made, checked, saved, put back and tried. One file a command; `satchel --help` lists them.
//
// Settings come from flags, or from the environment under SATCHEL_ and the flag's name. Nothing below this folder reads the
// environment.
package main
