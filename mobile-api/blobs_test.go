package mobileapi

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/sync"
)

// attachment is some bytes and their name.
func attachment(size int, seed uint64) (content []byte, name string) {
	content = make([]byte, size)
	rnd := rand.NewChaCha8([32]byte{byte(seed)})
	_, _ = rnd.Read(content)
	sum := sha256.Sum256(content)
	return content, hex.EncodeToString(sum[:])
}

func (p *place) blobPath(name string) string {
	return "/v1/records/" + p.record.String() + "/blobs/" + name
}

// attaches writes a message with an attachment of that sum.
func (p *place) attaches(by person, name string) {
	p.t.Helper()
	got, _ := p.phone(by).sync(map[string]any{
		"doc": "message/" + p.fresh().String(),
		"set": map[string]any{"thread": p.fresh().String(), "body": "please see the file"},
		"add": map[string]any{"attachments": []any{map[string]any{"name": "scan.png", "sha256": name, "size": 1000, "type": "image/png"}}},
	})
	require.Equal(p.t, syncing.Applied, got.Outcomes[0].Status, got.Outcomes[0].Detail)
}

func (p *place) put(by person, name string, content []byte, headers ...string) reply {
	p.t.Helper()
	return p.do("PUT", p.blobPath(name), &by, content, append([]string{"Content-Type", "application/octet-stream"}, headers...)...)
}

func span(from, to, total int) string { return fmt.Sprintf("bytes %d-%d/%d", from, to-1, total) }

func TestAnAttachmentIsReadThroughADocumentThatNamesIt(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	content, name := attachment(1000, 1)
	got := p.put(p.patient, name, content)
	require.Equal(t, 200, got.status, got.text())
	require.JSONEq(t, `{"received":1000,"total":1000,"complete":true}`, got.text())
	require.Equal(t, 404, p.do("GET", p.blobPath(name), &p.patient, nil).status, "no document names it yet")

	p.phone(p.patient).sync(set("message/"+p.fresh().String(), map[string]any{"thread": p.fresh().String(), "body": "see sha256:" + name}))
	require.Equal(t, 404, p.do("GET", p.blobPath(name), &p.nurse, nil).status, "a sum in a text names nothing")
	p.attaches(p.nurse, name)
	require.Equal(t, 404, p.do("GET", p.blobPath(name), &p.nurse, nil).status, "whoever only knows the sum does not come to the bytes by naming it")
	p.attaches(p.patient, name)
	got = p.do("GET", p.blobPath(name), &p.nurse, nil)
	require.Equal(t, 200, got.status)
	require.Equal(t, content, got.body)
	require.Equal(t, "attachment", got.header.Get("Content-Disposition"))
	require.Equal(t, 404, p.do("GET", p.blobPath(name), &p.caregiver, nil).status, "the caregiver does not see the message")
	require.Equal(t, 404, p.do("GET", p.blobPath(name), &p.outsider, nil).status)
	require.Equal(t, 404, p.do("HEAD", p.blobPath(name), &p.caregiver, nil).status)
	head := p.do("HEAD", p.blobPath(name), &p.nurse, nil)
	require.Equal(t, "1000", head.header.Get("Upload-Length"))
}

func TestAnAttachmentComesInPartsAndGoesOnWhereItStopped(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	content, name := attachment(blobBytesMax, 2)
	part := bodyBytesMax
	for from := 0; from < len(content); from += part {
		to := min(from+part, len(content))
		if from > 0 {
			head := p.do("HEAD", p.blobPath(name), &p.patient, nil)
			require.Equal(t, 204, head.status)
			require.Equal(t, fmt.Sprint(from), head.header.Get("Upload-Offset"))
			require.Equal(t, 409, p.put(p.patient, name, content[from+1:to], "Content-Range", span(from+1, to, len(content))).status, "a gap")
		}
		for range 2 { // a lost answer: the same part again changes nothing
			got := p.put(p.patient, name, content[from:to], "Content-Range", span(from, to, len(content)))
			require.Equal(t, 200, got.status, got.text())
			require.Contains(t, got.text(), fmt.Sprintf(`"received":%d`, to))
		}
	}
	require.Equal(t, 404, p.do("HEAD", p.blobPath(name), &p.nurse, nil).status, "nobody learns from an upload what others have")
	p.attaches(p.patient, name)
	require.True(t, bytes.Equal(content, p.do("GET", p.blobPath(name), &p.nurse, nil).body))
}

