package main

import (
	"os"

	"satchel/cmd/satchel/phone"
	"satchel/internal/fault"
	syncing "satchel/sync"
)

type phoneEmergency struct {
	QR  bool   `name:"qr" help:"Show it as a QR too, for a scanner without a network."`
	PNG string `name:"png" type:"path" help:"Write the QR into this file, as a picture."`
}

// Run shows the emergency card from this phone's own copy.
func (c *phoneEmergency) Run(t *terminal) error {
	return t.phone.on(func(p *phone.Phone, record syncing.RecordID) error {
		screen, err := p.EmergencyScreen(record)
		if err != nil {
			return err
		}
		t.printf("%s", screen)
		if c.QR {
			code, err := p.EmergencyQR(record)
			if err != nil {
				return err
			}
			t.printf("%s", code)
		}
		if c.PNG == "" {
			return nil
		}
		picture, err := p.EmergencyPicture(record)
		if err != nil {
			return err
		}
		return writePicture(c.PNG, picture)
	})
}

// writePicture writes what only its owner may read.
func writePicture(path string, picture []byte) error {
	return fault.Wrap(os.WriteFile(path, picture, 0o600), fault.Forbidden, "main.writePicture", "The picture could not be written there. Choose another file.")
}
