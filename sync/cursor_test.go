package syncing

import (
	"encoding/base64"
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"
)

// A cursor of the first form, as phones have kept it, is read like one of today.
func TestACursorOfTheFirstFormIsRead(t *testing.T) {
	t.Parallel()
	record, account := RecordID{DerivedUUID("record")}, AccountID{DerivedUUID("account")}
	now := &cursor{
		whose: whoseTag(record, account), epoch: "e8d055549e378d2e", epochs: []EpochRev{{"7f3a91c2d0b14e55", 31}},
		page: 40, full: 38, head: 45, hash: [hashBytes]byte{1, 2, 3, 4, 5, 6, 7, 8}, floor: 3,
		scope: scopeTag(NewScope(Grant{Categories: []string{"plan", "schedule"}, Owner: true, Active: true}), 12), schema: 1,
	}
	read, err := decodeCursor(now.encode())
	require.NoError(t, err)
	require.Equal(t, now, read)

	p := packer{}
	p.byte(cursorFirst)
	p = binary.BigEndian.AppendUint32(p, tagOf(record.UUID))
	p = binary.BigEndian.AppendUint32(p, tagOf(account.UUID))
	packEpoch(&p, now.epoch)
	p.uint(1)
	packEpoch(&p, "7f3a91c2d0b14e55")
	for _, n := range []uint64{31, 40, 38, 5} {
		p.uint(n)
	}
	p = append(append(p, now.hash[:]...), 3, 2)
	for _, tag := range now.scope.categories {
		p = binary.BigEndian.AppendUint16(p, tag)
	}
	p = append(p, 1, 0, 12, 1)
	old, err := decodeCursor(base64.RawURLEncoding.EncodeToString(p))
	require.NoError(t, err)
	require.Equal(t, now, old)

	for _, broken := range []packer{{3}, {}, p[:len(p)-1], append(append(packer{}, p...), 0)} {
		_, err := decodeCursor(base64.RawURLEncoding.EncodeToString(broken))
		require.Error(t, err)
	}
}
