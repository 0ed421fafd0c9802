package identity

import (
	"bytes"
	"crypto/subtle"
	"encoding/binary"
	"time"

	"satchel/internal/base64url"
	"satchel/sync"
)

// What a challenge is asked for. An answer to one is none to another.
const (
	forAdding = "adding a passkey"
	forSignIn = "signing in"
	forProof  = "showing who it is"
)

const (
	// passkeyChallengeLives is how long somebody may take to answer: to find the key, and to show the browser that it is them.
	passkeyChallengeLives = 5 * time.Minute
	// challengeKept is how long it is remembered that one was answered: as long as it could be, also by a clock that was set back. An answer is
	// taken once. Nothing is written for what nobody answered rightly, so the store does not grow with whoever asks for many.
	challengeKept = 2 * passkeyChallengeLives

	spentPrefix = "spent/" // and when the challenge was given out, in the record of who answered it

	passkeyChallengeVersion = 1
	nonceBytes              = 16
	challengeHeadBytes      = 1 + 8 + nonceBytes
	challengeBytes          = challengeHeadBytes + blindBytesMin
)

// passkeyChallenge is a challenge that was given out: when, and a nonce. It lies nowhere until it is answered: what we gave out bears a mark
// that only we can make, over what it is for and who asked for it. So it survives a restart, and asking for a million costs no room.
type passkeyChallenge struct {
	issued int64
	nonce  [nonceBytes]byte
}

func (c passkeyChallenge) head() []byte {
	return append(binary.BigEndian.AppendUint64([]byte{passkeyChallengeVersion}, uint64(c.issued)), c.nonce[:]...)
}

func (c passkeyChallenge) spentKey() []byte { return newestFirst(spentPrefix, c.issued, c.nonce[:]) }

func (s *Service) markChallenge(c passkeyChallenge, purpose string, who syncing.Principal) []byte {
	value := append(c.head(), who.Account.UUID[:]...)
	value = append(value, who.Device[:]...)
	return s.Blind("passkey challenge", append(value, purpose...))[:blindBytesMin]
}

// newChallenge gives one for a purpose; who is zero for whoever is not signed in.
func (s *Service) newChallenge(purpose string, who syncing.Principal) (string, error) {
	c := passkeyChallenge{issued: s.nowMs()}
	nonce, err := s.random(nonceBytes)
	if err != nil {
		return "", err
	}
	copy(c.nonce[:], nonce)
	return base64url.Encode(append(c.head(), s.markChallenge(c, purpose, who)...)), nil
}

// readChallenge reads one that came back. ok is false if we did not give it out for this and to them, if its time is over, and if the store was
// put back from a backup since, which does not know whether it was answered.
func (s *Service) readChallenge(text, purpose string, who syncing.Principal) (c passkeyChallenge, ok bool) {
	raw, err := base64url.Decode(text)
	if err != nil || len(raw) != challengeBytes {
		raw = make([]byte, challengeBytes) // the same work
	}
	c.issued = int64(binary.BigEndian.Uint64(raw[1:]))
	copy(c.nonce[:], raw[9:])
	ours := subtle.ConstantTimeCompare(s.markChallenge(c, purpose, who), raw[challengeHeadBytes:]) == 1
	now, lives := s.nowMs(), passkeyChallengeLives.Milliseconds()
	fresh := now < c.issued+lives && now > c.issued-lives && c.issued > s.keys.Load().restored
	return c, ours && fresh && raw[0] == passkeyChallengeVersion
}

var once = []byte{rowVersion}

// spendChallenge marks a challenge as answered and forgets marks that are over. The caller has seen in this transaction that it is not marked.
func (s *Service) spendChallenge(tx syncing.Tx, c passkeyChallenge) error {
	var over [][]byte
	end := newestFirst(spentPrefix, s.nowMs()-challengeKept.Milliseconds(), nil)
	err := tx.Scan(syncing.TableIdentity, end, after([]byte(spentPrefix)), func(key, _ []byte) (bool, error) {
		over = append(over, bytes.Clone(key))
		return true, nil
	})
	for _, key := range over {
		if err == nil {
			err = tx.Delete(syncing.TableIdentity, key)
		}
	}
	if err != nil {
		return err
	}
	return tx.Put(syncing.TableIdentity, c.spentKey(), once)
}

func isSpent(tx syncing.ReadTx, c passkeyChallenge) (bool, error) {
	row, err := tx.Get(syncing.TableIdentity, c.spentKey())
	return row != nil, err
}
