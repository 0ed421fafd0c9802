package instrument

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"satchel/internal/fault"
)

// A bundle is a library as it travels: its files, and a signed statement of what they are. The envelope is that of DSSE (Dead
// Simple Signing Envelope, v1): what is signed are the bytes of the statement as they stand in it, so nobody has to bring JSON into
// a canonical form to check it.

const (
	// PayloadType says of what kind a statement is; it is signed with it.
	PayloadType = "application/vnd.satchel.instrument+json"
	// bundleVersion is that of bundle and statement.
	bundleVersion = 1
	// BundleBytesMax is the size of a bundle.
	BundleBytesMax = 4 << 20
)

// The states of a rules file. Only what a clinical safety officer has signed off is active.
const (
	StatusDraft  = "draft"
	StatusActive = "active"
)

// SignOff is who took responsibility for the rules, and when.
type SignOff struct {
	Name string `json:"name"`
	Role string `json:"role"`
	Date string `json:"date"` // civil date, "2026-11-22"
}

// Statement is what is signed: which files, as what, and whose responsibility they are.
type Statement struct {
	V                   int               `json:"v"`
	Questionnaire       string            `json:"questionnaire"` // "hna|1.0.0"
	QuestionnaireSHA256 string            `json:"questionnaireSha256"`
	Rules               string            `json:"rules"` // "redflags|1.0.0"
	RulesSHA256         string            `json:"rulesSha256"`
	Status              string            `json:"status"`
	Review              string            `json:"review"` // in words to show beside any result
	SignOff             *SignOff          `json:"signOff"`
	Files               map[string]string `json:"files"` // every file by name, with its SHA-256 in hex
}

// Envelope is a DSSE envelope around a statement.
type Envelope struct {
	PayloadType string      `json:"payloadType"`
	Payload     string      `json:"payload"` // base64
	Signatures  []Signature `json:"signatures"`
}

// Signature is one signature of an envelope, Ed25519.
type Signature struct {
	KeyID string `json:"keyid"`
	Sig   string `json:"sig"` // base64
}

// Bundle is a library with its envelope.
type Bundle struct {
	V        int               `json:"v"`
	Files    map[string]string `json:"files"` // the text of each file by name
	Envelope Envelope          `json:"envelope"`
}

// KeyID names a public key in an envelope. It is a hint for people; what counts is the key.
func KeyID(key ed25519.PublicKey) string {
	sum := sha256.Sum256(key)
	return hex.EncodeToString(sum[:8])
}

// Sign puts a library's files and a signed statement about them together. review stands in for the file's own words about its
// review; "" leaves them.
func (l *Library) Sign(key ed25519.PrivateKey, review string) (Bundle, error) {
	rules := l.Current()
	if review == "" {
		review = rules.Review
	}
	s := Statement{
		V: bundleVersion, Questionnaire: rules.questionnaire.key, QuestionnaireSHA256: rules.questionnaire.sha256,
		Rules: rules.key, RulesSHA256: rules.sha256, Status: rules.Status, Review: review, SignOff: rules.SignOff, Files: map[string]string{},
	}
	b := Bundle{V: bundleVersion, Files: map[string]string{}}
	for _, f := range l.files {
		s.Files[f.Name], b.Files[f.Name] = f.SHA256, string(f.Data)
	}
	payload, err := json.Marshal(s)
	if err != nil {
		return b, fault.Wrap(err, fault.Internal, "instrument.Sign", "The rules could not be signed.")
	}
	public, _ := key.Public().(ed25519.PublicKey)
	b.Envelope = Envelope{
		PayloadType: PayloadType, Payload: base64.StdEncoding.EncodeToString(payload),
		Signatures: []Signature{{KeyID: KeyID(public), Sig: base64.StdEncoding.EncodeToString(ed25519.Sign(key, signedBytes(payload)))}},
	}
	return b, nil
}

// signedBytes is DSSE's pre-authentication encoding: a signature over a statement can be taken for nothing else.
func signedBytes(payload []byte) []byte {
	return fmt.Appendf(nil, "DSSEv1 %d %s %d %s", len(PayloadType), PayloadType, len(payload), payload)
}

const (
	unsignedText = "These rules are not signed by the key that this installation trusts."
	changedText  = "These rules are not what was signed."
)

// Statement gives what was signed, if the key signed it. Fault: Refused.
func (e Envelope) Statement(key ed25519.PublicKey) (Statement, error) {
	const op = "instrument.Statement"
	var s Statement
	payload, err := base64.StdEncoding.DecodeString(e.Payload)
	if err != nil {
		return s, fault.Wrap(err, fault.Refused, op, unsignedText)
	}
	if e.PayloadType != PayloadType || len(key) != ed25519.PublicKeySize {
		return s, fault.New(fault.Refused, op, unsignedText)
	}
	signed := slices.ContainsFunc(e.Signatures, func(one Signature) bool {
		sig, err := base64.StdEncoding.DecodeString(one.Sig)
		return err == nil && ed25519.Verify(key, signedBytes(payload), sig)
	})
	if !signed {
		return s, fault.New(fault.Refused, op, unsignedText)
	}
	err = decodeStrict(payload, &s)
	if err == nil && s.V != bundleVersion {
		err = fmt.Errorf("version %d", s.V)
	}
	return s, fault.Wrap(err, fault.Refused, op, "These rules are of a kind that this program does not read. Update it.")
}

