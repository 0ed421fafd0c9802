package stub

import (
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// Der is how a key is written: x509.MarshalECPrivateKey, or what else openssl writes.
type Der func(*ecdsa.PrivateKey) ([]byte, error)

// KeyFile writes a new key to sign with, as openssl does, and gives the name of its file.
func KeyFile(t testing.TB) string {
	return KeyFileOf(t, elliptic.P256(), x509.MarshalECPrivateKey)
}

// KeyFileOf is KeyFile of another curve, or in another form.
func KeyFileOf(t testing.TB, curve elliptic.Curve, der Der) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	content, err := der(key)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "web-push.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: content}), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// Browser is the JSON of the PushSubscription of a browser that is pushed at an address.
func Browser(endpoint string) string {
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		panic(err) // there is chance on this machine
	}
	point, auth := base64.RawURLEncoding.EncodeToString(key.PublicKey().Bytes()), base64.RawURLEncoding.EncodeToString(make([]byte, 16))
	return fmt.Sprintf(`{"endpoint":%q,"expirationTime":null,"keys":{"p256dh":%q,"auth":%q}}`, endpoint, point, auth)
}
