package identity

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"

	"satchel/internal/base64url"
	"satchel/internal/fault"
	"satchel/sync"
)

const (
	sessionPrefix = "session/"

	refreshVersion = 1
	secretBytes    = 32 // 256 bits
	macBytes       = 16
	// refreshBytes is the raw length of a refresh token: version, account, device, counter, secret, mac.
	refreshBytes = 1 + 16 + 16 + 4 + secretBytes + macBytes
)

// session is the refresh family of one device. It holds no token: Current and Previous are hashes, and a successor is derived
// from Secret together with the token that was presented, which is not here either.
type session struct {
	Device   syncing.UUID `json:"device"`
	Secret   []byte       `json:"secret"`
	Counter  uint32       `json:"counter"`
	Current  []byte       `json:"current"`
	Previous []byte       `json:"previous,omitempty"`
	Request  []byte       `json:"request,omitempty"` // hash of the request that made Current from Previous
	Rotated  int64        `json:"rotated"`
	Expires  int64        `json:"expires"`
	First    int64        `json:"first,omitempty"` // when the first token ends if it was not exchanged: that of a link; 0: with the session

	refresh refreshToken // Current, while it is being handed out
}

// Tokens is what a signed-in device gets.
type Tokens struct {
	Account        syncing.AccountID
	Device         syncing.UUID
	Kind           Kind
	Access         string
	AccessExpires  int64 // ms
	Refresh        string
	RefreshExpires int64 // ms
}

func sessionKey(device syncing.UUID) []byte { return rowKey(sessionPrefix, device) }

// refreshToken is a refresh token taken apart. Account and device say where its family lies; the mac says that we issued it,
// so that a stranger who knows both ids cannot end a session by sending rubbish.
type refreshToken struct {
	account syncing.AccountID
	device  syncing.UUID
	counter uint32
	secret  [secretBytes]byte
	mac     [macBytes]byte
}

func (t refreshToken) head() []byte {
	raw := append([]byte{refreshVersion}, t.account.UUID[:]...)
	raw = append(raw, t.device[:]...)
	raw = binary.BigEndian.AppendUint32(raw, t.counter)
	return append(raw, t.secret[:]...)
}

func (t refreshToken) String() string {
	return base64url.Encode(append(t.head(), t.mac[:]...))
}

func parseRefresh(text string) (t refreshToken, ok bool) {
	if len(text) != base64url.EncodedLen(refreshBytes) {
		return t, false
	}
	raw, err := base64url.Decode(text)
	if err != nil || raw[0] != refreshVersion {
		return t, false
	}
	t.account = syncing.AccountID{UUID: syncing.UUID(raw[1:17])}
	t.device = syncing.UUID(raw[17:33])
	t.counter = binary.BigEndian.Uint32(raw[33:37])
	copy(t.secret[:], raw[37:])
	copy(t.mac[:], raw[37+secretBytes:])
	return t, true
}

func (t refreshToken) hash() []byte {
	sum := sha256.Sum256(t.head())
	return sum[:]
}

