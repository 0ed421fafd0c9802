package phone

import (
	"strings"
	"time"

	"satchel/cmd/satchel/client"
	"satchel/internal/care"
	"satchel/internal/qr"
	syncing "satchel/sync"
)

// EmergencyCard is the card of a record as this phone's own copy makes it. It asks no network.
func (p *Phone) EmergencyCard(record syncing.RecordID) (care.EmergencyCard, error) {
	cfg, err := care.Default()
	if err != nil {
		return care.EmergencyCard{}, err
	}
	return care.NewWords(cfg).EmergencyCard(time.UnixMilli(p.NowMs()), p.Synced(), client.Papers(p.DB, record))
}

// EmergencyScreen is the card over the whole screen, with how old the copy is above it where that matters.
func (p *Phone) EmergencyScreen(record syncing.RecordID) (string, error) {
	card, err := p.EmergencyCard(record)
	if err != nil {
		return "", err
	}
	rule := strings.Repeat("=", screenWidth) + "\n"
	age := p.Age(record)
	if age != "" {
		age += "\n"
	}
	return rule + "EMERGENCY CARD\n" + age + card.Screen() + rule, nil
}

// EmergencyQR is the card as a QR that a scanner reads without any network, for a terminal.
func (p *Phone) EmergencyQR(record syncing.RecordID) (string, error) {
	card, err := p.EmergencyCard(record)
	if err != nil {
		return "", err
	}
	return qr.Terminal(card.Text())
}

// EmergencyPicture is the same as a PNG.
func (p *Phone) EmergencyPicture(record syncing.RecordID) ([]byte, error) {
	card, err := p.EmergencyCard(record)
	if err != nil {
		return nil, err
	}
	return qr.PNG(card.Text(), pictureEdge)
}

// pictureEdge is how wide and high a picture of a QR is, in pixels: enough for a camera at arm's length.
const pictureEdge = 720
