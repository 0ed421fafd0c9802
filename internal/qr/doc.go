// Package qr makes of a text a QR code, for a terminal or as a picture. Error correction is level M: a code on a phone's screen that
// is scratched or lies in bright light is still read. It knows nothing of what the text says.
package qr
