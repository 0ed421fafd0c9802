package authenticator

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
)

// Authenticator holds passkeys. What is wrong with its answers is set in its fields; the zero value answers as a good one does.
type Authenticator struct {
	Origin     string // of the page that asks
	Unverified bool   // nobody showed it a finger or a PIN
	Absent     bool   // nobody touched it
	Crossed    bool   // the page is a frame of another one
	Counter    uint32 // of the last use; 0: it keeps none
	Handle     []byte // whose the passkey is, as it says; nil: as it was told when it was made
	Forged     bool   // it signs with another key
	Results    map[string]any
	passkey
}

type passkey struct {
	id      []byte
	private *ecdsa.PrivateKey
	user    []byte
}

const (
	userPresent  = 1
	userVerified = 4
	attested     = 64
)

// Make makes a passkey for the host, forgets the one before, and gives what a browser hands over.
func (a *Authenticator) Make(challenge, host string, user []byte) []byte {
	a.id = make([]byte, 32)
	_, _ = rand.Read(a.id) // it does not fail
	return a.MakeNamed(a.id, challenge, host, user)
}

// MakeNamed makes one under an id that somebody else may have.
func (a *Authenticator) MakeNamed(id []byte, challenge, host string, user []byte) []byte {
	a.id, a.private, a.user = id, newKey(), bytes.Clone(user)
	client := a.client("webauthn.create", challenge)
	data := a.data(host, attested)
	data = append(data, make([]byte, 16)...)
	data = binary.BigEndian.AppendUint16(data, uint16(len(a.id)))
	data = append(append(data, a.id...), coseKey(a.private)...)
	object := []byte{0xa3, 0x63, 'f', 'm', 't', 0x64, 'n', 'o', 'n', 'e', 0x67}
	object = append(append(object, "attStmt"...), 0xa0, 0x68)
	object = append(append(object, "authData"...), 0x59)
	object = binary.BigEndian.AppendUint16(object, uint16(len(data)))
	return a.says(map[string]any{"clientDataJSON": text(client), "attestationObject": text(append(object, data...)), "transports": []string{"internal"}})
}

// Use signs a challenge with the passkey.
func (a *Authenticator) Use(challenge, host string) []byte {
	if a.Counter > 0 {
		a.Counter++
	}
	client := a.client("webauthn.get", challenge)
	data := a.data(host, 0)
	seen := sha256.Sum256(client)
	sum := sha256.Sum256(append(bytes.Clone(data), seen[:]...))
	key := a.private
	if a.Forged {
		key = newKey()
	}
	signature, err := ecdsa.SignASN1(rand.Reader, key, sum[:])
	if err != nil {
		panic(err) // the key is good
	}
	handle := a.user
	if a.Handle != nil {
		handle = a.Handle
	}
	return a.says(map[string]any{"clientDataJSON": text(client), "authenticatorData": text(data), "signature": text(signature), "userHandle": text(handle)})
}

// ID is the credential id of the passkey.
func (a *Authenticator) ID() []byte { return a.id }

func (a *Authenticator) client(kind, challenge string) []byte {
	said, _ := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": a.Origin, "crossOrigin": a.Crossed}) // of plain values
	return said
}

func (a *Authenticator) data(host string, flags byte) []byte {
	if !a.Unverified {
		flags |= userVerified
	}
	if !a.Absent {
		flags |= userPresent
	}
	sum := sha256.Sum256([]byte(host))
	return binary.BigEndian.AppendUint32(append(sum[:], flags), a.Counter)
}

func (a *Authenticator) says(response map[string]any) []byte {
	results := a.Results
	if results == nil {
		results = map[string]any{}
	}
	said, _ := json.Marshal(map[string]any{ // of plain values
		"id": text(a.id), "rawId": text(a.id), "type": "public-key", "authenticatorAttachment": "platform", "clientExtensionResults": results, "response": response,
	})
	return said
}

func text(content []byte) string { return base64.RawURLEncoding.EncodeToString(content) }

func newKey() *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err) // there is always chance
	}
	return key
}

// coseKey is the public half as WebAuthn writes it: EC2, ES256, P-256.
func coseKey(key *ecdsa.PrivateKey) []byte {
	point, err := key.PublicKey.Bytes()
	if err != nil {
		panic(err) // it is on the curve
	}
	said := append([]byte{0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32}, point[1:33]...)
	return append(append(said, 0x22, 0x58, 32), point[33:]...)
}