func TestAnAttachmentOnItsWayIsInTheWayOfNoMessage(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	content, name := attachment(2*blobPartMin, 9)
	require.Equal(t, 200, p.put(p.patient, name, content[:blobPartMin], "Content-Range", span(0, blobPartMin, len(content))).status)
	p.attaches(p.patient, name) // it is taken, though half of the bytes are still on the phone
	require.Equal(t, 404, p.do("GET", p.blobPath(name), &p.nurse, nil).status, "nobody reads a half")
	require.Equal(t, 404, p.do("HEAD", p.blobPath(name), &p.nurse, nil).status)
	p.attaches(p.patient, name)
	require.Equal(t, 200, p.put(p.patient, name, content[blobPartMin:], "Content-Range", span(blobPartMin, len(content), len(content))).status)
	require.True(t, bytes.Equal(content, p.do("GET", p.blobPath(name), &p.nurse, nil).body))
}

func TestAnAttachmentIsWhatItsNameSays(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	content, name := attachment(1000, 3)
	other, _ := attachment(1000, 4)
	require.Equal(t, 422, p.put(p.patient, name, other).status)
	require.Equal(t, 404, p.do("HEAD", p.blobPath(name), &p.patient, nil).status, "what was wrong is gone")
	require.Equal(t, 200, p.put(p.patient, name, content).status)
	require.Equal(t, 200, p.put(p.nurse, name, content).status, "a second bringer is answered like the first")
	p.attaches(p.patient, name)
	require.Equal(t, content, p.do("GET", p.blobPath(name), &p.nurse, nil).body)
}

func TestAttachmentsHaveLimits(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	content, name := attachment(blobPartMin, 5)
	for _, tc := range []struct {
		name, contentRange string
		content            []byte
		want               int
	}{
		{"5 MiB and a byte", span(0, blobPartMin, blobBytesMax+1), content, 413},
		{"a part that is too small", span(0, blobPartMin-1, blobBytesMax), content[1:], 400},
		{"a range that does not fit", span(0, 10, 100), content, 400},
		{"a range behind the end", span(100, 100+blobPartMin, blobPartMin), content, 400},
		{"a range that is none", "bytes */100", content, 400},
		{"nothing", "", []byte{}, 400},
		{"below nothing", "bytes -5-10/100", content[:16], 400},
	} {
		require.Equal(t, tc.want, p.put(p.patient, name, tc.content, "Content-Range", tc.contentRange).status, tc.name)
	}
	require.Equal(t, 415, p.do("PUT", p.blobPath(name), &p.patient, content).status, "as JSON")
	require.Equal(t, 415, p.put(p.patient, name, content, "Content-Encoding", "gzip").status)
	require.Equal(t, 404, p.put(p.outsider, name, content).status)
	require.Equal(t, 404, p.put(p.patient, "ABCD", content).status)
	require.Equal(t, 409, func() int {
		require.Equal(t, 200, p.put(p.patient, name, content, "Content-Range", span(0, blobPartMin, 2*blobPartMin)).status)
		return p.put(p.patient, name, content).status
	}(), "begun with another length")
}

func TestUnfinishedAttachmentsAreBounded(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	for i := range uint64(blobsBegun + 1) {
		content, name := attachment(blobPartMin, 10+i)
		got := p.put(p.patient, name, content, "Content-Range", span(0, blobPartMin, 2*blobPartMin))
		if i < blobsBegun {
			require.Equal(t, 200, got.status, got.text())
			continue
		}
		require.Equal(t, 422, got.status, "one more")
	}
	content, name := attachment(blobPartMin, 9)
	require.Equal(t, 200, p.put(p.nurse, name, content).status, "another account is not in the way")
}

func TestARecordHasRoomForAHundredMiB(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	brought := 0
	for i := range uint64(8) { // unfinished ones count with their whole length
		for _, by := range []person{p.patient, p.nurse, p.oncologist} {
			content, name := attachment(blobPartMin, 50+i)
			got := p.put(by, name, content, "Content-Range", span(0, blobPartMin, blobBytesMax))
			if brought += blobBytesMax; brought <= blobsOfRecord {
				require.Equal(t, 200, got.status, got.text())
				continue
			}
			require.Equal(t, 422, got.status)
			return
		}
	}
	require.Fail(t, "the limit was never met")
}
