package qr

import (
	"github.com/skip2/go-qrcode"

	"satchel/internal/fault"
)

// TextMax is the longest text that a code of level M holds, in bytes: version 40 of ISO/IEC 18004.
const TextMax = 2331

// edgeMin is the least width of a picture, in pixels, at which the largest code still has whole ones.
const edgeMin = 177 + 2*4

func draw(text string) (*qrcode.QRCode, error) {
	const op = "qr.draw"
	if text == "" || len(text) > TextMax {
		return nil, fault.New(fault.TooLarge, op, "This is too long for a QR code, or there is nothing to show.")
	}
	code, err := qrcode.New(text, qrcode.Medium)
	return code, fault.Wrap(err, fault.Internal, op, "The QR code could not be drawn.")
}

// PNG is the code as a picture so many pixels wide and high, with its quiet zone. Fault: TooLarge, for a text of more than TextMax
// bytes or none.
func PNG(text string, pixels int) ([]byte, error) {
	code, err := draw(text)
	if err != nil {
		return nil, err
	}
	picture, err := code.PNG(max(pixels, edgeMin))
	return picture, fault.Wrap(err, fault.Internal, "qr.PNG", "The QR code could not be drawn.")
}

// Terminal is the code in half blocks, dark on light, for a terminal with a dark ground. The faults are those of PNG.
func Terminal(text string) (string, error) {
	code, err := draw(text)
	if err != nil {
		return "", err
	}
	return code.ToSmallString(false), nil
}
