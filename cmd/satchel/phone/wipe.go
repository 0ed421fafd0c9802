package phone

import (
	"errors"
	"os"
	"path/filepath"

	"satchel/cmd/satchel/client"
	syncing "satchel/sync"
)

// wipe deletes what this phone holds, because a person has signed it out: it was lost, or is somebody else's now (hazard H21). Words
// that were never handed in go too; what had arrived is with the teams. The phone can be enrolled again, by a new code.
func (p *Phone) wipe() error {
	entries, err := os.ReadDir(p.home)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if entry.Name() == lockName {
			continue
		}
		err = errors.Join(err, os.RemoveAll(filepath.Join(p.home, entry.Name())))
	}
	if err != nil {
		return err
	}
	p.settings, p.amended = settings{V: settingsVersion}, map[syncing.DocID]bool{}
	p.Client.Forget()
	return errors.Join(p.openRules(), p.begin())
}

// Wiped reports whether an error says that this phone was signed out by a person, and so holds nothing any more.
func Wiped(err error) bool {
	var refused *client.Problem
	return errors.As(err, &refused) && refused.Wipe
}
