package identity

import (
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"satchel/internal/cost"
)

// What each of these may have at most: a header, a body, a row.
const (
	fuzzTokenMax = 8 << 10
	fuzzBodyMax  = 64 << 10
)

// FuzzAccessToken: no token is believed but the one that was given, whatever was done to it.
func FuzzAccessToken(f *testing.F) {
	h, nurse, record := newWard(f)
	good := h.patient(nurse, record)
	parts := strings.Split(good.Access, ".")
	for _, text := range []string{good.Access, parts[0] + "." + parts[1] + ".", "..", "", strings.Repeat(".", 1000), parts[0] + "." + parts[0] + "." + parts[2]} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > fuzzTokenMax {
			return
		}
		cost.Bound(t, fuzzTokenMax, func() {
			if said, err := h.parse(text); err == nil && (text != good.Access || said.account != good.Account) {
				t.Fatal("a token that we did not sign")
			}
		})
	})
}

// FuzzRefreshToken: a token has one spelling.
func FuzzRefreshToken(f *testing.F) {
	f.Add(refreshToken{counter: 7}.String())
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		if token, ok := parseRefresh(text); ok && token.String() != text {
			t.Fatalf("%q is read, and written as %q", text, token)
		}
	})
}

// FuzzTypedCode: what is read of a typed code is ten letters of the alphabet, and reads as itself. Dates of birth lie beside it.
func FuzzTypedCode(f *testing.F) {
	for _, text := range []string{"ABCDE-12345", "oil 0oil\u00a0OIL0", "", "ABCDE1234", "\xc2\xa0ABCDE12345", "1961-05-24", "ßßßßßßßßßß", "ıııııııııı"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		cost.Bound(t, fuzzBodyMax, func() {
			code, err := typedCode(text)
			if err == nil && (len(code) != codeCharacters || strings.Trim(code, crockford) != "") {
				t.Fatalf("%q was read as %q", text, code)
			}
			if again, err2 := typedCode(code); err == nil && (err2 != nil || again != code) {
				t.Fatalf("%q is another code when it is typed again", code)
			}
			if day, err := birthDate(text); err == nil && day != text {
				t.Fatal("a date with two spellings")
			}
		})
	})
}

// FuzzIdentityRow reads each kind of row: what is read is written, and reads the same.
func FuzzIdentityRow(f *testing.F) {
	kinds := []func() any{
		func() any { return &accountRow{} }, func() any { return &memberRow{} }, func() any { return &newsRow{} }, func() any { return &cardRow{} },
		func() any { return &challengeRow{} }, func() any { return &codeRow{} }, func() any { return &deviceRow{} }, func() any { return &emergencyRow{} },
		func() any { return &grantRow{} }, func() any { return &invitationRow{} }, func() any { return &keyRow{} }, func() any { return &credentialsRow{} },
		func() any { return &waitingRow{} }, func() any { return &session{} }, func() any { return &AuditEntry{} },
		func() any { return &paperRow{} }, func() any { return &openedRow{} }, func() any { return &Unmatched{} },
		func() any { return &calendarRow{} }, func() any { return &quietRow{} },
	}
	for i, fresh := range kinds {
		row, err := encodeRow(fresh())
		if err != nil {
			f.Fatal(err)
		}
		f.Add(byte(i), row)
	}
	f.Add(byte(0), []byte{rowVersion + 1, '{', '}'})
	f.Fuzz(func(t *testing.T, kind byte, row []byte) {
		if len(row) > fuzzBodyMax {
			return
		}
		fresh := kinds[int(kind)%len(kinds)]
		read, again := fresh(), fresh()
		var err error
		cost.Bound(t, fuzzBodyMax, func() { err = decodeRow(row, read) })
		if err != nil {
			return
		}
		written, err := encodeRow(read)
		if err != nil || decodeRow(written, again) != nil {
			t.Fatalf("read, and cannot be written: %v", err)
		}
		twice, err := json.Marshal(again, json.Deterministic(true))
		once, err2 := json.Marshal(read, json.Deterministic(true))
		if err != nil || err2 != nil || string(once) != string(twice) {
			t.Fatalf("read once it is %s, read again %s", once, twice)
		}
	})
}

// FuzzMailAddress: what is taken for an address is one word of ASCII with something on either side of its last @, and is read as itself: it
// cannot end a line of a letter, nor name a second recipient.
func FuzzMailAddress(f *testing.F) {
	for _, text := range []string{"nurse@ward.example", " nurse@ward.example\r\n", "a@b\r\nBcc: c@d", "A <a@b.example>", "a@b,c@d", "\"a b\"@c.example", "a@[127.0.0.1]", "ä@b.example", "@", ""} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > fuzzTokenMax {
			return
		}
		cost.Bound(t, fuzzBodyMax, func() {
			address, err := mailAddress(text)
			if err != nil {
				return
			}
			local, domain, _ := strings.Cut(address, "@")
			odd := strings.ContainsFunc(address, func(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune(`<>(),;[]`, r) })
			if local == "" || domain == "" || odd && !strings.Contains(address, `"`) || len(address) > mailBytesMax {
				t.Fatalf("%q was read as %q", text, address)
			}
			if again, err := mailAddress(address); err != nil || again != address {
				t.Fatalf("%q was read as %q and then as %q: %v", text, address, again, err)
			}
		})
	})
}