func hashText(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

// derive makes the family's token with this counter from its secret and a seed that is not stored.
func (se session) derive(account syncing.AccountID, counter uint32, seed []byte) refreshToken {
	t := refreshToken{account: account, device: se.Device, counter: counter}
	m := hmac.New(sha256.New, se.Secret)
	m.Write(binary.BigEndian.AppendUint32([]byte("refresh"), counter))
	m.Write(seed)
	copy(t.secret[:], m.Sum(nil))
	copy(t.mac[:], se.seal(t))
	return t
}

// next is the successor of a token that was presented in this request.
func (se session) next(presented refreshToken, request string) refreshToken {
	return se.derive(presented.account, presented.counter+1, append(presented.secret[:], request...))
}

func (se session) seal(t refreshToken) []byte {
	m := hmac.New(sha256.New, se.Secret)
	m.Write([]byte("issued"))
	m.Write(t.head())
	return m.Sum(nil)[:macBytes]
}

func (se session) issued(t refreshToken) bool { return hmac.Equal(se.seal(t), t.mac[:]) }

// drawSession draws what a new session is made of, before anything is read: its device and the seed of its first token.
func (s *Service) drawSession() (device syncing.UUID, seed []byte, err error) {
	if device, err = s.randomID(); err != nil {
		return device, nil, err
	}
	seed, err = s.random(secretBytes)
	return device, seed, err
}

// openSession signs a device in. A device that is signed in already is given the same first token again, if the seed is the
// same and the token was not used yet: that is a request that came twice.
func (s *Service) openSession(tx syncing.Tx, account accountRow, device syncing.UUID, facts DeviceFacts, seed []byte) (session, error) {
	var se session
	found, err := readRow(tx, syncing.TableIdentity, sessionKey(device), &se)
	if err != nil {
		return se, err
	}
	if found {
		return openAgain(tx, account, se, seed)
	}
	if err := s.roomForDevice(tx); err != nil {
		return se, err
	}
	now := s.nowMs()
	se = session{Device: device, Rotated: now, Expires: s.sessionEnds(account.Kind, now, 0)}
	if facts.within > 0 {
		se.First = now + facts.within.Milliseconds()
	}
	if se.Secret, err = s.random(secretBytes); err != nil {
		return se, err
	}
	se.refresh = se.derive(account.ID, 0, seed)
	se.Current = se.refresh.hash()
	if err := writeRow(tx, syncing.TableIdentity, sessionKey(device), se); err != nil {
		return se, err
	}
	row := deviceRow{ID: device, Kind: facts.Kind, Name: facts.Name, Passkey: facts.passkey, OpenID: facts.openID, Made: now, Seen: now}
	if facts.proved {
		row.Proved = now
	}
	if err := writeRow(tx, syncing.TableIdentity, deviceKey(device), row); err != nil {
		return se, err
	}
	if err := s.contacted(tx, account.ID, account.Kind); err != nil {
		return se, err
	}
	return se, s.audit(tx, AuditEntry{Kind: AuditSignedIn, By: account.ID, Device: device})
}

func openAgain(tx syncing.ReadTx, account accountRow, se session, seed []byte) (session, error) {
	var d deviceRow
	if _, err := readRow(tx, syncing.TableIdentity, deviceKey(se.Device), &d); err != nil {
		return se, err
	}
	se.refresh = se.derive(account.ID, 0, seed)
	if d.Ended != 0 || subtle.ConstantTimeCompare(se.Current, se.refresh.hash()) != 1 {
		return se, wrongCode()
	}
	return se, nil
}

// sessionEnds: a phone's session begins anew with each refresh, a desk's ends with the day.
func (s *Service) sessionEnds(kind Kind, now, before int64) int64 {
	switch {
	case !kind.staff():
		return now + s.PhoneLifetime.Milliseconds()
	case before != 0:
		return before
	}
	return now + s.StaffLifetime.Milliseconds()
}

// tokens is what the device is answered with.
func (s *Service) tokens(account accountRow, se session) (Tokens, error) {
	access, expires, err := s.sign(account.ID, se.Device, se.Expires)
	return Tokens{
		Account: account.ID, Device: se.Device, Kind: account.Kind, Access: access, AccessExpires: expires,
		Refresh: se.refresh.String(), RefreshExpires: se.Expires,
	}, err
}

// Refreshing asks for new tokens.
type Refreshing struct {
	Token string
	// RequestID is drawn for this refresh and kept until its answer is stored: the same request with the same token gets the
	// same answer for LostAnswer. 16 to 128 characters, unguessable.
	RequestID string
}

// standing is what a refresh is judged by.
type standing struct {
	account accountRow
	device  deviceRow
	session session
	stands  bool // there is such a session

	passkeys []syncing.UUID // that were made by this family, once it is ended: by whom, nobody can tell
}

// verdict is what becomes of a refresh.
type verdict int

const (
	refused  verdict = iota // not ours, or expired
	ended                   // ours, of a device or an account that is signed out
	rotated                 // the current token: here is its successor
	repeated                // the same request again: here is the same successor
	reused                  // an older token: two hold this family, and neither can be told from the thief
)

// Refresh exchanges a refresh token for its successor and an access token. A token that was exchanged before ends the family,
// unless it is the same request again (a lost answer). Every other fault is Unauthenticated.
func (s *Service) Refresh(ctx context.Context, r Refreshing) (Tokens, error) {
	t, ok := parseRefresh(r.Token)
	if !ok {
		return Tokens{}, signInAgain(nil)
	}
	if err := checkRequest(r.RequestID, ""); err != nil {
		return Tokens{}, err
	}
	if err := s.keysOlderThan(ctx, keysReadEvery); err != nil {
		return Tokens{}, err
	}
	var st standing
	var v verdict
	record := s.AccountRecord(t.account)
	judge := func(tx syncing.ReadTx) (err error) {
		st, err = readStanding(tx, t.device)
		v = s.judge(st, t, r.RequestID)
		return err
	}
	if err := s.Store.View(ctx, record, judge); err != nil {
		return Tokens{}, err
	}
	if v == rotated || v == reused {
		standing := st.session
		err := s.Store.Update(ctx, record, func(tx syncing.Tx) error {
			if err := judge(tx); err != nil { // again: another request may have been here in between
				return err
			}
			return s.carryOut(tx, v, &st, t, r.RequestID)
		})
		if v == rotated && fault.Is(err, fault.Full) { // who is signed in goes on reading: the token stays good, and is renewed when there is room
			standing.refresh = t
			return s.tokens(st.account, standing)
		}
		if err != nil {
			return Tokens{}, err
		}
	}
	switch v {
	case rotated, repeated:
		st.session.refresh = st.session.next(t, r.RequestID)
		return s.tokens(st.account, st.session)
	case ended:
		return Tokens{}, st.device.signInAgain()
	case reused:
		if err := s.revoked(ctx, Revocation{Kind: RevokedDevice, Account: t.account, Device: t.device, At: s.nowMs()}); err != nil {
			return Tokens{}, err
		}
		if err := s.revokedPasskeys(ctx, syncing.Principal{}, t.account, st.passkeys...); err != nil {
			return Tokens{}, err
		}
	}
	return Tokens{}, signInAgain(nil)
}

// readStanding reads all three rows, whether the first is there or not: a token that names nobody costs what a forged one of somebody
// costs.
func readStanding(tx syncing.ReadTx, device syncing.UUID) (st standing, err error) {
	account, err := readRow(tx, syncing.TableIdentity, accountKey, &st.account)
	if err != nil {
		return st, err
	}
	here, err := readRow(tx, syncing.TableIdentity, deviceKey(device), &st.device)
	if err != nil {
		return st, err
	}
	signedIn, err := readRow(tx, syncing.TableIdentity, sessionKey(device), &st.session)
	st.stands = account && here && signedIn
	return st, err
}

// judge decides; it changes nothing.
func (s *Service) judge(st standing, t refreshToken, request string) verdict {
	se, now := st.session, s.nowMs()
	s.Hashed("refresh token")
	issued := se.issued(t) // also where there is no session: it is the same work
	if !issued || !st.stands || now >= se.Expires || (se.Counter == 0 && se.First != 0 && now >= se.First) {
		return refused
	}
	if st.account.Locked != 0 || st.device.Ended != 0 {
		return ended
	}
	is := func(kept []byte) bool { return subtle.ConstantTimeCompare(kept, t.hash()) == 1 }
	switch {
	case t.counter == se.Counter && is(se.Current):
		return rotated
	case t.counter > se.Counter && se.Rotated < s.keys.Load().restored:
		return rotated // we issued it in a life of the store that a backup does not know
	case t.counter+1 == se.Counter && is(se.Previous) && now-se.Rotated <= s.LostAnswer.Milliseconds() &&
		subtle.ConstantTimeCompare(se.Request, hashText(request)) == 1:
		return repeated
	}
	return reused
}

func (s *Service) carryOut(tx syncing.Tx, v verdict, st *standing, t refreshToken, request string) (err error) {
	switch v {
	case rotated:
		successor := st.session.next(t, request)
		now := s.nowMs()
		st.session.Counter, st.session.Current, st.session.Previous = successor.counter, successor.hash(), t.hash()
		st.session.Request, st.session.Rotated = hashText(request), now
		st.session.Expires = s.sessionEnds(st.account.Kind, now, st.session.Expires)
		return writeRow(tx, syncing.TableIdentity, sessionKey(t.device), st.session)
	case reused:
		if err := s.endDevice(tx, syncing.Principal{}, t.device, AuditTokenReused); err != nil {
			return err
		}
		st.passkeys, err = s.endPasskeys(tx, syncing.Principal{}, func(p passkeyRow) bool { return p.Device == t.device })
		return err
	}
	return nil
}

// EndSessions signs out every device of an account but the one that asks, if it is the account's own; for its holder and for
// administrators.
func (s *Service) EndSessions(ctx context.Context, who syncing.Principal, account syncing.AccountID) error {
	if err := s.mayManage(ctx, who, account, syncing.RecordID{}); err != nil {
		return err
	}
	return s.endOthers(ctx, who, account, func(syncing.Tx, *accountRow) error { return nil })
}

// endOthers runs fn and signs out the account's other devices in one transaction, and writes each of them down twice.
func (s *Service) endOthers(ctx context.Context, who syncing.Principal, account syncing.AccountID, fn func(syncing.Tx, *accountRow) error) error {
	spared := syncing.UUID{}
	if who.Account == account {
		spared = who.Device
	}
	var ended []deviceRow
	err := s.updateAccount(ctx, account, func(tx syncing.Tx, row *accountRow) (err error) {
		if err := fn(tx, row); err != nil {
			return err
		}
		if ended, err = deviceRows(tx); err != nil {
			return err
		}
		return s.endAllDevices(tx, spared)
	})
	if err != nil {
		return err
	}
	for _, d := range ended {
		if d.ID == spared {
			continue
		}
		r := Revocation{Kind: RevokedDevice, Account: account, Device: d.ID, At: s.nowMs(), By: who.Account}
		if err := s.revoked(ctx, r); err != nil {
			return err
		}
	}
	return nil
}
