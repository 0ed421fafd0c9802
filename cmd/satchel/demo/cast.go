package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"satchel/internal/identity"
	"satchel/server"
	syncing "satchel/sync"
)

// castName is the file by which scripts find their way into the demo.
const castName = "demo.json"

// Cast is demo.json: who is in the demo, and tokens of a device of its own for each. The access token is good for ten minutes, the
// refresh token for a day; POST /v1/token makes new ones.
type Cast struct {
	Base   string   `json:"base"`
	People []Player `json:"people"`
}

// Player is one person in the demo. Team is the team's id, empty for patients, caregivers and administrators.
type Player struct {
	Name         string             `json:"name"`
	Role         string             `json:"role"`
	Team         string             `json:"team"`
	Records      []syncing.RecordID `json:"records"`
	AccessToken  string             `json:"accessToken"`
	RefreshToken string             `json:"refreshToken"`
	Account      syncing.AccountID  `json:"account"`
	SignInName   string             `json:"signInName,omitempty"` // of staff, for POST /v1/sign-in
	Password     string             `json:"password,omitempty"`
}

// players are everybody, without tokens.
func (w *world) players() []Player {
	var list []Player
	var records []syncing.RecordID
	for _, p := range w.people {
		list = append(list, Player{Name: p.name, Role: p.role, Account: p.account, Records: []syncing.RecordID{p.record}})
		if p.role == rolePatient {
			records = append(records, p.record)
		}
	}
	for _, m := range w.staff {
		d := w.desks[m.signIn]
		p := Player{Name: m.name, Role: m.role, Account: d.account, Records: []syncing.RecordID{}, SignInName: m.signIn, Password: d.password}
		if team, works := w.teams[m.role]; works {
			p.Team, p.Records = team.ID.String(), records
		}
		list = append(list, p)
	}
	return list
}

// signIn gives each player a new device and its tokens.
func signIn(ctx context.Context, s *server.Server, people []Player) error {
	for i := range people {
		tokens, err := s.Identity().Seed().SignIn(ctx, people[i].Account, identity.DeviceFacts{Kind: "script", Name: "demo.json"})
		if err != nil {
			return fmt.Errorf("%s: %w", people[i].Name, err)
		}
		people[i].AccessToken, people[i].RefreshToken = tokens.Access, tokens.Refresh
	}
	return nil
}

// readCast gives the cast of an earlier demo in this folder; false if there was none.
func readCast(folder string) (Cast, bool, error) {
	var c Cast
	text, err := os.ReadFile(filepath.Join(folder, castName))
	if errors.Is(err, fs.ErrNotExist) {
		return c, false, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &c)
	}
	return c, true, err
}

func (c Cast) write(folder string) error {
	text, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, castName), append(text, '\n'), 0o600)
}