// ReadBundle reads a bundle's text. Fault: Refused.
func ReadBundle(text []byte) (Bundle, error) {
	const op = "instrument.ReadBundle"
	var b Bundle
	if len(text) > BundleBytesMax {
		return b, fault.New(fault.Refused, op, "These rules are larger than any rules are.")
	}
	if err := json.Unmarshal(text, &b); err != nil {
		return b, fault.Wrap(err, fault.Refused, op, "There are no signed rules here that can be read.")
	}
	return b, nil
}

// Open checks a bundle against the key that is trusted and loads it: nothing in it is used that is not as it was signed. The
// statement is given whenever the signature holds, also when the rest is refused. Fault: Refused.
func (b Bundle) Open(key ed25519.PublicKey) (*Library, Statement, error) {
	const op = "instrument.Open"
	s, err := b.Envelope.Statement(key)
	if err != nil {
		return nil, s, err
	}
	files := make([]File, 0, len(b.Files))
	for name, text := range b.Files {
		sum := sha256.Sum256([]byte(text))
		f := File{Name: name, SHA256: hex.EncodeToString(sum[:]), Data: []byte(text)}
		if s.Files[name] != f.SHA256 {
			return nil, s, fault.New(fault.Refused, op, changedText)
		}
		files = append(files, f)
	}
	if len(files) != len(s.Files) {
		return nil, s, fault.New(fault.Refused, op, changedText)
	}
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	l, err := loadFiles(files)
	if err != nil {
		return nil, s, fault.Wrap(err, fault.Refused, op, "These rules cannot be used by this program.")
	}
	rules := l.Current()
	if rules.key != s.Rules || rules.sha256 != s.RulesSHA256 || rules.questionnaire.sha256 != s.QuestionnaireSHA256 || rules.Status != s.Status {
		return nil, s, fault.New(fault.Refused, op, changedText)
	}
	for _, r := range l.rules {
		r.Review = s.Review
	}
	return l, s, l.holds()
}

// holds runs the vectors that came with the files: rules that this engine judges otherwise than their authors meant are not used
// by it (hazard H05).
func (l *Library) holds() error {
	const op = "instrument.holds"
	for _, f := range l.kind("vectors") {
		results, err := l.RunVectors(strings.NewReader(string(f.Data)))
		if err != nil {
			return fault.Wrap(err, fault.Refused, op, "The vectors that came with these rules cannot be read.")
		}
		for _, r := range results {
			if len(r.Differences) > 0 {
				return fault.New(fault.Refused, op, fmt.Sprintf("Vector %d (%s), which came with these rules, does not hold: %s.", r.Index, r.Name, strings.Join(r.Differences, "; ")))
			}
		}
	}
	return nil
}

// Approved says why rules may not be used for people in care: nobody has signed them off. Fault: Refused.
func (s Statement) Approved() error {
	if s.Status != StatusActive || s.SignOff.check() != nil {
		return fault.New(fault.Refused, "instrument.Approved", "These rules are signed, and no clinical safety officer has signed them off: their review says \""+s.Review+"\".")
	}
	return nil
}

// SaysTheSame reports whether two statements differ in nothing but translations: the same files judge, and say the same in English.
func (s Statement) SaysTheSame(other Statement) bool {
	apart := func(files map[string]string) map[string]string {
		kept := maps.Clone(files)
		maps.DeleteFunc(kept, func(name, _ string) bool { return strings.HasPrefix(name, "translation.") })
		return kept
	}
	return s.Rules == other.Rules && s.Status == other.Status && s.Review == other.Review && maps.Equal(apart(s.Files), apart(other.Files))
}

// Behind reports whether rules are too old beside the newest that are known: of an earlier major version, or more than two minor
// versions behind. A version that cannot be read is too old.
func Behind(rules, newest string) bool {
	major, minor, ok := versionOf(rules)
	newMajor, newMinor, known := versionOf(newest)
	if !known {
		return false
	}
	return !ok || major < newMajor || major == newMajor && minor+behindMax < newMinor
}

// behindMax is how many minor versions rules may lie behind.
const behindMax = 2

func versionOf(key string) (major, minor int, ok bool) {
	_, version, _ := strings.Cut(key, "|")
	n, err := fmt.Sscanf(version, "%d.%d.", &major, &minor)
	return major, minor, n == 2 && err == nil
}

// Newer reports whether one version of the rules is newer than another, which may be "".
func Newer(rules, than string) bool { return than == "" || compareVersions(rules, than) > 0 }
