package identity

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"time"

	"satchel/internal/fault"
	"satchel/sync"
)

const (
	// keyLife is how long one key signs before Tend makes the next.
	keyLife = 30 * 24 * time.Hour
	// keysReadEvery is how long another process may rotate keys before this one notices by itself.
	keysReadEvery = time.Minute
	// keysReadAgain is how soon a token with an unknown kid may make us look again.
	keysReadAgain = 2 * time.Second

	keyPrefix = "key/"
)

var restoredKey = []byte("restored")

// keyRow is a signing key, in the installation record; like every row it is sealed by the store.
type keyRow struct {
	Kid     string `json:"kid"`
	Seed    []byte `json:"seed"`
	Made    int64  `json:"made"`
	Retired int64  `json:"retired,omitempty"` // signs no more since; verifies until its last token has expired
}

func (k keyRow) verifies(now int64) bool {
	return k.Retired == 0 || now < k.Retired+2*accessLife.Milliseconds() // twice: another process may sign with it a little longer
}

// keyring is what this process knows of the installation record. It is never changed, only replaced.
type keyring struct {
	kid      string
	made     int64
	signing  ed25519.PrivateKey
	public   map[string]ed25519.PublicKey
	restored int64 // when the store was last put back from a backup, ms; 0: never
	readAt   int64
}

// sameKeys says whether what verified under the one would verify under the other.
func (k *keyring) sameKeys(o *keyring) bool {
	if k == nil || len(k.public) != len(o.public) {
		return false
	}
	for kid, public := range k.public {
		if !bytes.Equal(public, o.public[kid]) {
			return false
		}
	}
	return true
}

// firstKey makes a signing key if the installation has none, and reads them all.
func (s *Service) firstKey(ctx context.Context) error {
	if err := s.readKeys(ctx); err != nil || s.keys.Load().signing != nil {
		return err
	}
	err := s.Store.Update(ctx, installation(), func(tx syncing.Tx) error {
		keys, err := keyRows(tx)
		if err != nil {
			return err
		}
		for _, k := range keys {
			if k.Retired == 0 {
				return nil // another process was first
			}
		}
		return s.addKey(tx)
	})
	if err != nil {
		return err
	}
	return s.readKeys(ctx)
}

func (s *Service) addKey(tx syncing.Tx) error {
	seed, err := s.random(ed25519.SeedSize)
	if err != nil {
		return err
	}
	name, err := s.random(8)
	if err != nil {
		return err
	}
	k := keyRow{Kid: hex.EncodeToString(name), Seed: seed, Made: s.nowMs()}
	return writeRow(tx, syncing.TableIdentity, []byte(keyPrefix+k.Kid), k)
}

func keyRows(tx syncing.ReadTx) (keys []keyRow, err error) {
	err = scanRows(tx, syncing.TableIdentity, []byte(keyPrefix), func(_ []byte, k keyRow) bool {
		keys = append(keys, k)
		return true
	})
	return keys, err
}

// RotateKey begins to sign with a new key. Tokens of the old one are good until they expire; with drop they end now, all of
// them, and every phone refreshes: for a key that may have been seen.
func (s *Service) RotateKey(ctx context.Context, drop bool) error {
	err := s.Store.Update(ctx, installation(), func(tx syncing.Tx) error {
		keys, err := keyRows(tx)
		if err != nil {
			return err
		}
		for _, k := range keys {
			if err := s.retireKey(tx, k, drop); err != nil {
				return err
			}
		}
		return s.addKey(tx)
	})
	if err != nil {
		return err
	}
	return s.readKeys(ctx)
}

// retireKey removes a key that verifies nothing any more, or that must not.
func (s *Service) retireKey(tx syncing.Tx, k keyRow, drop bool) error {
	row := []byte(keyPrefix + k.Kid)
	if drop || !k.verifies(s.nowMs()) {
		return tx.Delete(syncing.TableIdentity, row)
	}
	if k.Retired != 0 {
		return nil
	}
	k.Retired = s.nowMs()
	return writeRow(tx, syncing.TableIdentity, row, k)
}

// Tend does what time asks for, now the rotation of the signing key; call it about once an hour.
func (s *Service) Tend(ctx context.Context) error {
	if err := s.readKeys(ctx); err != nil {
		return err
	}
	if s.nowMs() < s.keys.Load().made+keyLife.Milliseconds() {
		return nil
	}
	return s.RotateKey(ctx, false)
}

// noteRestored remembers that the store was put back from a backup.
func (s *Service) noteRestored(ctx context.Context) error {
	err := s.Store.Update(ctx, installation(), func(tx syncing.Tx) error {
		return writeRow(tx, syncing.TableIdentity, restoredKey, s.nowMs())
	})
	if err != nil {
		return err
	}
	return s.readKeys(ctx)
}

// readKeys replaces the keyring by what the store holds, and empties the cache if the keys differ.
func (s *Service) readKeys(ctx context.Context) error {
	s.reloading.Lock()
	defer s.reloading.Unlock()
	next := &keyring{public: make(map[string]ed25519.PublicKey), readAt: s.nowMs()}
	err := s.Store.View(ctx, installation(), func(tx syncing.ReadTx) error {
		keys, err := keyRows(tx)
		if err != nil {
			return err
		}
		for _, k := range keys {
			if err := next.add(k); err != nil {
				return err
			}
		}
		_, err = readRow(tx, syncing.TableIdentity, restoredKey, &next.restored)
		return err
	})
	if err != nil {
		return err
	}
	before := s.keys.Swap(next)
	if !before.sameKeys(next) {
		s.verified.empty()
	}
	return nil
}

func (k *keyring) add(row keyRow) error {
	if !row.verifies(k.readAt) {
		return nil
	}
	if len(row.Seed) != ed25519.SeedSize {
		return fault.New(fault.Corrupt, "identity.readKeys", "A signing key of this installation cannot be read.")
	}
	private := ed25519.NewKeyFromSeed(row.Seed)
	k.public[row.Kid] = private.Public().(ed25519.PublicKey)
	if row.Retired == 0 && (k.signing == nil || row.Made > k.made) {
		k.kid, k.made, k.signing = row.Kid, row.Made, private
	}
	return nil
}

// keysOlderThan reads the keys again if that was longer ago.
func (s *Service) keysOlderThan(ctx context.Context, age time.Duration) error {
	since := s.nowMs() - s.keys.Load().readAt
	if since >= 0 && since < age.Milliseconds() {
		return nil
	}
	return s.readKeys(ctx)
}
