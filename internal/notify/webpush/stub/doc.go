// Package stub makes what tests of Web Push need and no program makes here: an operator's key, and what a browser says of itself.
package stub
